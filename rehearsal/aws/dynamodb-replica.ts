import type { Item } from './dynamodb-value.ts';

/** One item, or its deletion, as it was written once. */
export interface Version {
  readonly item: Item | undefined;
  /** Milliseconds since 1970. */
  readonly writtenAt: number;
  readonly writtenIn: string;
  /** When time to live removes the item; Infinity for never. */
  readonly sweptAt: number;
}

interface Row {
  readonly latest: Version;
  readonly appliedAt: number;
  /** What an eventually consistent read may still see for a while. */
  readonly before: Version | undefined;
}

/** A table's data in one Region. Deletions are remembered, so that an older write that arrives late stays beaten. */
export class Replica {
  readonly #rows = new Map<string, Row>();
  /** Partition -> the keys in it. */
  readonly #partitions = new Map<string, Set<string>>();

  /** The last writer wins; of two writes at one instant the one in the Region whose name sorts last. */
  apply(partition: string, key: string, version: Version, now: number, staleMs: number): void {
    const row = this.#rows.get(key);
    if (row !== undefined && isNewer(row.latest, version)) return;
    this.#rows.set(key, { latest: version, appliedAt: now, before: row && visible(row, now, staleMs) });
    const keys = this.#partitions.get(partition) ?? new Set<string>();
    this.#partitions.set(partition, keys.add(key));
  }

  /** @param staleMs how far the read lags behind the writes; 0 for a consistent read */
  read(key: string, now: number, staleMs: number): Item | undefined {
    const row = this.#rows.get(key);
    return row && itemAt(visible(row, now, staleMs), now);
  }

  readAll(now: number, staleMs: number): Item[] {
    return this.#readEach(this.#rows.keys(), now, staleMs);
  }

  readPartition(partition: string, now: number, staleMs: number): Item[] {
    return this.#readEach(this.#partitions.get(partition) ?? [], now, staleMs);
  }

  #readEach(keys: Iterable<string>, now: number, staleMs: number): Item[] {
    return [...keys].flatMap((key) => {
      const item = this.read(key, now, staleMs);
      return item === undefined ? [] : [item];
    });
  }
}

function visible(row: Row, now: number, staleMs: number): Version | undefined {
  return now < row.appliedAt + staleMs ? row.before : row.latest;
}

function itemAt(version: Version | undefined, now: number): Item | undefined {
  return version !== undefined && now < version.sweptAt ? version.item : undefined;
}

function isNewer(one: Version, other: Version): boolean {
  return one.writtenAt === other.writtenAt
    ? one.writtenIn > other.writtenIn
    : one.writtenAt > other.writtenAt;
}
