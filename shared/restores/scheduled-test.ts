import { slotsBetween } from '../domain/backup-slots.ts';
import type { BackupTier } from '../policy/backup-schema.ts';
import type { Told } from './proof.ts';

export type RestoreTestPolicy = NonNullable<BackupTier['restoreTest']>;

/** What is known of the restore test of a tier in one Region, from one sweep to the next. */
export interface ScheduledTest {
  readonly tier: string;
  /** By which it was to run when this was written. */
  readonly schedule: string;
  /** Since when it has had this schedule here: of what was due before nothing can be said. ISO 8601, UTC. */
  readonly knownSince: string;
  /** It has not run. `due` is when it was to; ISO 8601, UTC. */
  readonly missed?: Told & { readonly due: string };
  /** Counts the writes. 0: not written yet. */
  readonly version: number;
}

const anHour = 3_600_000;

/** A job is listed soon after it was made. From the end of the start window on. */
const untilItIsMissedMs = anHour / 2;

export function scheduleOf({ cron, timeZone = 'UTC' }: RestoreTestPolicy): string {
  return `${cron} ${timeZone}`;
}

/** The moments from which on the tests of a tier may begin, in order, with those until when they have to. */
export function testSlots(
  { cron, timeZone = 'UTC', startWindowHours }: RestoreTestPolicy,
  from: number,
  to: number,
): readonly { readonly at: number; readonly startBy: number }[] {
  const startWindowMinutes = startWindowHours * 60;
  // A restore has no time in which it has to end.
  return slotsBetween({ cron, timeZone, startWindowMinutes, completionWindowMinutes: 0 }, from, to);
}

/**
 * The newest test that must have begun by now.
 *
 * @param since when jobs are known, and the test has been in the policy
 */
export function newestDueTest(test: RestoreTestPolicy, since: Date, now: Date): Date | undefined {
  const slot = testSlots(test, since.getTime(), now.getTime()).findLast(
    ({ startBy }) => startBy + untilItIsMissedMs <= now.getTime(),
  );
  return slot && new Date(slot.at);
}
