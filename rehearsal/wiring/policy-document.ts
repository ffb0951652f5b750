import { iamGlob } from './glob.ts';
import { expectRecord, expectTexts, isList, type JsonObject } from './json.ts';
import { type ConditionTest, conditionTest, literal } from './policy-condition.ts';
import { type PrincipalTest, principalTest } from './policy-principal.ts';

/** One entry of an Action or Resource element; NotAction and NotResource make a single one of all theirs. */
export interface PolicyPattern {
  /** As the policy has it; `all but a, b` for a negated element. */
  readonly text: string;
  readonly matches: (value: string) => boolean;
}

/** A statement of an IAM policy, compiled. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly PolicyPattern[];
  readonly resources: readonly PolicyPattern[];
  /** Speaks of nobody in an identity policy, whose principal is the role it belongs to. */
  readonly principal: PrincipalTest;
  readonly condition: ConditionTest;
}

const elements = new Set([
  ...['Sid', 'Effect', 'Principal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'],
]);

/**
 * Compiles a policy document, of an identity or of a resource. A resource policy need not say which resource it
 * means; a statement without Resource there holds for the one it is attached to.
 *
 * @param where the document's place, for errors
 * @throws Error that names what IAM would refuse or the rehearsal does not support, such as NotPrincipal
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parsePolicy(document: unknown, kind: 'identity' | 'resource', where: string): Statement[] {
  const { Statement: statements } = expectRecord(document, where);
  return (isList(statements) ? statements : [statements]).map((statement, index) => {
    const at = `${where}.Statement.${index}`;
    return parseStatement(expectRecord(statement, at), kind, at);
  });
}

function parseStatement(statement: JsonObject, kind: 'identity' | 'resource', where: string): Statement {
  const unknown = Object.keys(statement).find((element) => !elements.has(element));
  if (unknown !== undefined)
    throw new Error(`${where}: element '${unknown}' is not supported by the rehearsal`);
  const { Effect: effect, Principal: principal, Condition: condition = {} } = statement;
  if (effect !== 'Allow' && effect !== 'Deny') throw new Error(`${where}.Effect: must be Allow or Deny`);
  if ((principal !== undefined) !== (kind === 'resource')) {
    throw new Error(`${where}: a resource policy needs a Principal, an identity policy may not have one`);
  }
  return {
    effect,
    actions: patterns(statement, 'Action', where, (action) => iamGlob(action, 'i')),
    resources:
      kind === 'resource' && !('Resource' in statement) && !('NotResource' in statement)
        ? [{ text: '*', matches: () => true }]
        : patterns(statement, 'Resource', where, (resource) => iamGlob(resource)),
    principal: principal === undefined ? () => 'none' : principalTest(principal, `${where}.Principal`),
    condition: conditionTest(condition, `${where}.Condition`),
  };
}

function patterns(
  statement: JsonObject,
  element: 'Action' | 'Resource',
  where: string,
  compile: (pattern: string) => RegExp,
): PolicyPattern[] {
  const { [element]: plain, [`Not${element}`]: negated } = statement;
  if ((plain === undefined) === (negated === undefined)) {
    throw new Error(`${where}: needs either ${element} or Not${element}`);
  }
  const isNegated = plain === undefined;
  const place = `${where}.${isNegated ? 'Not' : ''}${element}`;
  const texts = expectTexts(isNegated ? negated : plain, place).map((text) => literal(text, place));
  const globs = texts.map(compile);
  if (isNegated) {
    return [
      { text: `all but ${texts.join(', ')}`, matches: (value) => !globs.some((glob) => glob.test(value)) },
    ];
  }
  return texts.map((text) => {
    const glob = compile(text);
    return { text, matches: (value) => glob.test(value) };
  });
}

/** Whether the statement speaks of the request, whoever makes it. */
export function covers(
  statement: Statement,
  request: { readonly action: string; readonly resource: string },
  context: Readonly<Record<string, string>>,
): boolean {
  return (
    statement.actions.some((pattern) => pattern.matches(request.action)) &&
    statement.resources.some((pattern) => pattern.matches(request.resource)) &&
    statement.condition(context)
  );
}
