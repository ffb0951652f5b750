import type {
  RestoreJudged,
  RestoreLeftover,
  RestoreTestMissed,
} from '../../../shared/events/restore-judged.ts';
import { describeCheck } from '../../../shared/restores/check.ts';
import type { Conclusion, Proof, Told } from '../../../shared/restores/proof.ts';

/** An event holds no more than 256 KB, and an alert far less. The evidence has it all. */
const longestReason = 600;

export function eventOf(proof: Proof, { outcome, reason, at }: Conclusion, evidence?: string): RestoreJudged {
  const { region, tier, jobId, pointArn, restoreSeconds, judgement, control, put } = proof;
  return {
    identity: `restore-judged/${region}/${jobId}/${outcome}`,
    subject: proof.source,
    environment: 'unknown',
    outcome,
    reason: reason.slice(0, longestReason),
    occurredAt: at,
    facts: {
      region,
      tier,
      jobId,
      pointArn,
      ...(restoreSeconds !== undefined && { restoreSeconds }),
      ...(judgement?.rpoSeconds !== undefined && { rpoSeconds: judgement.rpoSeconds }),
      checks: (judgement?.checks ?? [])
        .filter((check) => check.outcome !== 'passed')
        .map((check) => `${describeCheck(check)}: ${check.reason}`.slice(0, 200))
        .slice(0, 20),
      ...(control && { control: control.reason.slice(0, longestReason) }),
      put: put === undefined ? 'AWS Backup was told nothing' : put.reason,
      ...(evidence !== undefined && { evidence }),
    },
  };
}

export function leftoverEventOf(
  { region, tier, jobId }: Proof,
  arn: string,
  { reason, since }: Pick<Told, 'reason' | 'since'>,
  outcome: 'open' | 'closed',
): RestoreLeftover {
  return {
    identity: `restore-leftover/${region}/${jobId}/${outcome}`,
    subject: arn,
    environment: 'unknown',
    outcome,
    reason,
    occurredAt: since,
    facts: { region, tier, jobId },
  };
}

/** @param due when the test had to begin: it tells one that is missed from the next. ISO 8601, UTC. */
export function missedEventOf(
  region: string,
  tier: string,
  due: string,
  outcome: 'open' | 'closed',
  { reason, since }: Pick<Told, 'reason' | 'since'>,
): RestoreTestMissed {
  return {
    identity: `restore-test-missed/${region}/${tier}/${due}/${outcome}`,
    subject: `tier ${tier}`,
    environment: 'unknown',
    outcome,
    reason,
    occurredAt: since,
    facts: { region, tier },
  };
}
