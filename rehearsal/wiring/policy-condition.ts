import { coversRange } from '../../shared/domain/ip-range.ts';
import { iamGlob } from './glob.ts';
import { expectRecord, isList } from './json.ts';

/** Condition keys in lower case -> value. IAM compares keys without regard to case. */
export type RequestContext = Readonly<Record<string, string>>;

export type ConditionTest = (context: RequestContext) => boolean;

type Comparison = (actual: string, expected: string) => boolean;

const positive: Readonly<Record<string, Comparison>> = {
  ArnEquals: isArnLike,
  ArnLike: isArnLike,
  Bool: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
  /** Of IPv4 alone. */
  IpAddress: (actual, expected) => coversRange(expected, actual),
  NumericEquals: (actual, expected) => Number(actual) === Number(expected),
  NumericGreaterThan: (actual, expected) => Number(actual) > Number(expected),
  NumericGreaterThanEquals: (actual, expected) => Number(actual) >= Number(expected),
  NumericLessThan: (actual, expected) => Number(actual) < Number(expected),
  NumericLessThanEquals: (actual, expected) => Number(actual) <= Number(expected),
  StringEquals: (actual, expected) => actual === expected,
  StringEqualsIgnoreCase: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
  StringLike: (actual, expected) => iamGlob(expected).test(actual),
};

/** Negated operator -> the one it negates. */
const negated: Readonly<Record<string, string>> = {
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NotIpAddress: 'IpAddress',
  NumericNotEquals: 'NumericEquals',
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
};

/**
 * Compiles a statement's Condition element. All operators and keys must hold; of a key's values one must match, or
 * none when the operator is negated. A missing key fails, but passes negated operators, `...IfExists` and
 * `ForAllValues:`.
 *
 * @throws Error that names an operator the rehearsal does not know, or a policy variable
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function conditionTest(condition: unknown, where: string): ConditionTest {
  const tests = Object.entries(expectRecord(condition, where)).flatMap(([operator, keys]) =>
    Object.entries(expectRecord(keys, `${where}.${operator}`)).map(([key, expected]) => {
      const at = `${where}.${operator}.${key}`;
      const values = (isList(expected) ? expected : [expected]).map((value) => literal(String(value), at));
      return keyTest(operator, key.toLowerCase(), values, at);
    }),
  );
  return (context) => tests.every((test) => test(context));
}

/**
 * @returns the text, when it holds no policy variable
 * @throws Error that names the place, since the rehearsal does not replace policy variables
 */
export function literal(text: string, where: string): string {
  if (text.includes('${'))
    throw new Error(`${where}: policy variables are not supported by the rehearsal: ${text}`);
  return text;
}

function keyTest(operator: string, key: string, values: readonly string[], where: string): ConditionTest {
  if (operator === 'Null') return (context) => values.includes(String(context[key] === undefined));
  const [, quantifier, name = '', ifExists] =
    /^(ForAllValues:|ForAnyValue:)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const isNegated = Object.hasOwn(negated, name);
  const comparison = positive[negated[name] ?? name];
  if (comparison === undefined) {
    throw new Error(`${where}: condition operator '${operator}' is not supported by the rehearsal`);
  }
  const passesWithoutKey =
    ifExists !== undefined || quantifier === 'ForAllValues:' || (isNegated && quantifier === undefined);
  return (context) => {
    const actual = context[key];
    if (actual === undefined) return passesWithoutKey;
    return values.some((expected) => comparison(actual, expected)) !== isNegated;
  };
}

/** Each of an ARN's six parts is compared on its own, so `*` does not reach across a colon but in the last. */
function isArnLike(actual: string, expected: string): boolean {
  const parts = arnParts(actual);
  const patterns = arnParts(expected);
  return (
    patterns.length === parts.length &&
    patterns.every((pattern, index) => iamGlob(pattern).test(parts[index] ?? ''))
  );
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
