import type { BackupTier } from '../policy/backup-schema.ts';
import { testSlots } from './scheduled-test.ts';

const aMinute = 60_000;
const anHour = 60 * aMinute;

/**
 * How many times the recovery point objective the newest recovery point may be old, and is still found with a manifest. A
 * test that has to take an older one is unproven, and by then people have long been told that backups are too old.
 */
const slack = 2;

/** From the end of a backup to the manifest after it: an hour at most, and another one for a run that has to be tried again. */
const afterMs = 2 * anHour;

/**
 * Whether a manifest of a database that is taken now can be one that the copy of a restore test is compared with: the
 * last before its backup, or the first after it. A checksum reads a whole table, so that it is taken in no other hour.
 *
 * A test restores what is the newest recovery point when it begins, at some moment of its start window; of a copy in
 * another Region that is older. Where it may be any recovery point of the last days, every hour counts.
 *
 * @param tier of the database; undefined when it is not known, and then every hour counts
 */
export function mayBeCompared(tier: BackupTier | undefined, now: Date): boolean {
  if (tier === undefined) return true;
  const { restoreTest, rpoMinutes } = tier;
  if (restoreTest === undefined) return false;
  const rpos = restoreTest.regions.map((region) => rpoMinutes[region]);
  if (restoreTest.recoveryPoint === 'random' || rpos.includes(undefined)) return true;
  const oldest = Math.max(...rpos.map((rpo = 0) => rpo * slack * aMinute));
  // The manifest before a backup may be taken an hour before it, and one that comes late counts for the hour before.
  const to = now.getTime() + oldest + 2 * anHour;
  const from = now.getTime() - restoreTest.startWindowHours * anHour - afterMs;
  return testSlots(restoreTest, from, to).length > 0;
}
