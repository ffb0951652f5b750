import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { ExpressionReader, type Placeholders, refuseOverlaps } from './dynamodb-expression.ts';
import { addNumbers, subtractNumbers } from './dynamodb-number.ts';
import { type Path, removeAll, setAt, valueAt } from './dynamodb-path.ts';
import { type AttributeType, equal, type Item, identity, invalid, typeOf } from './dynamodb-value.ts';

/**
 * Update expressions.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 */
export type UpdateAction =
  | { readonly clause: 'SET'; readonly path: Path; readonly value: NewValue }
  | { readonly clause: 'REMOVE'; readonly path: Path }
  | { readonly clause: 'ADD' | 'DELETE'; readonly path: Path; readonly value: AttributeValue };

type NewValue =
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'if_not_exists'; readonly path: Path; readonly otherwise: NewValue }
  | { readonly kind: 'list_append' | '+' | '-'; readonly left: NewValue; readonly right: NewValue };

const clauses = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;

const operandTypes = {
  ADD: ['N', 'SS', 'NS', 'BS'],
  DELETE: ['SS', 'NS', 'BS'],
} as const satisfies Record<string, readonly AttributeType[]>;

/** @throws AwsError ValidationException */
export function parseUpdate(text: string, placeholders: Placeholders): UpdateAction[] {
  const reader = new ExpressionReader('UpdateExpression', text, placeholders);
  const actions: UpdateAction[] = [];
  const seen = new Set<string>();
  do {
    const clause = clauses.find((candidate) => reader.accept(candidate));
    if (clause === undefined) throw reader.syntaxError();
    if (seen.has(clause)) {
      throw reader.invalid(`The "${clause}" section can only be used once in an update expression;`);
    }
    seen.add(clause);
    actions.push(...reader.list(() => readAction(reader, clause)));
  } while (reader.peek() !== '<EOF>');
  refuseOverlaps(
    'UpdateExpression',
    actions.map(({ path }) => path),
  );
  return actions;
}

/**
 * The item after the update. All values are taken from the item as it was; then SET, ADD and DELETE happen, and REMOVE
 * last, so that no index shifts under another action.
 *
 * @throws AwsError ValidationException when an operand is missing or of the wrong type, or a path has no parent
 */
export function applyUpdate(actions: readonly UpdateAction[], item: Item): Item {
  let updated = item;
  for (const action of actions) {
    if (action.clause === 'REMOVE') continue;
    const value =
      action.clause === 'SET'
        ? evaluate(action.value, item)
        : combine(action.clause, valueAt(item, action.path), action.value);
    updated = value === undefined ? removeAll(updated, [action.path]) : setAt(updated, action.path, value);
  }
  const removed = actions.filter(({ clause }) => clause === 'REMOVE').map(({ path }) => path);
  return removeAll(updated, removed);
}

function readAction(reader: ExpressionReader, clause: (typeof clauses)[number]): UpdateAction {
  const path = reader.path();
  switch (clause) {
    case 'SET':
      reader.expect('=');
      return { clause, path, value: readNewValue(reader) };
    case 'REMOVE':
      return { clause, path };
    case 'ADD':
    case 'DELETE': {
      const value = reader.value();
      const allowed: readonly AttributeType[] = operandTypes[clause];
      if (!allowed.includes(typeOf(value))) {
        throw reader.invalid(
          `Incorrect operand type for operator or function; operator: ${clause}, operand type: ${longType(value)}, typeSet: ALLOWED_FOR_${clause}_OPERAND`,
        );
      }
      return { clause, path, value };
    }
  }
}

function readNewValue(reader: ExpressionReader): NewValue {
  const left = readOperand(reader);
  if (reader.accept('+')) return { kind: '+', left, right: readOperand(reader) };
  if (reader.accept('-')) return { kind: '-', left, right: readOperand(reader) };
  return left;
}

function readOperand(reader: ExpressionReader): NewValue {
  if (reader.startsValue()) return { kind: 'value', value: reader.value() };
  if (reader.peek(1) !== '(') return { kind: 'path', path: reader.path() };
  const name = reader.next();
  reader.expect('(');
  const operand = readFunction(reader, name);
  reader.expect(')');
  return operand;
}

function readFunction(reader: ExpressionReader, name: string): NewValue {
  switch (name) {
    case 'if_not_exists': {
      const path = reader.path();
      reader.expect(',');
      return { kind: name, path, otherwise: readOperand(reader) };
    }
    case 'list_append': {
      const left = readOperand(reader);
      reader.expect(',');
      return { kind: name, left, right: readOperand(reader) };
    }
    default:
      throw reader.invalid(`Invalid function name; function: ${name}`);
  }
}

function evaluate(operand: NewValue, item: Item): AttributeValue {
  switch (operand.kind) {
    case 'value':
      return operand.value;
    case 'path': {
      const value = valueAt(item, operand.path);
      if (value === undefined) {
        throw invalid('The provided expression refers to an attribute that does not exist in the item');
      }
      return value;
    }
    case 'if_not_exists':
      return valueAt(item, operand.path) ?? evaluate(operand.otherwise, item);
    case 'list_append': {
      const left = evaluate(operand.left, item).L;
      const right = evaluate(operand.right, item).L;
      if (left === undefined || right === undefined) throw incorrectType();
      return { L: [...left, ...right] };
    }
    case '+':
    case '-': {
      const left = evaluate(operand.left, item).N;
      const right = evaluate(operand.right, item).N;
      if (left === undefined || right === undefined) throw incorrectType();
      return { N: operand.kind === '+' ? addNumbers(left, right) : subtractNumbers(left, right) };
    }
  }
}

/** Undefined when nothing is left: DynamoDB keeps no empty set. */
function combine(
  clause: 'ADD' | 'DELETE',
  present: AttributeValue | undefined,
  operand: AttributeValue,
): AttributeValue | undefined {
  if (present === undefined) return clause === 'ADD' ? operand : undefined;
  if (typeOf(present) !== typeOf(operand)) throw incorrectType();
  if (present.N !== undefined && operand.N !== undefined) return { N: addNumbers(present.N, operand.N) };
  const members = membersOf(operand);
  const others = membersOf(present).filter((member) => !members.some((other) => equal(member, other)));
  return setOf(clause === 'ADD' ? [...others, ...members] : others);
}

function membersOf(set: AttributeValue): AttributeValue[] {
  return [
    ...(set.SS ?? []).map((S) => ({ S })),
    ...(set.NS ?? []).map((N) => ({ N })),
    ...(set.BS ?? []).map((B) => ({ B })),
  ];
}

function setOf(members: readonly AttributeValue[]): AttributeValue | undefined {
  const sorted = members.toSorted((one, other) => (identity(one) < identity(other) ? -1 : 1));
  const strings = sorted.flatMap(({ S }) => (S === undefined ? [] : [S]));
  const numbers = sorted.flatMap(({ N }) => (N === undefined ? [] : [N]));
  const binaries = sorted.flatMap(({ B }) => (B === undefined ? [] : [B]));
  if (strings.length > 0) return { SS: strings };
  if (numbers.length > 0) return { NS: numbers };
  return binaries.length > 0 ? { BS: binaries } : undefined;
}

function longType(value: AttributeValue): string {
  const names: Partial<Record<AttributeType, string>> = {
    S: 'STRING',
    N: 'NUMBER',
    B: 'BINARY',
    BOOL: 'BOOLEAN',
    L: 'LIST',
    M: 'MAP',
  };
  const type = typeOf(value);
  return names[type] ?? type;
}

function incorrectType(): Error {
  return invalid('An operand in the update expression has an incorrect data type');
}
