import { type Alert, unknownEnvironment } from '../../../shared/domain/alert.ts';
import type { SnapshotKind } from '../../../shared/domain/snapshot.ts';
import type { SnapshotsPruned } from '../../../shared/events/snapshots-pruned.ts';
import type { AlertDecision } from './image-alert.ts';

type KindFacts = SnapshotsPruned['facts']['kinds'][number];

/**
 * The alert in what retention did with snapshots. Each run is a conversation of its own that none resolves: while it is
 * stuck, people hear of it every day.
 */
export function decideSnapshotsAlert(event: SnapshotsPruned): AlertDecision {
  const { facts, outcome } = event;
  const sum = (of: 'deleted' | 'wouldDelete'): number =>
    facts.kinds.reduce((total, kind) => total + kind[of], 0);
  const [deleted, wouldDelete] = [sum('deleted'), sum('wouldDelete')];
  if (outcome === 'well' && deleted + wouldDelete === 0) {
    return { held: 'there was no snapshot to delete, and nothing stood in the way' };
  }
  const isStuck = outcome === 'stuck';
  return {
    alert: {
      fingerprint: `snapshots-pruned/${facts.region}/${facts.due}`,
      state: 'firing',
      condition: outcome,
      severity: isStuck ? 'warning' : 'info',
      environment: unknownEnvironment,
      occurredAt: event.occurredAt,
      title: isStuck
        ? `Snapshots are not pruned as they should be in ${facts.region}`
        : deleted > 0
          ? `${counted(deleted)} deleted in ${facts.region}`
          : `${counted(wouldDelete)} would be deleted in ${facts.region}`,
      meaning: facts.kinds.map(({ kind, reason }) => `${kindNames[kind]}: ${reason}.`).join(' '),
      action: facts.kinds.flatMap(actionFor).join(' '),
      facts: [
        ...facts.kinds.map((kind) => ({ name: kindNames[kind.kind], value: countsOf(kind) })),
        { name: 'Not done', value: facts.standing ?? '' },
        { name: 'Report', value: event.subject.replace('arn:aws:s3:::', 's3://') },
      ].filter(({ value }) => value !== ''),
      links: [],
      subject: event.subject,
      region: facts.region,
    },
  };
}

function counted(snapshots: number): string {
  return `${snapshots} ${snapshots === 1 ? 'snapshot' : 'snapshots'}`;
}

const kindNames = {
  volume: 'Volume snapshots',
  database: 'Database snapshots',
} as const satisfies Record<SnapshotKind, string>;

function countsOf({ deleted, wouldDelete, kept, undone }: KindFacts): string {
  const counts: Alert['facts'] = [
    { name: 'deleted', value: String(deleted) },
    { name: 'would be deleted', value: String(wouldDelete) },
    { name: 'not deleted as they should be', value: String(undone) },
    { name: 'kept', value: String(kept) },
  ];
  return counts
    .filter(({ name, value }) => name === 'kept' || value !== '0')
    .map(({ name, value }) => `${value} ${name}`)
    .join(', ');
}

function actionFor({ kind, outcome }: KindFacts): readonly string[] {
  switch (outcome) {
    case 'well':
    case 'observed':
      return [];
    case 'over-cap':
      return [
        `Look through the report whether all of them may go. If so, raise retention.caps in the policy for this run; if not, see what made so many ${kind} snapshots old at once.`,
      ];
    case 'incomplete':
      return ['Mend what could not be asked, most often a permission. Nothing is deleted until then.'];
    case 'unfinished':
      return ['Read in the report why they were not deleted. The next run tries again.'];
    default:
      return outcome satisfies never;
  }
}
