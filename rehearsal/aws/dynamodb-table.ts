import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { AwsError, type Kernel } from '../kernel.ts';
import { type IndexDefinition, type Queryable, SecondaryIndex } from './dynamodb-index.ts';
import { Replica, type Version } from './dynamodb-replica.ts';
import { compare, type Item, identity, invalid, itemSize, normalItem, typeOf } from './dynamodb-value.ts';

export interface TableDefinition {
  readonly name: string;
  /** Where the table is made. */
  readonly region: string;
  /** The other Regions of a global table (multi-Region eventual consistency). */
  readonly replicas?: readonly string[];
  readonly keys: { readonly partition: KeyAttribute; readonly sort?: KeyAttribute };
  /** The attribute that holds the end of an item's life, in seconds since 1970. */
  readonly ttlAttribute?: string;
  /** Global secondary indexes. */
  readonly indexes?: readonly IndexDefinition[];
}

export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

export interface Timing {
  /**
   * An eventually consistent read sees nothing that was written in the last `staleMs` milliseconds: the worst that a
   * caller without `ConsistentRead` has to live with.
   */
  readonly staleMs: number;
}

const maxItemBytes = 400 * 1024;

const hour = 3_600_000;

/** Items that expired longer ago than this are not removed any more, AWS says. */
const ttlHorizon = 5 * 365 * 24 * hour;

/** Time to live removes an expired item within this time; until then it is read like any other. */
const ttlDelay = 48 * hour;

/** One table in all its Regions. */
export class Table implements Queryable {
  readonly name: string;
  readonly keyAttributes: readonly KeyAttribute[];
  readonly #kernel: Kernel;
  readonly #timing: Timing;
  readonly #ttlAttribute: string | undefined;
  readonly #partitionKey: string;
  readonly #replicas: ReadonlyMap<string, Replica>;
  readonly #indexes: ReadonlyMap<string, SecondaryIndex>;

  constructor(kernel: Kernel, timing: Timing, definition: TableDefinition) {
    const { name, region, replicas = [], keys, ttlAttribute, indexes = [] } = definition;
    this.name = name;
    this.keyAttributes = keys.sort === undefined ? [keys.partition] : [keys.partition, keys.sort];
    this.#partitionKey = keys.partition.name;
    this.#kernel = kernel;
    this.#timing = timing;
    this.#ttlAttribute = ttlAttribute;
    this.#replicas = new Map([region, ...replicas].map((home) => [home, new Replica()]));
    this.#indexes = new Map(indexes.map((index) => [index.name, new SecondaryIndex(this, index)]));
  }

  /** @throws AwsError ValidationException when the table has no such index */
  index(name: string): SecondaryIndex {
    const index = this.#indexes.get(name);
    if (index === undefined) throw invalid(`The table does not have the specified index: ${name}`);
    return index;
  }

  get regions(): string[] {
    return [...this.#replicas.keys()];
  }

  read(region: string, key: Item, consistent: boolean): Item | undefined {
    return this.#replica(region).read(keyText(key), this.#now(), consistent ? 0 : this.#timing.staleMs);
  }

  readAll(region: string, consistent: boolean): Item[] {
    return this.#replica(region).readAll(this.#now(), consistent ? 0 : this.#timing.staleMs);
  }

  /** @param partition the value of the partition key, in normal form */
  readPartition(region: string, partition: AttributeValue, consistent: boolean): Item[] {
    const staleMs = consistent ? 0 : this.#timing.staleMs;
    const key = keyText({ [this.#partitionKey]: partition });
    return this.#replica(region).readPartition(key, this.#now(), staleMs);
  }

  /** Writes here at once and in the other Regions about a second later. */
  write(region: string, key: Item, item: Item | undefined): void {
    const version: Version = {
      item,
      writtenAt: this.#now(),
      writtenIn: region,
      sweptAt: this.#sweptAt(item),
    };
    const partition = keyText(pick(key, this.#partitionKey));
    for (const [home, replica] of this.#replicas) {
      const apply = (): void =>
        replica.apply(partition, keyText(key), version, this.#now(), this.#timing.staleMs);
      if (home === region) apply();
      else this.#kernel.after(700 + Math.floor(this.#kernel.random() * 600), apply);
    }
  }

  compareRows(one: Item, other: Item): number {
    const [left, right] = [one, other].map((item) => item[this.keyAttributes[1]?.name ?? '']);
    return left === undefined || right === undefined ? 0 : compare(left, right);
  }

  /** The key attributes of an item. */
  keyOf(item: Item): Item {
    return Object.fromEntries(
      this.keyAttributes.flatMap(({ name }) => {
        const value = item[name];
        return value === undefined ? [] : [[name, value]];
      }),
    );
  }

  /** @throws AwsError ValidationException when it is not exactly the table's key */
  checkedKey(given: Item | undefined): Item {
    const key = normalItem(given ?? {});
    const fits = this.keyAttributes.every(({ name, type }) => key[name]?.[type] !== undefined);
    if (!fits || Object.keys(key).length !== this.keyAttributes.length) {
      throw invalid('The provided key element does not match the schema');
    }
    this.#checkKeyValues(key);
    return key;
  }

  /** @throws AwsError ValidationException when the item cannot be stored */
  checkedItem(given: Item | undefined): Record<string, AttributeValue> {
    const item = normalItem(given ?? {});
    for (const { name, type } of this.keyAttributes) {
      const value = item[name];
      if (value === undefined) {
        throw invalid(`One or more parameter values were invalid: Missing the key ${name} in the item`);
      }
      if (value[type] === undefined) {
        throw invalid(
          `One or more parameter values were invalid: Type mismatch for key ${name} expected: ${type} actual: ${typeOf(value)}`,
        );
      }
    }
    this.#checkKeyValues(item);
    if (itemSize(item) > maxItemBytes) throw invalid('Item size has exceeded the maximum allowed size');
    return item;
  }

  #checkKeyValues(item: Item): void {
    for (const [index, { name }] of this.keyAttributes.entries()) {
      const value = item[name];
      const length = Buffer.byteLength(value?.S ?? value?.B ?? 'N');
      if (length === 0) {
        const kind = value?.S === undefined ? 'binary' : 'string';
        throw invalid(
          `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${name}`,
        );
      }
      if (index === 0 && length > 2048) {
        throw invalid(
          'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes',
        );
      }
      if (index === 1 && length > 1024) {
        throw invalid(
          'One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes',
        );
      }
    }
  }

  #sweptAt(item: Item | undefined): number {
    const seconds = item?.[this.#ttlAttribute ?? '']?.N;
    if (seconds === undefined) return Number.POSITIVE_INFINITY;
    const expiresAt = Number(seconds) * 1000;
    const now = this.#now();
    if (expiresAt < now - ttlHorizon) return Number.POSITIVE_INFINITY;
    return Math.max(expiresAt, now) + this.#kernel.random() * ttlDelay;
  }

  #replica(region: string): Replica {
    const replica = this.#replicas.get(region);
    if (replica === undefined) throw tableNotFound();
    return replica;
  }

  #now(): number {
    return this.#kernel.now().getTime();
  }
}

export function tableNotFound(): AwsError {
  return new AwsError('ResourceNotFoundException', 'Requested resource not found');
}

function keyText(key: Item): string {
  return identity({ M: key });
}

function pick(item: Item, name: string): Item {
  const value = item[name];
  return value === undefined ? {} : { [name]: value };
}
