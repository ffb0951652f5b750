import type { RecordTargets } from '../policy/failover-schema.ts';
import { awsDurations } from './aws-durations.ts';
import { ttlOf } from './budget.ts';
import type { RunStep } from './run.ts';

/** What is ours in a step that waits for AWS: calls, checkpoints, and the time between two looks. Seconds. */
const own = { asking: 10, waiting: 20 };

/**
 * How long each step of a failover should take, in seconds. After half of it people are paged with what to do by hand;
 * that leaves them the other half.
 */
export function stepBudgets(records: { readonly targets: RecordTargets }): Readonly<Record<RunStep, number>> {
  const { switchSeen, nodesReady, promotion } = awsDurations;
  return {
    detect: own.asking,
    traffic: switchSeen.seconds + ttlOf(records.targets) + own.waiting,
    nodes: nodesReady.seconds + own.waiting,
    database: promotion.seconds + own.waiting,
    validate: own.asking + own.waiting,
    close: own.asking,
  };
}
