import { describe, expect, it } from '@jest/globals';
import { decideSnapshotsAlert } from '../../../../functions/alerts/route-alert/snapshots-alert.ts';
import type { SnapshotsPruned } from '../../../../shared/events/snapshots-pruned.ts';

type Kind = SnapshotsPruned['facts']['kinds'][number];

function kind(over: Partial<Kind> = {}): Kind {
  return {
    kind: 'volume',
    outcome: 'well',
    reason: '0 snapshots deleted',
    deleted: 0,
    wouldDelete: 0,
    kept: 7,
    undone: 0,
    ...over,
  };
}

function event(kinds: readonly Kind[], over: Partial<SnapshotsPruned> = {}): SnapshotsPruned {
  return {
    identity: 'snapshots-pruned/us-east-1/2026-11-24T05:40:00Z',
    subject: 'arn:aws:s3:::ops/reports/prune-snapshots/2026-11-24T05:40:00Z.json',
    environment: 'unknown',
    outcome: 'well',
    reason: 'volume: 0 snapshots deleted',
    occurredAt: '2026-11-24T05:41:00.000Z',
    facts: { region: 'us-east-1', due: '2026-11-24T05:40:00Z', kinds: [...kinds] },
    ...over,
  };
}

function alertOf(told: SnapshotsPruned) {
  const decision = decideSnapshotsAlert(told);
  if ('held' in decision) throw new Error(decision.held);
  return decision.alert;
}

describe('decideSnapshotsAlert', () => {
  it('holds a run in which there was nothing to do', () => {
    expect(decideSnapshotsAlert(event([kind()]))).toEqual({
      held: 'there was no snapshot to delete, and nothing stood in the way',
    });
  });

  it('tells quietly what was deleted, and where the report is', () => {
    const deleted = kind({ deleted: 1, reason: '1 snapshot deleted' });
    const database = kind({ kind: 'database', deleted: 2, kept: 3, reason: '2 snapshots deleted' });
    const alert = alertOf(event([deleted, database]));
    expect(alert).toMatchObject({
      fingerprint: 'snapshots-pruned/us-east-1/2026-11-24T05:40:00Z',
      severity: 'info',
      environment: 'unknown',
      title: '3 snapshots deleted in us-east-1',
      meaning: 'Volume snapshots: 1 snapshot deleted. Database snapshots: 2 snapshots deleted.',
      action: '',
    });
    expect(alert.facts).toEqual([
      { name: 'Volume snapshots', value: '1 deleted, 7 kept' },
      { name: 'Database snapshots', value: '2 deleted, 3 kept' },
      { name: 'Report', value: 's3://ops/reports/prune-snapshots/2026-11-24T05:40:00Z.json' },
    ]);
  });

  it('tells what would be deleted, and why it is not', () => {
    const observed = kind({ outcome: 'observed', wouldDelete: 1, reason: '1 snapshot would be deleted' });
    const given = event([observed]);
    const alert = alertOf({ ...given, facts: { ...given.facts, standing: 'paused by ada: wait' } });
    expect(alert).toMatchObject({ severity: 'info', title: '1 snapshot would be deleted in us-east-1' });
    expect(alert.facts).toContainEqual({ name: 'Not done', value: 'paused by ada: wait' });
  });

  it.each([
    ['over-cap', /raise retention\.caps/],
    ['incomplete', /Mend what could not be asked/],
    ['unfinished', /The next run tries again/],
  ] as const)(
    'warns of a run that was %s, though nothing was deleted, and says what to do',
    (outcome, action) => {
      const alert = alertOf(event([kind(), kind({ kind: 'database', outcome })], { outcome: 'stuck' }));
      expect(alert).toMatchObject({
        severity: 'warning',
        condition: 'stuck',
        title: 'Snapshots are not pruned as they should be in us-east-1',
        action: expect.stringMatching(action),
      });
    },
  );
});
