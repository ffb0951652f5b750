import { createHash } from 'node:crypto';
import type {
  AttributeValue,
  QueryCommandInput,
  QueryOutput,
  ScanCommandInput,
} from '@aws-sdk/client-dynamodb';
import { attributesOf, type Condition, holds } from './dynamodb-condition.ts';
import { parseCondition } from './dynamodb-condition-parser.ts';
import { Placeholders } from './dynamodb-expression.ts';
import type { Queryable } from './dynamodb-index.ts';
import { parseProjection, project } from './dynamodb-projection.ts';
import type { KeyAttribute, Table } from './dynamodb-table.ts';
import { equal, type Item, identity, invalid, itemSize, typeOf } from './dynamodb-value.ts';

/** A page ends with the item that fills it. */
const pageBytes = 1024 * 1024;

export function query(table: Table, region: string, input: QueryCommandInput): QueryOutput {
  if (input.KeyConditionExpression === undefined) {
    throw invalid(
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    );
  }
  const placeholders = new Placeholders(input);
  const condition = parseCondition('KeyConditionExpression', input.KeyConditionExpression, placeholders);
  const queried = input.IndexName === undefined ? table : table.index(input.IndexName);
  const partition = partitionOf(condition, queried);
  const select = selection(queried, input, placeholders, 'refuse keys');
  const direction = input.ScanIndexForward === false ? -1 : 1;
  const items = queried
    .readPartition(region, partition.value, input.ConsistentRead === true)
    .filter((item) => holds(condition, item));
  const page = readPage(queried, input, items, (one, other) => direction * queried.compareRows(one, other));
  const start = page.startKey?.[partition.name];
  if (start !== undefined && !equal(start, partition.value)) {
    throw invalid('The provided starting key is outside query boundaries based on provided conditions');
  }
  return select(page);
}

/** The order is that of a hash of the partition key, as in DynamoDB: none that a caller could rely on. */
export function scan(table: Table, region: string, input: ScanCommandInput): QueryOutput {
  const select = selection(table, input, new Placeholders(input), 'allow keys');
  const items = table.readAll(region, input.ConsistentRead === true);
  return select(
    readPage(table, input, items, (one, other) => {
      const [left, right] = [hashOf(table, one), hashOf(table, other)];
      return left === right ? table.compareRows(one, other) : left < right ? -1 : 1;
    }),
  );
}

interface Page {
  readonly items: readonly Item[];
  readonly startKey: Item | undefined;
  readonly lastKey: Record<string, AttributeValue> | undefined;
}

interface PageInput {
  readonly Limit?: number | undefined;
  readonly ExclusiveStartKey?: Record<string, AttributeValue> | undefined;
}

/** What the limit or the page size cuts short has a last key, even when nothing follows. */
function readPage(
  table: Queryable,
  { Limit, ExclusiveStartKey }: PageInput,
  items: readonly Item[],
  order: (one: Item, other: Item) => number,
): Page {
  if (Limit !== undefined && Limit < 1) {
    throw invalid(
      `1 validation error detected: Value '${Limit}' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    );
  }
  const startKey = ExclusiveStartKey && table.checkedKey(ExclusiveStartKey);
  const page: Item[] = [];
  let bytes = 0;
  for (const item of items.toSorted(order)) {
    if (startKey !== undefined && order(item, startKey) <= 0) continue;
    page.push(item);
    bytes += itemSize(item);
    if (page.length === Limit || bytes >= pageBytes) {
      return { items: page, startKey, lastKey: { ...table.keyOf(item) } };
    }
  }
  return { items: page, startKey, lastKey: undefined };
}

interface SelectInput {
  readonly FilterExpression?: string | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly Select?: string | undefined;
}

/** Parses filter and projection and returns what applies them to a page that was read. */
function selection(
  table: Queryable,
  input: SelectInput,
  placeholders: Placeholders,
  keysInFilter: 'refuse keys' | 'allow keys',
): (page: Page) => QueryOutput {
  const filter =
    input.FilterExpression === undefined
      ? undefined
      : parseCondition('FilterExpression', input.FilterExpression, placeholders);
  const paths =
    input.ProjectionExpression === undefined
      ? undefined
      : parseProjection(input.ProjectionExpression, placeholders);
  placeholders.refuseUnused();
  if (filter !== undefined && keysInFilter === 'refuse keys') refuseKeys(table, filter);
  return ({ items, lastKey }) => {
    const found = filter === undefined ? items : items.filter((item) => holds(filter, item));
    const selected = found.map((item) => (paths === undefined ? { ...item } : project(item, paths)));
    return {
      ...(input.Select === 'COUNT' ? {} : { Items: selected }),
      Count: found.length,
      ScannedCount: items.length,
      ...(lastKey === undefined ? {} : { LastEvaluatedKey: lastKey }),
    };
  };
}

function refuseKeys(table: Queryable, filter: Condition): void {
  const attributes = attributesOf(filter);
  const key = table.keyAttributes.find(({ name }) => attributes.includes(name));
  if (key !== undefined) {
    throw invalid(
      `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key.name}`,
    );
  }
}

/**
 * A key condition is `partition = value`, alone or with one test of the sort key other than `<>`.
 *
 * @returns the partition that is queried
 */
function partitionOf(condition: Condition, table: Queryable): { name: string; value: AttributeValue } {
  const tests = conjuncts(condition).map((test) => keyTest(test, table));
  const [partition, sort] = table.keyAttributes;
  if (new Set(tests.map(({ key }) => key)).size < tests.length) {
    throw invalid('KeyConditionExpressions must only contain one condition per key');
  }
  const found = tests.find(({ key }) => key === partition);
  if (found === undefined) {
    throw invalid(`Query condition missed key schema element: ${partition?.name}`);
  }
  if (!found.isEquality) throw invalid('Query key condition not supported');
  if (tests.length > 1 && !tests.some(({ key }) => key === sort)) {
    throw invalid(`Query condition missed key schema element: ${sort?.name}`);
  }
  return { name: found.key.name, value: found.value };
}

interface KeyTest {
  readonly key: KeyAttribute;
  readonly value: AttributeValue;
  readonly isEquality: boolean;
}

function conjuncts(condition: Condition): Condition[] {
  return condition.kind === 'and'
    ? [...conjuncts(condition.left), ...conjuncts(condition.right)]
    : [condition];
}

function keyTest(test: Condition, table: Queryable): KeyTest {
  const [operand, ...values] = keyOperands(test);
  const key = table.keyAttributes.find(
    ({ name }) => operand?.kind === 'path' && operand.path.length === 1 && operand.path[0] === name,
  );
  const [first] = values;
  if (key === undefined || first?.kind !== 'value') throw invalid('Query key condition not supported');
  for (const value of values) {
    if (value.kind !== 'value' || typeOf(value.value) !== key.type) {
      throw invalid(
        'One or more parameter values were invalid: Condition parameter type does not match schema type',
      );
    }
  }
  return {
    key,
    value: first.value,
    isEquality: test.kind === 'comparison' && test.comparator === '=',
  };
}

function keyOperands(test: Condition) {
  switch (test.kind) {
    case 'comparison':
      return test.comparator === '<>' ? [] : [test.left, test.right];
    case 'between':
      return [test.operand, test.low, test.high];
    case 'begins_with':
      return [test.operand, test.argument];
    default:
      return [];
  }
}

function hashOf(table: Table, item: Item): string {
  const value = item[table.keyAttributes[0]?.name ?? ''];
  return createHash('sha256')
    .update(value === undefined ? '' : identity(value))
    .digest('hex');
}
