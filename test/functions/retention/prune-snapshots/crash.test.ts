import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Region } from './region.ts';

interface VolumeSeed {
  readonly volume: string;
  readonly age: number;
  readonly protection: 'none' | 'backup' | 'ami' | 'shared' | 'locked';
}

const anyVolumes: fc.Arbitrary<readonly VolumeSeed[]> = fc.array(
  fc.record({
    volume: fc.constantFrom('vol-1', 'vol-2', 'vol-3'),
    age: fc.integer({ min: 0, max: 60 }),
    protection: fc.oneof(
      { weight: 5, arbitrary: fc.constant('none' as const) },
      fc.constantFrom('backup' as const, 'ami' as const, 'shared' as const, 'locked' as const),
    ),
  }),
  { minLength: 1, maxLength: 10 },
);

const anyDatabases = fc.array(
  fc.record({ instance: fc.constantFrom('main', 'other'), age: fc.integer({ min: 60, max: 120 }) }),
  { maxLength: 5 },
);

function furnished(volumes: readonly VolumeSeed[], databases: readonly { instance: string; age: number }[]) {
  const place = new Region();
  place.policy = { ...place.policy, caps: { share: 1, count: 100 } };
  for (const { volume, age, protection } of volumes) {
    const tags = protection === 'backup' ? { 'aws:backup:source-resource': 'arn' } : {};
    const id = place.csiSnapshot(volume, age, { tags });
    if (protection === 'ami') place.ec2.registerImage('us-east-1', id);
    if (protection === 'shared') place.ec2.share(id, '444455556666');
    if (protection === 'locked') place.ec2.lock(id);
  }
  for (const [index, { instance, age }] of databases.entries()) {
    place.dbSnapshot(`db-${index}`, instance, age);
  }
  return place;
}

function deletedOf(place: Region): Set<string> {
  return new Set(
    place
      .report()
      .kinds.flatMap(({ snapshots }) => snapshots)
      .filter(({ end }) => end === 'deleted')
      .map(({ id }) => id),
  );
}

describe('a run of prune-snapshots', () => {
  it('that died at any call, and is tried again, ends as one that did not, and reports the same', async () => {
    const anyDeath = fc.record({
      at: fc.integer({ min: 1, max: 60 }),
      when: fc.constantFrom('before' as const, 'after' as const),
    });
    await fc.assert(
      fc.asyncProperty(anyVolumes, anyDatabases, anyDeath, async (volumes, databases, death) => {
        const undisturbed = furnished(volumes, databases);
        await undisturbed.run();

        const place = furnished(volumes, databases);
        place.dies = death;
        await place.run();
        place.dies = undefined;
        await place.run();

        expect(place.left()).toEqual(undisturbed.left());
        expect(place.journal()).toEqual(undisturbed.journal());
        expect(deletedOf(place)).toEqual(deletedOf(undisturbed));
      }),
      { numRuns: 40 },
    );
  });

  it('that follows another deletes nothing more', async () => {
    await fc.assert(
      fc.asyncProperty(anyVolumes, anyDatabases, async (volumes, databases) => {
        const place = furnished(volumes, databases);
        await place.run();
        const once = place.left();
        await place.run();
        expect(place.left()).toEqual(once);
        expect(place.calls).not.toContain('DeleteSnapshot');
        expect(place.calls).not.toContain('DeleteDBSnapshot');
      }),
      { numRuns: 20 },
    );
  });

  it('has written down whatever it deletes before it does', async () => {
    await fc.assert(
      fc.asyncProperty(anyVolumes, anyDatabases, async (volumes, databases) => {
        const place = furnished(volumes, databases);
        const before = place.left();
        place.meanwhile = () => {
          const gone = [...before].filter((id) => !place.left().has(id));
          expect([...place.journal()]).toEqual(expect.arrayContaining(gone));
        };
        await place.run();
        expect(place.journal().size).toBe(before.size - place.left().size);
      }),
      { numRuns: 20 },
    );
  });
});
