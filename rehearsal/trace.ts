import { createHash } from 'node:crypto';
import type { TraceEntry } from './kernel.ts';

/** An entry and the virtual moment it was made. */
export interface Traced {
  readonly at: Date;
  readonly entry: TraceEntry;
}

/** All that happened in a run, in order, and a fingerprint of it. */
export class Trace {
  readonly #now: () => Date;
  readonly #entries: Traced[] = [];
  readonly #listeners = new Set<(traced: Traced) => void>();
  readonly #hash = createHash('sha256');

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Bound, so that it can be handed to a kernel as it is. */
  readonly add = (entry: TraceEntry): void => {
    const traced = { at: this.#now(), entry };
    this.#entries.push(traced);
    this.#hash.update(`${canonicalJson(traced)}\n`);
    for (const listener of this.#listeners) listener(traced);
  };

  get entries(): readonly Traced[] {
    return this.#entries;
  }

  /**
   * SHA-256, in hex, over one canonical JSON line per entry so far. Two runs with the same hash did the same, at the
   * same virtual times, in the same order.
   */
  hash(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Calls `listener` with every entry from now on. Returns what ends it. */
  listen(listener: (traced: Traced) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}

/** JSON with the keys of every object in order, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) => (isPlain(inner) ? sortKeys(inner) : inner)) ?? 'null'
  );
}

/** A short name for a call's input: equal inputs have equal hashes, and the trace holds no message bodies. */
export function inputHash(input: unknown): string {
  return createHash('sha256').update(canonicalJson(input)).digest('hex').slice(0, 16);
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sortKeys(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
