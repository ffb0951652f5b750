import type { EventPattern } from '../../shared/lambda/contract.ts';
import { type FieldTest, fieldTest, invalidPattern } from './event-pattern-operators.ts';
import { describe, isList, isRecord } from './json.ts';

/*
 * Event patterns of EventBridge (Classic). The user guide is silent on arrays of objects, on absence and on names
 * with dots; there this follows Event Ruler, the library that EventBridge itself matches with.
 *
 * A pattern is compiled to branches, one for each way through its `$or`s; an event is flattened to fields, named by
 * their dotted path. A branch matches when each path it names has a field that passes one of the path's tests, and
 * the fields taken together do not come from different elements of one array of the event.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 * https://github.com/aws/event-ruler
 */

/** PutRule refuses a longer pattern. */
const maxPatternLength = 2048;

/** PutRule refuses a pattern whose `$or`s multiply to more. */
const maxBranches = 1000;

/** Words that cannot name a field inside `$or`, since Event Ruler could not tell them from operators. */
const reservedInsideOr = new Set([
  ...[
    'exactly',
    'prefix',
    'suffix',
    'equals-ignore-case',
    'anything-but',
    'exists',
    'wildcard',
    'numeric',
    'cidr',
  ],
  ...['=', '<', '<=', '>', '>=', 'regex', 'not-wildcard', 'not-equals-ignore-case'],
]);

/** Dotted path -> the tests of which a field there must pass one. */
type Branch = ReadonlyMap<string, readonly FieldTest[]>;

/** Array of the event (numbered in order of appearance) -> index of the element that a field lies in. */
type Membership = ReadonlyMap<number, number>;

interface Field {
  readonly value: unknown;
  readonly membership: Membership;
}

/** @throws AwsError InvalidEventPatternException when EventBridge would refuse the pattern */
export function matchesPattern(pattern: EventPattern, event: unknown): boolean {
  return compilePattern(pattern)(event);
}

/** @throws AwsError InvalidEventPatternException when EventBridge would refuse the pattern */
export function checkPattern(pattern: unknown): void {
  compilePattern(pattern);
}

/**
 * Checks a pattern once, for matching many events.
 *
 * @throws AwsError InvalidEventPatternException when EventBridge would refuse the pattern
 */
export function compilePattern(pattern: unknown): (event: unknown) => boolean {
  const branches = branchesOf(pattern, [], false).map((branch) =>
    [...branch].sort(([one], [other]) => (one < other ? -1 : 1)),
  );
  const length = JSON.stringify(pattern).length;
  if (length > maxPatternLength) {
    throw invalidPattern(
      'the pattern',
      `is ${length} characters long; at most ${maxPatternLength} are allowed`,
    );
  }
  return (event) => {
    const fields = fieldsOf(event);
    return branches.some((branch) => isSatisfied(branch, fields, new Map()));
  };
}

function branchesOf(pattern: unknown, path: readonly string[], insideOr: boolean): Branch[] {
  const where = path.join('.') || 'the pattern';
  if (!isRecord(pattern)) throw invalidPattern(where, `must be an object, not ${describe(pattern)}`);
  const members = Object.entries(pattern);
  if (members.length === 0) throw invalidPattern(where, 'an empty object is not allowed');
  let branches: Branch[] = [new Map()];
  for (const [key, value] of members) {
    if (insideOr && reservedInsideOr.has(key)) throw invalidPattern(where, `'${key}' is reserved inside $or`);
    const below = key === '$or' ? orBranches(value, path) : memberBranches(value, [...path, key], insideOr);
    if (branches.length * below.length > maxBranches) {
      throw invalidPattern(where, `has more than ${maxBranches} combinations of $or`);
    }
    branches = branches.flatMap((branch) => below.map((other) => merged(branch, other)));
  }
  return branches;
}

function memberBranches(value: unknown, path: readonly string[], insideOr: boolean): Branch[] {
  if (isRecord(value)) return branchesOf(value, path, insideOr);
  const name = path.join('.');
  if (!isList(value)) throw invalidPattern(name, `must be an array or an object, not ${describe(value)}`);
  if (value.length === 0) throw invalidPattern(name, 'an empty array is not allowed');
  return [new Map([[name, value.map((element, index) => fieldTest(element, `${name}[${index}]`))]])];
}

function orBranches(value: unknown, path: readonly string[]): Branch[] {
  const where = [...path, '$or'].join('.');
  if (!isList(value) || value.length < 2)
    throw invalidPattern(where, 'takes an array of two or more objects');
  return value.flatMap((alternative) => branchesOf(alternative, path, true));
}

/** Event Ruler keeps only the last of two tests for one path, which nobody means: refused here. */
function merged(one: Branch, other: Branch): Branch {
  for (const path of other.keys()) {
    if (one.has(path)) throw invalidPattern(path, 'is tested twice, and only the last test would count');
  }
  return new Map([...one, ...other]);
}

/** The scalars of an event by dotted path. Arrays leave no trace in the path; empty ones leave no field. */
function fieldsOf(event: unknown): ReadonlyMap<string, readonly Field[]> {
  const fields = new Map<string, Field[]>();
  let arrays = 0;
  const walk = (value: unknown, path: string, membership: Membership): void => {
    if (isList(value)) {
      const array = arrays++;
      for (const [index, element] of value.entries()) {
        const isScalar = !isRecord(element) && !isList(element);
        walk(element, path, isScalar ? membership : new Map(membership).set(array, index));
      }
    } else if (isRecord(value)) {
      for (const [key, member] of Object.entries(value)) {
        walk(member, path === '' ? key : `${path}.${key}`, membership);
      }
    } else if (value !== undefined) {
      const found = fields.get(path);
      if (found === undefined) fields.set(path, [{ value, membership }]);
      else found.push({ value, membership });
    }
  };
  walk(event, '', new Map());
  return fields;
}

/**
 * Paths are settled in alphabetical order. A path counts as absent when the array elements chosen so far have no
 * such field, whatever other elements have.
 */
function isSatisfied(
  branch: readonly (readonly [string, readonly FieldTest[]])[],
  fields: ReadonlyMap<string, readonly Field[]>,
  chosen: Membership,
): boolean {
  const [first, ...rest] = branch;
  if (first === undefined) return true;
  const [path, tests] = first;
  const candidates = (fields.get(path) ?? []).filter((field) => isConsistent(field.membership, chosen));
  if (candidates.length === 0) {
    return tests.some((test) => test(undefined)) && isSatisfied(rest, fields, chosen);
  }
  return candidates.some(
    ({ value, membership }) =>
      tests.some((test) => test(value)) && isSatisfied(rest, fields, new Map([...chosen, ...membership])),
  );
}

function isConsistent(one: Membership, other: Membership): boolean {
  return [...one].every(([array, index]) => !other.has(array) || other.get(array) === index);
}
