import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { ExpressionReader, type Placeholders, refuseOverlaps } from './dynamodb-expression.ts';
import { type Path, valueAt } from './dynamodb-path.ts';
import type { Item } from './dynamodb-value.ts';

/** @throws AwsError ValidationException */
export function parseProjection(text: string, placeholders: Placeholders): Path[] {
  const reader = new ExpressionReader('ProjectionExpression', text, placeholders);
  const paths = reader.list(() => reader.path());
  reader.expectEnd();
  refuseOverlaps('ProjectionExpression', paths);
  return paths;
}

/**
 * What the item holds at the paths, in the shape of the item. Elements taken out of a list close up: `[5]` alone
 * becomes the first element.
 */
export function project(item: Item, paths: readonly Path[]): Record<string, AttributeValue> {
  return pick(
    item,
    paths.filter((path) => valueAt(item, path) !== undefined),
  );
}

function pick(item: Item, paths: readonly Path[]): Record<string, AttributeValue> {
  const picked: Record<string, AttributeValue> = {};
  for (const [name, inner] of byFirstStep(paths)) {
    const value = item[name];
    if (value !== undefined) picked[name] = pickInside(value, inner);
  }
  return picked;
}

function pickInside(value: AttributeValue, paths: readonly Path[]): AttributeValue {
  if (paths.some((path) => path.length === 0)) return value;
  if (value.M !== undefined) return { M: pick(value.M, paths) };
  const list = value.L ?? [];
  const elements = byFirstStep(paths).sort(([one], [other]) => Number(one) - Number(other));
  return {
    L: elements.flatMap(([index, inner]) => {
      const element = list[Number(index)];
      return element === undefined ? [] : [pickInside(element, inner)];
    }),
  };
}

/** Where the paths lead from each of their first steps. */
function byFirstStep(paths: readonly Path[]): [string, Path[]][] {
  const groups = Map.groupBy(paths, ([first]) => String(first));
  return [...groups].map(([first, group]) => [first, group.map((path) => path.slice(1))]);
}
