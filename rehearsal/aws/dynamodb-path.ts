import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Item, invalid } from './dynamodb-value.ts';

/** From an item inwards: `['tags', 0, 'name']`. The first step is an attribute of the item. */
export type Path = readonly (string | number)[];

/** What an item holds at a path; undefined where the path leads nowhere. */
export function valueAt(item: Item, path: Path): AttributeValue | undefined {
  const [name, ...steps] = path;
  return steps.reduce<AttributeValue | undefined>(
    (value, step) => (typeof step === 'number' ? value?.L?.[step] : value?.M?.[step]),
    item[String(name)],
  );
}

/** @throws AwsError ValidationException when the path leads through what is not there */
export function setAt(item: Item, [name, ...steps]: Path, value: AttributeValue): Item {
  const attribute = String(name);
  return { ...item, [attribute]: setInside(item[attribute], steps, value) };
}

function setInside(
  container: AttributeValue | undefined,
  [step, ...steps]: Path,
  value: AttributeValue,
): AttributeValue {
  if (step === undefined) return value;
  if (typeof step === 'number' && container?.L !== undefined) {
    const element = setInside(container.L[step], steps, value);
    return { L: step < container.L.length ? container.L.with(step, element) : [...container.L, element] };
  }
  if (typeof step === 'string' && container?.M !== undefined) {
    return { M: { ...container.M, [step]: setInside(container.M[step], steps, value) } };
  }
  throw noParent();
}

/**
 * List indexes are those before anything is removed. What is not there is no error, but what would hold it must be.
 *
 * @throws AwsError ValidationException when a path leads through what is not there
 */
export function removeAll(item: Item, paths: readonly Path[]): Item {
  return paths.toSorted(laterFirst).reduce(removeAt, item);
}

function removeAt(item: Item, [name, ...steps]: Path): Item {
  const { [String(name)]: value, ...others } = item;
  if (steps.length === 0) return others;
  return { ...item, [String(name)]: removeInside(value, steps) };
}

function removeInside(container: AttributeValue | undefined, [step, ...steps]: Path): AttributeValue {
  if (typeof step === 'number' && container?.L !== undefined) {
    const list = container.L;
    if (steps.length === 0) return { L: list.filter((_element, index) => index !== step) };
    return { L: list.with(step, removeInside(list[step], steps)) };
  }
  if (typeof step === 'string' && container?.M !== undefined) {
    const { [step]: value, ...others } = container.M;
    return { M: steps.length === 0 ? others : { ...others, [step]: removeInside(value, steps) } };
  }
  throw noParent();
}

/** A total order of paths none of which leads into another: higher list indexes come before lower ones. */
function laterFirst(one: Path, other: Path): number {
  const at = one.findIndex((step, index) => step !== other[index]);
  const [step, counterpart] = [one[at], other[at]];
  if (typeof step === 'number' && typeof counterpart === 'number') return counterpart - step;
  return String(step) < String(counterpart) ? -1 : 1;
}

function noParent(): Error {
  return invalid('The document path provided in the update expression is invalid for update');
}
