import type { BackupFault } from '../../aws/backup-context.ts';
import type { BackupResource } from '../../aws/backup-resource.ts';
import { nameOf } from './platform.ts';
import { anHour, type BackupStory, isIn } from './story.ts';

interface BadBackup {
  readonly what: string;
  readonly resource: BackupResource;
  /** When the plan asks for it, and an hour later again: what the next backup makes up for at once is told by luck. ISO 8601. */
  readonly slot: string;
  readonly fault: BackupFault;
  readonly title: string;
  readonly overBy: string;
}

/** Jobs that end badly, two of a kind, and a plan that makes no job. */
export function badBackups(story: BackupStory): void {
  const { database, volume, cluster } = story.platform;
  const bad: readonly BadBackup[] = [
    {
      what: 'a backup failed',
      resource: volume,
      slot: '2026-03-02T06:00:00.000Z',
      fault: { end: 'FAILED', message: 'The maximum number of snapshots of the volume is in progress.' },
      title: 'Backup failed',
      overBy: '2026-03-02T10:00:00Z',
    },
    {
      what: 'a backup did not begin in its time',
      resource: database,
      slot: '2026-03-02T12:00:00.000Z',
      fault: { end: 'EXPIRED' },
      title: 'Backup did not get done in its time',
      overBy: '2026-03-02T17:00:00Z',
    },
    {
      what: 'a backup was stopped',
      resource: cluster,
      slot: '2026-03-02T16:30:00.000Z',
      fault: { end: 'ABORTED', message: 'Stopped by an operator.' },
      title: 'Backup was stopped',
      overBy: '2026-03-02T21:00:00Z',
    },
    {
      what: 'a backup has only a part',
      resource: cluster,
      slot: '2026-03-03T04:30:00.000Z',
      fault: { end: 'PARTIAL', message: 'One of the namespaces could not be read.' },
      title: 'Backup has only a part',
      overBy: '2026-03-03T09:00:00Z',
    },
    {
      what: 'a backup completed with issues',
      resource: cluster,
      slot: '2026-03-03T13:30:00.000Z',
      fault: { end: 'COMPLETED', message: 'Some resources were skipped.' },
      title: 'Backup lacks something',
      overBy: '2026-03-03T18:00:00Z',
    },
  ];
  story.faults.backup.push(({ resource, rule, at }) => {
    // What is asked for once more is another job, and ends well.
    if (rule === undefined) return undefined;
    const until = (slot: string) => new Date(Date.parse(slot) + 2 * anHour).toISOString();
    return bad.find((each) => each.resource.arn === resource.arn && isIn(at, each.slot, until(each.slot)))
      ?.fault;
  });
  for (const { what, resource, slot, title, overBy } of bad) {
    story.plant({
      what,
      deadline: 'badBackup',
      happenedAt: () => story.backupEnd(resource, slot),
      title: `${title}: ${nameOf(resource)}`,
      overBy,
    });
    story.mayBecomeTooOld(resource, slot);
  }
  neverBegun(story);
}

function neverBegun(story: BackupStory): void {
  const { cluster } = story.platform;
  const slot = '2026-03-03T20:30:00.000Z';
  story.faults.forgets.push(({ resource, at }) => resource.arn === cluster.arn && at.toISOString() === slot);
  story.plant({
    what: 'a plan made no job',
    deadline: 'missingBackup',
    happenedAt: () => new Date(slot),
    title: `Backup was never begun: ${nameOf(cluster)}`,
    overBy: '2026-03-04T01:00:00Z',
  });
}

/**
 * Somebody moves the maintenance window of the database to a Friday afternoon and does not say so in the policy: RDS now
 * refuses the backups of two hours. In the window that the policy knows, each Sunday, as much is refused and nobody told.
 */
export function movedWindow(story: BackupStory): void {
  const { database } = story.platform;
  const { resources } = story.stage.account.backup;
  const { windows } = database;
  if (windows === undefined) throw new Error('the database has no windows');
  story.at('2026-03-06T12:30:00Z', () =>
    resources.put({ ...database, windows: { ...windows, maintenance: 'fri:14:00-fri:15:00' } }),
  );
  story.at('2026-03-06T15:10:00Z', () => resources.put(database));
  story.plant({
    what: 'a window swallowed backups',
    deadline: 'badBackup',
    happenedAt: () => story.backupEnd(database, '2026-03-06T13:00:00Z'),
    title: `Backup failed: ${nameOf(database)}`,
    overBy: '2026-03-06T20:00:00Z',
  });
}
