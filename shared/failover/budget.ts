import type { RecordTargets } from '../policy/failover-schema.ts';
import { awsDurations } from './aws-durations.ts';
import { type QuorumPolicy, worstDetection } from './quorum.ts';

/** A look at an endpoint is given up after so long. Seconds; less than the ten between two looks. */
export const lookTimeoutSeconds = 5;

/** What all our own steps take together, beside the durations of AWS. Seconds. */
const ownSeconds = 60;

export interface BudgetPart {
  readonly what: string;
  readonly seconds: number;
}

/** How long resolvers may keep an answer of the failover records. Seconds. */
export function ttlOf(targets: RecordTargets): number {
  return targets.type === 'cname' ? targets.ttlSeconds : awsDurations.aliasTtl.seconds;
}

/**
 * What a failover that meets no obstacle takes at worst, from the first failed request to a standby that serves users,
 * part by part. Nodes come up while the answers change; the database waits for both.
 */
export function recoveryBudget(
  policy: QuorumPolicy & { readonly records: { readonly targets: RecordTargets } },
): readonly BudgetPart[] {
  const ttl = ttlOf(policy.records.targets);
  const { switchSeen, nodesReady, promotion } = awsDurations;
  const moved = switchSeen.seconds + ttl;
  return [
    { what: 'detection', seconds: worstDetection(policy, lookTimeoutSeconds) },
    moved >= nodesReady.seconds
      ? { what: `the switch and one TTL of ${ttl} s`, seconds: moved }
      : { what: 'nodes, while the answers change', seconds: nodesReady.seconds },
    { what: 'promotion of the replica', seconds: promotion.seconds },
    { what: 'our own steps', seconds: ownSeconds },
  ];
}
