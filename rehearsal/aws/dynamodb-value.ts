import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../kernel.ts';
import { compareNumbers, normalNumber } from './dynamodb-number.ts';

export type Item = Readonly<Record<string, AttributeValue>>;

export const attributeTypes = ['S', 'N', 'B', 'SS', 'NS', 'BS', 'M', 'L', 'BOOL', 'NULL'] as const;

export type AttributeType = (typeof attributeTypes)[number];

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** @throws AwsError ValidationException unless the value has exactly one of the ten types */
export function typeOf(value: AttributeValue): AttributeType {
  const [type, ...more] = attributeTypes.filter((name) => value[name] !== undefined);
  if (type === undefined) {
    throw invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
  if (more.length > 0) {
    throw invalid(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  return type;
}

/**
 * The value as DynamoDB keeps it: numbers in their normal form, otherwise as it came.
 *
 * @throws AwsError ValidationException for a number that is none, an empty set, a set with duplicates or a NULL that is false
 */
export function normal(value: AttributeValue): AttributeValue {
  typeOf(value);
  if (value.N !== undefined) return { N: normalNumber(value.N) };
  if (value.NS !== undefined) {
    const NS = value.NS.map(normalNumber);
    checkSet('number', NS);
    return { NS };
  }
  if (value.SS !== undefined) checkSet('string', value.SS);
  if (value.BS !== undefined) checkSet('binary', value.BS.map(base64));
  if (value.NULL === false) {
    throw invalid(
      'One or more parameter values were invalid: Null attribute value types must have the value of true',
    );
  }
  if (value.L !== undefined) return { L: value.L.map(normal) };
  if (value.M !== undefined) return { M: normalItem(value.M) };
  return value;
}

export function normalItem(item: Item): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, normal(value)]));
}

function checkSet(kind: 'string' | 'number' | 'binary', members: readonly string[]): void {
  if (members.length === 0) {
    const problem =
      kind === 'binary' ? 'Binary sets should not be empty' : `An ${kind} set  may not be empty`;
    throw invalid(`One or more parameter values were invalid: ${problem}`);
  }
  if (new Set(members).size < members.length) {
    throw invalid(
      `One or more parameter values were invalid: Input collection [${members.join(', ')}] contains duplicates.`,
    );
  }
}

/** Sets are equal when they have the same members, in any order. Both values are in normal form. */
export function equal(one: AttributeValue, other: AttributeValue): boolean {
  return identity(one) === identity(other);
}

/** A text that is the same for equal values and no others. */
export function identity(value: AttributeValue): string {
  const set = value.SS ?? value.NS ?? value.BS?.map(base64);
  if (set !== undefined) return JSON.stringify([typeOf(value), set.toSorted(byText)]);
  if (value.B !== undefined) return JSON.stringify(['B', base64(value.B)]);
  if (value.L !== undefined) return JSON.stringify(['L', value.L.map(identity)]);
  if (value.M !== undefined) {
    const members = Object.entries(value.M).map(([name, member]) => [name, identity(member)]);
    return JSON.stringify(['M', members.sort(([a = ''], [b = '']) => byText(a, b))]);
  }
  return JSON.stringify([typeOf(value), value.S ?? value.N ?? value.BOOL ?? value.NULL]);
}

function byText(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

/**
 * The order of DynamoDB: numbers by value, strings by their UTF-8 bytes, binary by bytes. Values of other or of
 * different types have no order: NaN.
 */
export function compare(one: AttributeValue, other: AttributeValue): number {
  if (one.N !== undefined && other.N !== undefined) return compareNumbers(one.N, other.N);
  if (one.S !== undefined && other.S !== undefined) {
    return Buffer.compare(Buffer.from(one.S), Buffer.from(other.S));
  }
  if (one.B !== undefined && other.B !== undefined) return Buffer.compare(one.B, other.B);
  return Number.NaN;
}

/**
 * Bytes that an item counts for towards the 400 KB of an item and the 1 MB of a page.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemSize(item: Item): number {
  return Object.entries(item).reduce((size, [name, value]) => size + utf8(name) + valueSize(value), 0);
}

function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return utf8(value.S);
  if (value.N !== undefined) return numberSize(value.N);
  if (value.B !== undefined) return value.B.length;
  if (value.SS !== undefined) return sum(value.SS.map(utf8));
  if (value.NS !== undefined) return sum(value.NS.map(numberSize));
  if (value.BS !== undefined) return sum(value.BS.map((bytes) => bytes.length));
  if (value.L !== undefined) return 3 + sum(value.L.map((member) => 1 + valueSize(member)));
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + itemSize(value.M);
  return 1;
}

function numberSize(number: string): number {
  return Math.ceil(number.replace(/[^0-9]|0+$/g, '').length / 2) + 1;
}

function utf8(text: string): number {
  return Buffer.byteLength(text);
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
