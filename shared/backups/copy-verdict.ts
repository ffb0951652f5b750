import type { PlannedCopy, PlannedRule } from '../policy/backup-plan.ts';
import type { BackupHistory } from './history.ts';
import type { CopyJob, RecoveryPoint } from './observed.ts';
import type { Subject } from './subject.ts';

/** What became of the newest copy of which anything can be said. */
export interface CopyVerdict {
  readonly rule: PlannedRule;
  readonly copy: PlannedCopy;
  readonly source: RecoveryPoint;
  /** Undefined: it is there. */
  readonly name: 'copy-failed' | 'copy-missing' | 'copy-late' | undefined;
  /** Newest first. */
  readonly jobs: readonly CopyJob[];
}

const aMinute = 60_000;

/**
 * Judges the copies of a vault's recovery points into one Region, from the newest on, until there is one that is there,
 * has failed or is due. A copy is as old as its source, by which it is known; where its Region was not looked at, it is
 * there when its job says so.
 *
 * What no plan has made, as when a backup was asked for once more, is not copied by any, and not missed.
 *
 * @returns undefined when nothing is due yet
 */
export function judgeNewestCopy(
  subject: Subject,
  rule: PlannedRule,
  copy: PlannedCopy,
  history: BackupHistory,
  primary: string,
  now: Date,
): CopyVerdict | undefined {
  const there = new Set(
    history.goodPoints(subject.arn, copy.region, rule.vault).map(({ createdAt }) => createdAt.getTime()),
  );
  for (const source of history.goodPoints(subject.arn, primary, rule.vault)) {
    if (source.createdAt < subject.knownSince) return undefined;
    if (source.isByHand) continue;
    const jobs = history
      .copiesOf(source)
      .filter(({ destinationVaultArn }) => destinationVaultArn.split(':')[3] === copy.region);
    const verdict = { rule, copy, source, jobs };
    const isCopied =
      jobs.some(({ state }) => state === 'COMPLETED') && !history.regions.includes(copy.region);
    if (isCopied || there.has(source.createdAt.getTime())) return { ...verdict, name: undefined };
    const [newest] = jobs;
    if (newest?.state === 'FAILED' || newest?.state === 'PARTIAL') return { ...verdict, name: 'copy-failed' };
    // One that was asked for once more has as long as the one that the plan did not make.
    const begins = Math.max(source.completedAt?.getTime() ?? 0, newest?.createdAt.getTime() ?? 0);
    if (now.getTime() < begins + copy.withinMinutes * aMinute) continue;
    return { ...verdict, name: newest === undefined ? 'copy-missing' : 'copy-late' };
  }
  return undefined;
}
