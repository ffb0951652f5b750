import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { KeyAttribute, Table } from './dynamodb-table.ts';
import { compare, equal, type Item, identity, invalid, normalItem } from './dynamodb-value.ts';

export interface IndexDefinition {
  readonly name: string;
  readonly keys: { readonly partition: KeyAttribute; readonly sort?: KeyAttribute };
  /** KEYS_ONLY: an answer holds the keys of the index and of the table, and nothing else. */
  readonly projection: 'ALL' | 'KEYS_ONLY';
}

/** What can be queried: a table, or one of its indexes. */
export interface Queryable {
  readonly keyAttributes: readonly KeyAttribute[];
  /** @param partition the value of the partition key, in normal form */
  readonly readPartition: (region: string, partition: AttributeValue, consistent: boolean) => Item[];
  /** The keys by which a page goes on. */
  readonly keyOf: (item: Item) => Item;
  readonly checkedKey: (given: Item | undefined) => Item;
  /** The order of the rows of a partition. */
  readonly compareRows: (one: Item, other: Item) => number;
}

/**
 * A global secondary index. It holds only those rows that have its keys, and lags behind the table as an eventually
 * consistent read does; a consistent one it refuses.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
 */
export class SecondaryIndex implements Queryable {
  readonly keyAttributes: readonly KeyAttribute[];
  readonly #table: Table;
  readonly #projection: IndexDefinition['projection'];

  constructor(table: Table, { keys, projection }: IndexDefinition) {
    this.keyAttributes = keys.sort === undefined ? [keys.partition] : [keys.partition, keys.sort];
    this.#table = table;
    this.#projection = projection;
  }

  readPartition(region: string, partition: AttributeValue, consistent: boolean): Item[] {
    if (consistent) throw invalid('Consistent reads are not supported on global secondary indexes');
    const [key] = this.keyAttributes;
    return this.#table
      .readAll(region, false)
      .filter((item) => {
        const hasKeys = this.keyAttributes.every(({ name, type }) => item[name]?.[type] !== undefined);
        const value = item[key?.name ?? ''];
        return hasKeys && value !== undefined && equal(value, partition);
      })
      .map((item) => (this.#projection === 'ALL' ? item : this.keyOf(item)));
  }

  keyOf(item: Item): Item {
    const keys = [...this.keyAttributes, ...this.#table.keyAttributes];
    return Object.fromEntries(
      keys.flatMap(({ name }) => {
        const value = item[name];
        return value === undefined ? [] : [[name, value]];
      }),
    );
  }

  checkedKey(given: Item | undefined): Item {
    const key = normalItem(given ?? {});
    const wanted = new Set([...this.keyAttributes, ...this.#table.keyAttributes].map(({ name }) => name));
    if (Object.keys(key).length !== wanted.size || Object.keys(key).some((name) => !wanted.has(name))) {
      throw invalid('The provided starting key is invalid');
    }
    return key;
  }

  /** Rows with the same sort key are told apart by the table's key. */
  compareRows(one: Item, other: Item): number {
    const sort = this.keyAttributes[1]?.name ?? '';
    const [left, right] = [one[sort], other[sort]];
    const bySort = left === undefined || right === undefined ? 0 : compare(left, right);
    if (bySort !== 0) return bySort;
    const [key, otherKey] = [one, other].map((item) => identity({ M: this.#table.keyOf(item) }));
    return key === otherKey ? 0 : (key ?? '') < (otherKey ?? '') ? -1 : 1;
  }
}
