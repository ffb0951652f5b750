import type { DatabaseContent } from '../../databases/content.ts';
import { nameOf } from './platform.ts';
import { type BackupStory, isIn } from './story.ts';

/** Restore tests whose copies are not what was backed up, one that does not begin, and what is left of another. */
export function badRestores(story: BackupStory): void {
  notWhatWasBackedUp(story);
  notBegun(story);
  leftOver(story);
}

/** On the first Wednesday: in one Region a tenth of a table is other, in the other one nothing is in the tables. */
function notWhatWasBackedUp(story: BackupStory): void {
  const { primary, standby, platform } = story;
  const day = '2026-03-04';
  story.faults.restore.push(({ point, region }) => {
    if (point.type !== 'RDS' || !isOn(story.stage.kernel.now(), day)) return undefined;
    return { alters: region === primary ? alterTenth : empty };
  });
  for (const { what, region } of [
    { what: 'a restored database has a tenth of its rows changed', region: primary },
    { what: 'a restored database is empty', region: standby },
  ]) {
    story.plant({
      what,
      deadline: 'badRestore',
      happenedAt: () => story.restoreOn(day, 'RDS', region)?.completedAt,
      title: `Restore is not what was backed up: ${nameOf(platform.database)}`,
      region,
      overTitle: `Restore is proven: ${nameOf(platform.database)}`,
      overBy: '2026-03-11T14:00:00Z',
    });
  }
}

function alterTenth({ tables }: DatabaseContent): void {
  const twins = tables.get('public.twins');
  if (twins !== undefined) twins.state = 'a tenth of the rows is other';
}

function empty({ tables }: DatabaseContent): void {
  for (const table of tables.values()) table.rows = 0;
}

function notBegun(story: BackupStory): void {
  const tier = 'volumes';
  story.faults.forgetsTest.push(
    ({ plan, region }) =>
      plan.endsWith(tier) && region === story.primary && isOn(story.stage.kernel.now(), '2026-03-12'),
  );
  story.plant({
    what: 'a restore test did not begin',
    deadline: 'missingTest',
    happenedAt: () => new Date('2026-03-12T08:00:00Z'),
    title: `Restore test did not begin: ${tier}`,
    region: story.primary,
    overTitle: `Restore test has begun again: ${tier}`,
    overBy: '2026-03-19T10:00:00Z',
  });
}

/** AWS Backup cannot delete a volume that it has restored. Somebody does so the next day. */
function leftOver(story: BackupStory): void {
  const day = '2026-03-05';
  const { primary, stage } = story;
  story.faults.restore.push(({ point, region }) =>
    point.type === 'EBS' && region === primary && isOn(stage.kernel.now(), day)
      ? { leaves: 'The role of the restore job is not authorized to perform: ec2:DeleteVolume.' }
      : undefined,
  );
  story.at('2026-03-06T10:00:00Z', () => {
    const job = story.restoreOn(day, 'EBS');
    const id = job?.created?.arn.split('/').at(-1) ?? '';
    stage.account.volumes.delete(id);
    story.plant({
      what: 'a restored volume was not deleted',
      deadline: 'leftover',
      happenedAt: () => job?.leftAt,
      title: `Restored copy was not deleted: ${id}`,
      region: primary,
      overTitle: `Restored copy is gone: ${id}`,
      overBy: '2026-03-06T11:30:00Z',
    });
  });
}

/** Nothing here looks into what is restored of a bucket. */
export function unprovenBucket(story: BackupStory): void {
  story.plant({
    what: 'nobody can tell what a restored bucket holds',
    deadline: 'badRestore',
    happenedAt: () => story.restoreOn('2026-03-03', 'S3')?.completedAt,
    title: `Restore is unproven: ${nameOf(story.platform.bucket)}`,
    region: story.primary,
  });
}

function isOn(at: Date, day: string): boolean {
  return isIn(at, `${day}T00:00:00Z`, `${day}T23:59:59Z`);
}
