import { createHash } from 'node:crypto';
import { slotsBetween, slotsThatCanExist } from '../domain/backup-slots.ts';
import type { PlannedCopy, PlannedRule } from '../policy/backup-plan.ts';
import type { CopyVerdict } from './copy-verdict.ts';
import type { BackupHistory } from './history.ts';
import { keyFailureOf } from './key-failure.ts';
import type { RecoveryPoint } from './observed.ts';
import type { SlotVerdict } from './slot-verdict.ts';
import type { Subject } from './subject.ts';

/** Something that is asked for once more. The token is the same however often it is decided. */
export type Retry =
  | {
      readonly kind: 'backup';
      readonly resourceArn: string;
      readonly rule: PlannedRule;
      readonly vaultName: string;
      readonly token: string;
    }
  | {
      readonly kind: 'copy';
      readonly resourceArn: string;
      readonly source: RecoveryPoint;
      readonly rule: PlannedRule;
      readonly copy: PlannedCopy;
      readonly token: string;
    };

const aMinute = 60_000;

/** One that is asked for so shortly before the next backup would only be in its way. */
const leastMinutesBefore = 30;

/** The least that AWS Backup takes. */
const startWindowMs = 60 * aMinute;

/** Far enough to find the next slot of any rule that is not a yearly one. */
const lookAheadMs = 32 * 24 * 60 * aMinute;

/** A job that is none of these has ended. */
const underWay: ReadonlySet<string> = new Set(['CREATED', 'PENDING', 'RUNNING']);

/**
 * The backup of a slot once more: when none has been asked for by hand since, when RDS would make a snapshot now, and
 * when the plan's next backup neither is under way nor about to come anyway.
 */
export function backupRetry(
  subject: Subject,
  { rule, slot, name }: SlotVerdict,
  history: BackupHistory,
  now: Date,
): Retry | undefined {
  if (name === undefined || name === 'completed-with-issues') return undefined;
  const isTried = history
    .jobsOf(subject.arn)
    .filter(({ createdAt }) => createdAt.getTime() >= slot.at)
    .some(({ createdBy, state }) => createdBy === undefined || underWay.has(state));
  const at = now.getTime();
  if (isTried || subject.isClosed(at, at + startWindowMs)) return undefined;
  const next = nextSlotAt(subject, at);
  if (next !== undefined && next < at + leastMinutesBefore * aMinute) return undefined;
  return {
    kind: 'backup',
    resourceArn: subject.arn,
    rule,
    vaultName: history.vaultName(rule.vault),
    token: tokenOf('backup', subject.arn, rule.name, String(slot.at)),
  };
}

/** A copy once more, unless a key is in its way, or it has been tried twice. */
export function copyRetry(subject: Subject, verdict: CopyVerdict): Retry | undefined {
  const { name, source, rule, copy, jobs } = verdict;
  if (name !== 'copy-failed' && name !== 'copy-missing') return undefined;
  const isKeyFailure = keyFailureOf(jobs[0]?.message ?? '', copy.region, '') !== undefined;
  if (jobs.length > 1 || isKeyFailure) return undefined;
  const token = tokenOf('copy', source.arn, copy.region);
  return { kind: 'copy', resourceArn: subject.arn, source, rule, copy, token };
}

function nextSlotAt({ rules, isClosed }: Subject, from: number): number | undefined {
  const moments = rules.flatMap((rule) => {
    const near = slotsThatCanExist(slotsBetween(rule, from, from + 2 * startWindowMs), isClosed);
    const slots =
      near.length > 0 ? near : slotsThatCanExist(slotsBetween(rule, from, from + lookAheadMs), isClosed);
    return slots[0]?.at ?? [];
  });
  return moments.length === 0 ? undefined : Math.min(...moments);
}

function tokenOf(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 40);
}
