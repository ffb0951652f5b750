import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Path, valueAt } from './dynamodb-path.ts';
import { compare, equal, type Item, typeOf } from './dynamodb-value.ts';

/**
 * Conditions, filters and key conditions: one language.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly condition: Condition }
  | {
      readonly kind: 'comparison';
      readonly comparator: Comparator;
      readonly left: Operand;
      readonly right: Operand;
    }
  | { readonly kind: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly candidates: readonly Operand[] }
  | { readonly kind: 'attribute_exists' | 'attribute_not_exists'; readonly path: Path }
  | {
      readonly kind: 'attribute_type' | 'begins_with' | 'contains';
      readonly operand: Operand;
      readonly argument: Operand;
    };

export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'size'; readonly path: Path };

export const comparators = ['=', '<>', '<', '<=', '>', '>='] as const;

export type Comparator = (typeof comparators)[number];

/** The attributes of the item that the condition looks at. */
export function attributesOf(condition: Condition): string[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return [...attributesOf(condition.left), ...attributesOf(condition.right)];
    case 'not':
      return attributesOf(condition.condition);
    case 'comparison':
      return [condition.left, condition.right].flatMap(attributeOf);
    case 'between':
      return [condition.operand, condition.low, condition.high].flatMap(attributeOf);
    case 'in':
      return [condition.operand, ...condition.candidates].flatMap(attributeOf);
    case 'attribute_exists':
    case 'attribute_not_exists':
      return [String(condition.path[0])];
    case 'attribute_type':
    case 'begins_with':
    case 'contains':
      return [condition.operand, condition.argument].flatMap(attributeOf);
  }
}

function attributeOf(operand: Operand): string[] {
  return operand.kind === 'value' ? [] : [String(operand.path[0])];
}

/**
 * A comparison with what is not there, or between different types, is false; only `<>` is then true.
 */
export function holds(condition: Condition, item: Item): boolean {
  switch (condition.kind) {
    case 'and':
      return holds(condition.left, item) && holds(condition.right, item);
    case 'or':
      return holds(condition.left, item) || holds(condition.right, item);
    case 'not':
      return !holds(condition.condition, item);
    case 'comparison':
      return compares(condition.comparator, resolve(condition.left, item), resolve(condition.right, item));
    case 'between': {
      const value = resolve(condition.operand, item);
      return (
        compares('>=', value, resolve(condition.low, item)) &&
        compares('<=', value, resolve(condition.high, item))
      );
    }
    case 'in': {
      const value = resolve(condition.operand, item);
      return condition.candidates.some((candidate) => compares('=', value, resolve(candidate, item)));
    }
    case 'attribute_exists':
      return valueAt(item, condition.path) !== undefined;
    case 'attribute_not_exists':
      return valueAt(item, condition.path) === undefined;
    case 'attribute_type': {
      const value = resolve(condition.operand, item);
      return value !== undefined && typeOf(value) === resolve(condition.argument, item)?.S;
    }
    case 'begins_with':
      return beginsWith(resolve(condition.operand, item), resolve(condition.argument, item));
    case 'contains':
      return contains(resolve(condition.operand, item), resolve(condition.argument, item));
  }
}

function resolve(operand: Operand, item: Item): AttributeValue | undefined {
  switch (operand.kind) {
    case 'value':
      return operand.value;
    case 'path':
      return valueAt(item, operand.path);
    case 'size': {
      const size = sizeOf(valueAt(item, operand.path));
      return size === undefined ? undefined : { N: String(size) };
    }
  }
}

function sizeOf(value: AttributeValue | undefined): number | undefined {
  if (value?.M !== undefined) return Object.keys(value.M).length;
  return (value?.S ?? value?.B ?? value?.SS ?? value?.NS ?? value?.BS ?? value?.L)?.length;
}

function compares(
  comparator: Comparator,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
): boolean {
  if (left === undefined || right === undefined) return comparator === '<>';
  switch (comparator) {
    case '=':
      return equal(left, right);
    case '<>':
      return !equal(left, right);
    case '<':
      return compare(left, right) < 0;
    case '<=':
      return compare(left, right) <= 0;
    case '>':
      return compare(left, right) > 0;
    case '>=':
      return compare(left, right) >= 0;
  }
}

function beginsWith(value: AttributeValue | undefined, prefix: AttributeValue | undefined): boolean {
  if (value?.S !== undefined && prefix?.S !== undefined) return value.S.startsWith(prefix.S);
  if (value?.B === undefined || prefix?.B === undefined) return false;
  return Buffer.compare(value.B.subarray(0, prefix.B.length), prefix.B) === 0;
}

function contains(value: AttributeValue | undefined, sought: AttributeValue | undefined): boolean {
  if (value === undefined || sought === undefined) return false;
  if (value.L !== undefined) return value.L.some((element) => equal(element, sought));
  if (sought.S !== undefined) return (value.S ?? value.SS)?.includes(sought.S) ?? false;
  if (sought.N !== undefined) return value.NS?.includes(sought.N) ?? false;
  if (sought.B === undefined) return false;
  const part = Buffer.from(sought.B);
  if (value.B !== undefined) return Buffer.from(value.B).includes(part);
  return value.BS?.some((member) => part.equals(member)) ?? false;
}
