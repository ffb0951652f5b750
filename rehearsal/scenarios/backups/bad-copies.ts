import { nameOf } from './platform.ts';
import { anHour, type BackupStory, isIn, later } from './story.ts';

/** Copies to the standby Region that fail by a key, are not begun, and begin and never end. */
export function badCopies(story: BackupStory): void {
  refusedKey(story);
  neverBegun(story);
  neverEnded(story);
}

/** The key of the vault in the other Region cannot be used for six hours. By then what is there is too old. */
function refusedKey(story: BackupStory): void {
  const { volume } = story.platform;
  story.faults.copy.push(({ point }) =>
    point.resourceArn === volume.arn && isIn(point.createdAt, '2026-03-05T12:00:00Z', '2026-03-05T18:00:00Z')
      ? { end: 'FAILED', key: 'destination' }
      : undefined,
  );
  story.plant({
    what: 'a copy failed by its KMS key',
    deadline: 'badCopy',
    happenedAt: () => story.copyEnd(volume, '2026-03-05T12:00:00Z'),
    title: `Copy failed: ${nameOf(volume)}`,
    region: story.standby,
    overBy: '2026-03-05T22:00:00Z',
  });
  const newest = '2026-03-05T11:00:00Z';
  const rpoMinutes = story.stage.policy.backups.tiers.volumes?.rpoMinutes[story.standby] ?? 0;
  story.plant({
    what: 'the newest copy is too old',
    deadline: 'tooOld',
    happenedAt: () => later(new Date(newest), rpoMinutes * 60_000),
    title: `Newest backup is too old: ${nameOf(volume)}`,
    region: story.standby,
    overBy: '2026-03-05T22:00:00Z',
  });
}

function neverBegun(story: BackupStory): void {
  const { database } = story.platform;
  const from = '2026-03-04T18:00:00Z';
  story.faults.forgetsCopy.push(
    ({ point }) => point.resourceArn === database.arn && isIn(point.createdAt, from, '2026-03-04T21:00:00Z'),
  );
  story.plant({
    what: 'copies were not begun',
    deadline: 'missingCopy',
    happenedAt: () => later(story.backupEnd(database, from), anHour),
    title: `Copy was never begun: ${nameOf(database)}`,
    region: story.standby,
    overBy: '2026-03-05T01:00:00Z',
  });
}

function neverEnded(story: BackupStory): void {
  const { volume } = story.platform;
  const from = '2026-03-06T06:00:00Z';
  story.faults.copy.push(({ point }) =>
    point.resourceArn === volume.arn && isIn(point.createdAt, from, '2026-03-06T10:00:00Z')
      ? { end: 'never' }
      : undefined,
  );
  story.plant({
    what: 'copies are late',
    deadline: 'missingCopy',
    happenedAt: () => later(story.backupEnd(volume, from), anHour),
    title: `Copy is late: ${nameOf(volume)}`,
    region: story.standby,
    overBy: '2026-03-06T14:00:00Z',
  });
  story.mayBecomeTooOld(volume, from);
}
