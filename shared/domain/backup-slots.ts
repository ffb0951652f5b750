import type { ClosedHours } from './closed-hours.ts';
import { parseCron } from './cron.ts';
import { momentOf } from './time-zone.ts';

/** When a rule of a backup plan asks for a backup, and by when it has to be there. */
export interface BackupSchedule {
  readonly cron: string;
  /** Of the IANA database. Its clocks are what `cron` speaks of. */
  readonly timeZone: string;
  /** A job that has not begun so long after its time expires. */
  readonly startWindowMinutes: number;
  /** A job that has not ended so long after its time is cancelled. It includes the time that it waited to begin. */
  readonly completionWindowMinutes: number;
}

/** One backup that a schedule asks for. Milliseconds since 1970. */
export interface Slot {
  readonly at: number;
  readonly startBy: number;
  readonly endBy: number;
}

const aMinute = 60_000;
const aDay = 24 * 60 * aMinute;

/**
 * The slots from one moment up to another, which is not included, in order. An hour that clocks skip has none, and one
 * that they repeat has its slots once.
 *
 * @throws RangeError for an expression or a time zone that cannot be read
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html
 */
export function slotsBetween(schedule: BackupSchedule, from: number, to: number): Slot[] {
  const { isOnDay, minutesOfDay } = parseCron(schedule.cron);
  const slots: Slot[] = [];
  // The wall clock may show another day than UTC, by at most 14 hours.
  for (let day = Math.floor(from / aDay) - 1; day * aDay < to + aDay; day += 1) {
    if (!isOnDay(day)) continue;
    for (const minute of minutesOfDay) {
      const at = momentOf(day * aDay + minute * aMinute, schedule.timeZone);
      if (at !== undefined && at >= from && at < to) slots.push(slotAt(at, schedule));
    }
  }
  return slots.sort(byTime);
}

function slotAt(at: number, { startWindowMinutes, completionWindowMinutes }: BackupSchedule): Slot {
  return {
    at,
    startBy: at + startWindowMinutes * aMinute,
    endBy: at + completionWindowMinutes * aMinute,
  };
}

/** For sorting. */
export function byTime(one: Slot, other: Slot): number {
  return one.at - other.at;
}

/**
 * The slots that are sure to be kept: AWS Backup begins a job at whatever moment of its start window it likes, so one
 * whose window touches closed hours may never begin, and nobody can be blamed.
 */
export function slotsThatCanExist(slots: readonly Slot[], isClosed: ClosedHours): Slot[] {
  return slots.filter(({ at, startBy }) => !isClosed(at, startBy));
}

/** The longest that a newest backup has to do until the next one is there. */
export interface LongestWait {
  readonly minutes: number;
  readonly after: Slot;
  readonly until: Slot;
}

/**
 * How old the newest backup becomes, at worst and while all goes well. A backup holds what was there when it began,
 * which is at its slot at the earliest, and there is no newer one until the next slot's job ends, in the last moment of
 * its completion window.
 *
 * @param slots in order; of one it cannot be said
 */
export function longestWait(slots: readonly Slot[]): LongestWait | undefined {
  let longest: LongestWait | undefined;
  for (const [index, until] of slots.entries()) {
    const after = slots[index - 1];
    if (after === undefined) continue;
    const minutes = (until.endBy - after.at) / aMinute;
    if (longest === undefined || minutes > longest.minutes) longest = { minutes, after, until };
  }
  return longest;
}
