import { contract as fencePrimary } from '../functions/failover/fence-primary/contract.ts';
import { contract as hearCheckers } from '../functions/failover/hear-checkers/contract.ts';
import { contract as probeEndpoint } from '../functions/failover/probe-endpoint/contract.ts';
import { functionNameOf } from '../infra/names.ts';
import type { Scenario } from './scenario.ts';

const watchers = [probeEndpoint, hearCheckers, fencePrimary].map((contract) => functionNameOf(contract));

/** Before and after the beginning of a story. Milliseconds. */
const played = { before: 2 * 60_000, after: 3 * 60_000 };

/**
 * Which runs of the watch over the primary Region are not played, in a story that it is no part of. What is played shows
 * that it works as it is deployed; a day of it would take longer than all the rest.
 */
export function watchSkips({
  from,
  watchesFailover,
}: Pick<Scenario, 'from' | 'watchesFailover'>): (functionArn: string, dueAt: Date) => boolean {
  if (watchesFailover) return () => false;
  return (functionArn, dueAt) => {
    if (!watchers.includes(functionArn.split(':').at(-1) ?? '')) return false;
    const since = dueAt.getTime() - from.getTime();
    return since < -played.before || since > played.after;
  };
}
