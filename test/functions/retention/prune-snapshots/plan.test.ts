import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planSnapshots } from '../../../../functions/retention/prune-snapshots/plan.ts';
import { type Snapshot, snapshotProtections } from '../../../../shared/domain/snapshot.ts';
import { anySnapshots, daysAgo, now, snapshot, without } from './snapshots.ts';

const newest = snapshot({ id: 'newest', createdAt: daysAgo(1) });

function planned(snapshots: readonly Snapshot[], missing: readonly string[] = []) {
  return Object.fromEntries(
    planSnapshots({ snapshots, missing }, 30, now).map(({ snapshot: { id }, outcome, reason }) => [
      id,
      `${outcome}: ${reason}`,
    ]),
  );
}

function deleted(snapshots: readonly Snapshot[], days = 30, missing: readonly string[] = []): Set<string> {
  const plan = planSnapshots({ snapshots, missing }, days, now);
  return new Set(plan.filter(({ outcome }) => outcome === 'delete').map(({ snapshot: { id } }) => id));
}

describe('planSnapshots', () => {
  it.each<[string, Snapshot, string]>([
    ['old, with a newer one', snapshot(), 'delete: aged-out'],
    ['of exactly so many days', snapshot({ createdAt: daysAgo(30) }), 'delete: aged-out'],
    ['a second younger', snapshot({ createdAt: new Date(daysAgo(30).getTime() + 1000) }), 'keep: young'],
    ['made by somebody else', snapshot({ isOurs: false }), 'keep: not-ours'],
    ['being made', snapshot({ isCompleted: false }), 'keep: not-completed'],
    ['of something unknown', without(snapshot(), 'source'), 'keep: source-unknown'],
    ['of another volume, and its only one', snapshot({ source: 'vol-2' }), 'keep: newest'],
    ...snapshotProtections.map((protection): [string, Snapshot, string] => [
      protection,
      snapshot({ protections: [protection] }),
      `keep: ${protection}`,
    ]),
  ])('one that is %s: %s', (_what, given, expected) => {
    expect(planned([given, newest])[given.id]).toBe(expected);
  });

  it('keeps the newest that is completed, however old, and not one that is being made in its place', () => {
    const old = snapshot({ id: 'old', createdAt: daysAgo(400) });
    const older = snapshot({ id: 'older', createdAt: daysAgo(500) });
    const pending = snapshot({ id: 'pending', createdAt: daysAgo(0), isCompleted: false });
    expect(planned([older, pending, old])).toEqual({
      old: 'keep: newest',
      older: 'delete: aged-out',
      pending: 'keep: not-completed',
    });
  });

  it('does not take what another service makes for a newer one', () => {
    const other = snapshot({ id: 'other', isOurs: false, createdAt: daysAgo(1) });
    expect(planned([snapshot(), other])['snap-1']).toBe('keep: newest');
  });

  it('keeps all that were made at the moment of the newest', () => {
    const twin = snapshot({ id: 'twin' });
    expect(planned([snapshot(), twin])).toEqual({ 'snap-1': 'keep: newest', twin: 'keep: newest' });
  });

  it('keeps all of a source where the age of one is not known, which may be the newest', () => {
    const ageless = without(snapshot({ id: 'ageless' }), 'createdAt');
    expect(planned([snapshot(), newest, ageless, snapshot({ id: 'other', source: 'vol-2' })])).toEqual({
      'snap-1': 'keep: age-unknown',
      newest: 'keep: age-unknown',
      ageless: 'keep: age-unknown',
      other: 'keep: newest',
    });
  });

  it('deletes nothing where something could not be found out', () => {
    expect(planned([snapshot(), newest], ['the AMIs'])).toEqual({
      'snap-1': 'keep: incomplete',
      newest: 'keep: newest',
    });
  });

  it('never plans for the newest of a source, for what is protected, or for what is not its own', () => {
    fc.assert(
      fc.property(anySnapshots, (snapshots) => {
        const gone = deleted(snapshots);
        for (const { id, isOurs, protections } of snapshots) {
          if (!isOurs || protections.length > 0) expect(gone).not.toContain(id);
        }
        const ours = snapshots.filter(({ isOurs, isCompleted }) => isOurs && isCompleted);
        for (const source of new Set(ours.map((each) => each.source))) {
          const left = ours.filter((each) => each.source === source && !gone.has(each.id));
          const times = ours
            .filter((each) => each.source === source)
            .map(({ createdAt }) => createdAt?.getTime() ?? Number.POSITIVE_INFINITY);
          expect(
            left.some(
              ({ createdAt }) => (createdAt?.getTime() ?? Number.POSITIVE_INFINITY) === Math.max(...times),
            ),
          ).toBe(true);
        }
      }),
    );
  });

  it('never deletes more for more protection', () => {
    const more = fc.record({
      index: fc.nat(23),
      protection: fc.constantFrom(...snapshotProtections),
      extraDays: fc.nat(30),
      missing: fc.boolean(),
    });
    fc.assert(
      fc.property(anySnapshots, more, (snapshots, { index, protection, extraDays, missing }) => {
        const guarded = snapshots.map((each, at) =>
          at === index ? { ...each, protections: [...each.protections, protection] } : each,
        );
        const before = deleted(snapshots);
        const after = deleted(guarded, 30 + extraDays, missing ? ['something'] : []);
        expect([...after].filter((id) => !before.has(id))).toEqual([]);
      }),
    );
  });

  it('plans the same in whatever order AWS lists them', () => {
    const shuffled = anySnapshots.chain((snapshots) =>
      fc.tuple(
        fc.constant(snapshots),
        fc.shuffledSubarray([...snapshots], { minLength: snapshots.length, maxLength: snapshots.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        expect(planned(other)).toEqual(planned(one));
      }),
    );
  });
});
