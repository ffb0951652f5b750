import { BlockList, isIP } from 'node:net';
import { AwsError } from '../kernel.ts';
import { escapeRegExp } from './glob.ts';
import { describe, isList, isRecord } from './json.ts';

/**
 * Whether a field satisfies one element of a pattern's array. The value is a JSON scalar; `undefined` stands for a
 * field that the event does not have.
 */
export type FieldTest = (value: unknown) => boolean;

/** The refusal that EventBridge's PutRule answers. */
export function invalidPattern(where: string, reason: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid: ${where}: ${reason}`);
}

/**
 * Compiles one element of a pattern's array: a scalar, which is compared exactly, or an object with one operator.
 * Text operators hold for text alone; no operator but `exists: false` holds for a missing field.
 *
 * @throws AwsError InvalidEventPatternException for whatever EventBridge refuses
 */
export function fieldTest(element: unknown, where: string): FieldTest {
  if (!isRecord(element)) return exactly(element, where);
  const [operator, operand] = onlyMember(element, where);
  const at = `${where}.${operator}`;
  switch (operator) {
    case 'prefix':
      return affix(operand, at, (text, part) => text.startsWith(part));
    case 'suffix':
      return affix(operand, at, (text, part) => text.endsWith(part));
    case 'equals-ignore-case':
      return equalsIgnoreCase(text(operand, at));
    case 'wildcard':
      return wildcard(text(operand, at), at);
    case 'anything-but':
      return anythingBut(operand, at);
    case 'numeric':
      return numeric(operand, at);
    case 'cidr':
      return cidr(text(operand, at), at);
    case 'exists':
      return exists(operand, at);
    default:
      throw invalidPattern(where, `'${operator}' is not an operator of EventBridge`);
  }
}

/** Strings, numbers, true, false and null are equal when type and value are. */
function exactly(element: unknown, where: string): FieldTest {
  if (element === undefined || isList(element)) {
    throw invalidPattern(
      where,
      `a value must be text, a number, true, false or null, not ${describe(element)}`,
    );
  }
  return (value) => value === element;
}

function affix(operand: unknown, where: string, holds: (text: string, part: string) => boolean): FieldTest {
  if (!isRecord(operand)) {
    const part = text(operand, where);
    return (value) => typeof value === 'string' && holds(value, part);
  }
  const [option, nested] = onlyMember(operand, where);
  if (option !== 'equals-ignore-case') {
    throw invalidPattern(where, `only 'equals-ignore-case' may stand inside, not '${option}'`);
  }
  const part = text(nested, `${where}.${option}`).toLowerCase();
  return (value) => typeof value === 'string' && holds(value.toLowerCase(), part);
}

function equalsIgnoreCase(operand: string): FieldTest {
  const lower = operand.toLowerCase();
  return (value) => typeof value === 'string' && value.toLowerCase() === lower;
}

/** `*` is any run of characters; a backslash makes `\*` and `\\` literal and may precede nothing else. */
function wildcard(operand: string, where: string): FieldTest {
  let source = '';
  for (const token of operand.match(/\\.?|\*+|[^\\*]+/gs) ?? []) {
    if (token.startsWith('**')) throw invalidPattern(where, `consecutive wildcards in '${operand}'`);
    if (token.startsWith('\\') && token !== '\\*' && token !== '\\\\') {
      throw invalidPattern(where, `a backslash in '${operand}' escapes neither '*' nor a backslash`);
    }
    source += token === '*' ? '.*' : escapeRegExp(token.startsWith('\\') ? token.slice(1) : token);
  }
  const matcher = new RegExp(`^${source}$`, 's');
  return (value) => typeof value === 'string' && matcher.test(value);
}

/** Holds for every present value but the ones named, those of another type included. */
function anythingBut(operand: unknown, where: string): FieldTest {
  const excluded = isRecord(operand) ? excludedByOperator(operand, where) : excludedValues(operand, where);
  return (value) => value !== undefined && !excluded.some((test) => test(value));
}

function excludedValues(operand: unknown, where: string): FieldTest[] {
  const values = isList(operand) ? operand : [operand];
  const types = new Set(values.map((value) => typeof value));
  const [type] = types;
  if (types.size !== 1 || (type !== 'string' && type !== 'number')) {
    throw invalidPattern(where, `takes text or numbers, not mixed, not ${describe(operand)}`);
  }
  return values.map((value) => exactly(value, where));
}

function excludedByOperator(operand: Readonly<Record<string, unknown>>, where: string): FieldTest[] {
  const [operator, nested] = onlyMember(operand, where);
  const at = `${where}.${operator}`;
  if (!['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(operator)) {
    throw invalidPattern(where, `'${operator}' may not stand inside anything-but`);
  }
  const parts = (isList(nested) ? nested : [nested]).map((part) => text(part, at));
  if (parts.length === 0) throw invalidPattern(at, 'an empty array matches nothing');
  if (parts.includes('') && (operator === 'prefix' || operator === 'suffix')) {
    throw invalidPattern(at, 'an empty text would exclude everything');
  }
  return parts.map((part) => fieldTest({ [operator]: part }, where));
}

const comparisons: ReadonlyMap<unknown, (value: number, bound: number) => boolean> = new Map([
  ['=', (value: number, bound: number) => value === bound],
  ['>', (value: number, bound: number) => value > bound],
  ['>=', (value: number, bound: number) => value >= bound],
  ['<', (value: number, bound: number) => value < bound],
  ['<=', (value: number, bound: number) => value <= bound],
]);

/** `["=", x]`, one bound, or a lower bound followed by an upper one. Numbers are compared in double precision. */
function numeric(operand: unknown, where: string): FieldTest {
  const usage =
    "takes ['=', n], one bound such as ['>', n], or a lower and an upper bound: ['>', n, '<=', m]";
  if (!isList(operand)) throw invalidPattern(where, usage);
  const [firstSign, firstBound, secondSign, secondBound, ...rest] = operand;
  const first = comparison(firstSign, firstBound);
  if (first === undefined || rest.length > 0) throw invalidPattern(where, usage);
  if (operand.length === 2) return first;
  const second = comparison(secondSign, secondBound);
  const isLower = firstSign === '>' || firstSign === '>=';
  const isUpper = secondSign === '<' || secondSign === '<=';
  if (second === undefined || !isLower || !isUpper) throw invalidPattern(where, usage);
  if (Number(firstBound) >= Number(secondBound))
    throw invalidPattern(where, 'the lower bound must be the smaller');
  return (value) => [first, second].every((test) => test(value));
}

function comparison(sign: unknown, bound: unknown): FieldTest | undefined {
  const holds = comparisons.get(sign);
  if (holds === undefined || typeof bound !== 'number') return undefined;
  return (value) => typeof value === 'number' && holds(value, bound);
}

function cidr(operand: string, where: string): FieldTest {
  const [network = '', bits = '', ...rest] = operand.split('/');
  const family = isIP(network);
  const isBits = /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
  if (family === 0 || !isBits || rest.length > 0) {
    throw invalidPattern(where, `takes an address block such as '10.0.0.0/24', not '${operand}'`);
  }
  const block = new BlockList();
  block.addSubnet(network, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  return (value) =>
    typeof value === 'string' && isIP(value) === family && block.check(value, family === 4 ? 'ipv4' : 'ipv6');
}

function exists(operand: unknown, where: string): FieldTest {
  if (typeof operand !== 'boolean')
    throw invalidPattern(where, `takes true or false, not ${describe(operand)}`);
  return (value) => (value !== undefined) === operand;
}

function onlyMember(element: Readonly<Record<string, unknown>>, where: string): [string, unknown] {
  const [member, ...others] = Object.entries(element);
  if (member === undefined || others.length > 0) {
    throw invalidPattern(where, `takes exactly one operator, found ${describe(element)}`);
  }
  return member;
}

function text(operand: unknown, where: string): string {
  if (typeof operand !== 'string') throw invalidPattern(where, `takes text, not ${describe(operand)}`);
  return operand;
}
