import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Condition, comparators, type Operand } from './dynamodb-condition.ts';
import { type ExpressionKind, ExpressionReader, type Placeholders } from './dynamodb-expression.ts';
import { type AttributeType, attributeTypes, base64, compare, typeOf } from './dynamodb-value.ts';

/** @throws AwsError ValidationException */
export function parseCondition(kind: ExpressionKind, text: string, placeholders: Placeholders): Condition {
  const reader = new ExpressionReader(kind, text, placeholders);
  const condition = readOr(reader);
  reader.expectEnd();
  return condition;
}

function readOr(reader: ExpressionReader): Condition {
  let left = readAnd(reader);
  while (reader.accept('OR')) left = { kind: 'or', left, right: readAnd(reader) };
  return left;
}

function readAnd(reader: ExpressionReader): Condition {
  let left = readNot(reader);
  while (reader.accept('AND')) left = { kind: 'and', left, right: readNot(reader) };
  return left;
}

/** The conditions that were read with parentheses of their own. */
const inParentheses = new WeakSet<Condition>();

function readNot(reader: ExpressionReader): Condition {
  if (reader.accept('NOT')) return { kind: 'not', condition: readNot(reader) };
  if (!reader.accept('(')) return readTest(reader);
  const condition = readOr(reader);
  reader.expect(')');
  if (inParentheses.has(condition)) throw reader.invalid('The expression has redundant parentheses;');
  inParentheses.add(condition);
  return condition;
}

function readTest(reader: ExpressionReader): Condition {
  if (reader.peek(1) === '(' && reader.peek() !== 'size') return readFunction(reader);
  const operand = readOperand(reader);
  if (reader.accept('BETWEEN')) {
    const low = readOperand(reader);
    reader.expect('AND');
    const high = readOperand(reader);
    checkBounds(reader, low, high);
    return { kind: 'between', operand, low, high };
  }
  if (reader.accept('IN')) {
    reader.expect('(');
    const candidates = reader.list(() => readOperand(reader));
    reader.expect(')');
    return { kind: 'in', operand, candidates };
  }
  const comparator = comparators.find((candidate) => candidate === reader.peek());
  if (comparator === undefined) throw reader.syntaxError();
  reader.next();
  const right = readOperand(reader);
  if (comparator !== '=' && comparator !== '<>') {
    for (const side of [operand, right]) requireType(reader, side, ordered, comparator);
  }
  return { kind: 'comparison', comparator, left: operand, right };
}

function readFunction(reader: ExpressionReader): Condition {
  const name = reader.next();
  reader.expect('(');
  switch (name) {
    case 'attribute_exists':
    case 'attribute_not_exists': {
      const path = reader.path();
      reader.expect(')');
      return { kind: name, path };
    }
    case 'attribute_type':
    case 'begins_with':
    case 'contains': {
      const operand = readOperand(reader);
      reader.expect(',');
      const argument = readOperand(reader);
      reader.expect(')');
      if (name === 'begins_with') requireType(reader, argument, ['S', 'B'], name);
      if (name === 'attribute_type') {
        requireType(reader, argument, ['S'], name);
        checkTypeName(reader, argument);
      }
      return { kind: name, operand, argument };
    }
    default:
      throw reader.invalid(`Invalid function name; function: ${name}`);
  }
}

function readOperand(reader: ExpressionReader): Operand {
  if (reader.startsValue()) return { kind: 'value', value: reader.value() };
  if (reader.peek() === 'size' && reader.peek(1) === '(') {
    reader.next();
    reader.expect('(');
    const path = reader.path();
    reader.expect(')');
    return { kind: 'size', path };
  }
  return { kind: 'path', path: reader.path() };
}

/** The types whose values have an order. */
const ordered = ['S', 'N', 'B'] as const;

function requireType(
  reader: ExpressionReader,
  operand: Operand,
  types: readonly AttributeType[],
  operator: string,
): void {
  if (operand.kind !== 'value' || types.includes(typeOf(operand.value))) return;
  throw reader.invalid(
    `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${typeOf(operand.value)}`,
  );
}

function checkBounds(reader: ExpressionReader, low: Operand, high: Operand): void {
  for (const bound of [low, high]) requireType(reader, bound, ordered, 'BETWEEN');
  if (low.kind !== 'value' || high.kind !== 'value') return;
  const difference = compare(low.value, high.value);
  if (difference <= 0) return;
  const rule = Number.isNaN(difference)
    ? 'same data type for lower and upper bounds'
    : 'upper bound to be greater than or equal to lower bound';
  throw reader.invalid(
    `The BETWEEN operator requires ${rule}; lower bound operand: ${describe(low.value)}, upper bound operand: ${describe(high.value)}`,
  );
}

function describe(value: AttributeValue): string {
  return `AttributeValue: {${typeOf(value)}:${value.S ?? value.N ?? base64(value.B ?? new Uint8Array())}}`;
}

function checkTypeName(reader: ExpressionReader, argument: Operand): void {
  const name = argument.kind === 'value' ? argument.value.S : undefined;
  if (name === undefined || attributeTypes.some((type) => type === name)) return;
  throw reader.invalid(
    `Invalid attribute type name found; type: ${name}, valid types: {${attributeTypes.join(',')}}`,
  );
}
