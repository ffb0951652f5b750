import { type FindingSeverity, findingSeverities } from '../../../shared/domain/severity.ts';
import type { VerdictRecord } from '../../../shared/domain/verdict-record.ts';
import type { QuarantinePolicy } from './policy.ts';

type FixByPolicy = Pick<QuarantinePolicy, 'environments'> & {
  readonly images: Pick<QuarantinePolicy['images'], 'quarantine'>;
};

/** By when a blocked image has to be replaced wherever it is in use. */
export interface FixBy {
  /** The worst severity among the findings that block it. */
  readonly severity: FindingSeverity;
  /** ISO 8601, UTC. */
  readonly at: string;
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Counted from when the block began. Of several severities that block, the one that leaves the least time counts.
 *
 * A block whose findings the policy would not have block any more will be judged anew; until then it counts as one of
 * all severities.
 *
 * @param since ISO 8601, UTC
 */
export function fixByOf(record: VerdictRecord, since: string, policy: FixByPolicy): FixBy {
  const rules = policy.environments[record.environment]?.verdicts;
  const blocking = findingSeverities.filter(
    (severity) => (record.counts[severity] ?? 0) > 0 && rules?.[severity] === 'block',
  );
  const { fixWithinDays } = policy.images.quarantine;
  const counted = blocking.length > 0 ? blocking : findingSeverities;
  const least = Math.min(...counted.map((severity) => fixWithinDays[severity]));
  return {
    severity: counted[0] ?? 'CRITICAL',
    at: new Date(Date.parse(since) + least * dayMs).toISOString(),
  };
}

/** Whole days since the moment, the first one included; 0 before it. */
export function daysOverdue(fixBy: string, now: Date): number {
  const lateMs = now.getTime() - Date.parse(fixBy);
  return lateMs < 0 ? 0 : Math.floor(lateMs / dayMs) + 1;
}
