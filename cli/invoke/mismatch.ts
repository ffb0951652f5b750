import { compilePattern } from '../../rehearsal/wiring/event-pattern.ts';
import { describe, isRecord, type JsonObject } from '../../rehearsal/wiring/json.ts';

/** A part of a pattern that an event does not match. */
export interface Mismatch {
  /** Dotted: `detail.alarmName`. */
  readonly path: string;
  readonly wanted: unknown;
  readonly given: unknown;
}

/** The parts of a pattern that the event does not match, each looked at on its own. An `$or` is one part. */
export function mismatchesOf(pattern: JsonObject, event: unknown): readonly Mismatch[] {
  return partsOf(pattern, []).flatMap(({ path, wanted }) => {
    const alone = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), wanted);
    if (compilePattern(alone)(event)) return [];
    const where = path.filter((key) => key !== '$or');
    return [{ path: path.join('.'), wanted, given: valueAt(event, where) }];
  });
}

/** EventBridge also wants all that matches in a list of objects to be in one of them. */
export function describeMismatches(mismatches: readonly Mismatch[]): string {
  if (mismatches.length === 0) return 'each part of it matches, but in different elements of one list';
  return mismatches
    .map(({ path, wanted, given }) => `${path} is ${describe(given)}, and ${describe(wanted)} is asked for`)
    .join('; ');
}

interface Part {
  readonly path: readonly string[];
  readonly wanted: unknown;
}

function partsOf(pattern: JsonObject, path: readonly string[]): readonly Part[] {
  return Object.entries(pattern).flatMap(([key, wanted]) =>
    isRecord(wanted) && key !== '$or' ? partsOf(wanted, [...path, key]) : [{ path: [...path, key], wanted }],
  );
}

function valueAt(event: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), event);
}
