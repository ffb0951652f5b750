import fc from 'fast-check';
import type { Snapshot } from '../../../../shared/domain/snapshot.ts';
import { snapshotProtections } from '../../../../shared/domain/snapshot.ts';

export const now = new Date('2026-11-24T05:40:00Z');

export function daysAgo(days: number): Date {
  return new Date(now.getTime() - days * 24 * 60 * 60 * 1000);
}

/** A snapshot of 40 days ago that nothing protects. */
export function snapshot(over: Partial<Snapshot> = {}): Snapshot {
  const id = over.id ?? 'snap-1';
  return {
    id,
    arn: `arn:aws:ec2:us-east-1::snapshot/${id}`,
    isOurs: true,
    source: 'vol-1',
    sourceName: 'vol-1',
    createdAt: daysAgo(40),
    isCompleted: true,
    sourceGib: 20,
    tags: {},
    protections: [],
    ...over,
  };
}

/** What AWS does not say. */
export function without(over: Snapshot, member: 'source' | 'createdAt'): Snapshot {
  const { [member]: _, ...rest } = over;
  return rest;
}

/** Snapshots of a few sources, of all ages, some of them protected, and the ids never twice. */
export const anySnapshots: fc.Arbitrary<readonly Snapshot[]> = fc
  .array(
    fc.record({
      source: fc.constantFrom('vol-1', 'vol-2', 'vol-3', undefined),
      age: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined, freq: 12 }),
      isOurs: fc.boolean(),
      isCompleted: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
      protections: fc.oneof(
        { weight: 3, arbitrary: fc.constant([]) },
        fc.subarray([...snapshotProtections], { minLength: 1, maxLength: 2 }),
      ),
    }),
    { maxLength: 24 },
  )
  .map((seeds) =>
    seeds.map(({ source, age, ...seed }, index) => {
      const all = snapshot({ id: `snap-${index + 1}`, ...seed });
      const aged = age === undefined ? without(all, 'createdAt') : { ...all, createdAt: daysAgo(age) };
      return source === undefined ? without(aged, 'source') : { ...aged, source, sourceName: source };
    }),
  );
