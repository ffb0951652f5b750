import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const eventsFolder = join(import.meta.dirname, '../../../events');

type Json = Record<string, unknown>;

/** One of the project's own events, such as `ecr/image-scan.failed.json`. A fresh copy each time. */
export function sample(file: string): Json {
  return JSON.parse(readFileSync(join(eventsFolder, file), 'utf8'));
}

/** Leaves the key out, where it would be set to another value. */
export const absent = Symbol('absent');

/** The event with one value changed. `path` is dotted: `detail.image-digest`, `detail.resources.0.id`. */
export function spoil(event: Json, path: string, value: unknown): Json {
  const copy = structuredClone(event);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const parent = keys.reduce((into, key) => into[key] as Json, copy);
  if (value === absent) delete parent[last];
  else parent[last] = value;
  return copy;
}

/** The message of what the function throws; fails when it throws nothing, or something else than a PermanentError. */
export function refusal(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    if ((error as Error).name === 'PermanentError') return (error as Error).message;
    throw error;
  }
  throw new Error('expected a PermanentError, and nothing was thrown');
}
