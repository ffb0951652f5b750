import { type Slot, slotsBetween, slotsThatCanExist } from '../domain/backup-slots.ts';
import { type PlannedRule, plannedRules } from '../policy/backup-plan.ts';
import type { BackupFindingName } from './finding.ts';
import type { BackupHistory } from './history.ts';
import type { BackupJob } from './observed.ts';
import type { Subject, WatchedPolicy } from './subject.ts';

/** What became of the newest backup of a rule that is over. */
export interface SlotVerdict {
  readonly rule: PlannedRule;
  readonly slot: Slot;
  /** Undefined: there is a recovery point, and nothing is missing in it. */
  readonly name: BackupFindingName | undefined;
  readonly job: BackupJob | undefined;
}

const aMinute = 60_000;
const aDay = 24 * 60 * aMinute;

/** Jobs are made on the minute, and listed soon after. */
const untilItIsMissedMs = 20 * aMinute;

/** Looks back so far for a slot, and then further: a rule may run once a month. Jobs are listed for 30 days. */
const lookBackDays = [2, 30];

const ends: ReadonlyMap<string, BackupFindingName> = new Map([
  ['FAILED', 'failed'],
  ['ABORTED', 'aborted'],
  ['EXPIRED', 'expired'],
  ['PARTIAL', 'partial'],
]);

/**
 * Judges the newest slot of a rule of which anything can be said. A recovery point that was made since, by whatever job,
 * makes up for a backup that failed. Slots that the windows of a database make impossible are passed over.
 *
 * @returns undefined when there was no slot yet that could have been kept
 */
export function judgeNewestSlot(
  subject: Subject,
  rule: PlannedRule,
  history: BackupHistory,
  primary: string,
  now: Date,
): SlotVerdict | undefined {
  const points = history.goodPoints(subject.arn, primary, rule.vault);
  for (const slot of slotsOf(subject, rule, now)) {
    const job = history
      .jobsOf(subject.arn)
      .find(
        ({ createdBy, createdAt }) =>
          createdBy?.ruleName === rule.name &&
          createdAt.getTime() >= slot.at &&
          createdAt.getTime() < slot.startBy,
      );
    const isMadeUp = points.some(({ createdAt }) => createdAt.getTime() >= slot.at);
    if (job?.state === 'COMPLETED' && job.message !== undefined) {
      return { rule, slot, name: 'completed-with-issues', job };
    }
    if (isMadeUp) return { rule, slot, name: undefined, job };
    const name = job === undefined ? missed(slot, now) : (ends.get(job.state) ?? overdue(slot, now));
    if (name !== undefined) return { rule, slot, name, job };
  }
  return undefined;
}

function missed({ at }: Slot, now: Date): BackupFindingName | undefined {
  return now.getTime() >= at + untilItIsMissedMs ? 'never-started' : undefined;
}

/** AWS Backup ends a job at its window's end; one that it does not end is no better. */
function overdue({ endBy }: Slot, now: Date): BackupFindingName | undefined {
  return now.getTime() >= endBy + untilItIsMissedMs ? 'expired' : undefined;
}

/** The newest first. */
function slotsOf({ knownSince, isClosed }: Subject, rule: PlannedRule, now: Date): Slot[] {
  const from = Math.max(knownSince.getTime(), lookBackOf(rule, now));
  return slotsThatCanExist(slotsBetween(rule, from, now.getTime()), isClosed).reverse();
}

/** The nearest moment from which on the rule has had a few slots; of a rarer one the one that is listed at all. */
function lookBackOf(rule: PlannedRule, now: Date): number {
  const moments = lookBackDays.map((days) => now.getTime() - days * aDay);
  return moments.find((from) => slotsBetween(rule, from, now.getTime()).length > 0) ?? Math.min(...moments);
}

/** How far back jobs, copies and recovery points of a vault have to be read, so that its rules can be judged. */
export function neededSince({ backups }: WatchedPolicy, vault: string, now: Date): Date {
  const rules = Object.entries(backups.tiers)
    .flatMap(([name, tier]) => plannedRules(name, tier))
    .filter((rule) => rule.vault === vault);
  return new Date(Math.min(now.getTime() - aDay, ...rules.map((rule) => lookBackOf(rule, now))));
}
