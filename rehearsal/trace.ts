import { createHash, hash } from 'node:crypto';
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

/**
 * JSON with the keys of every object in order, so that equal values have equal text. Written by hand, since it is
 * needed for every call: `JSON.stringify` with a replacer makes a copy of each object first.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  if ('toJSON' in value && typeof value.toJSON === 'function') return canonicalJson(value.toJSON());
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member: unknown = Reflect.get(value, key);
    if (isWritten(member)) members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join()}}`;
}

/** A short name for a call's input: equal inputs have equal hashes, and the trace holds no message bodies. */
export function inputHash(input: unknown): string {
  return hash('sha256', canonicalJson(input)).slice(0, 16);
}

/** JSON leaves out a member that is one of the others. */
function isWritten(member: unknown): boolean {
  return member !== undefined && typeof member !== 'function' && typeof member !== 'symbol';
}
