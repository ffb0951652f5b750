import { contract as fencePrimary } from '../functions/failover/fence-primary/contract.ts';
import { contract as hearCheckers } from '../functions/failover/hear-checkers/contract.ts';
import { contract as probeEndpoint } from '../functions/failover/probe-endpoint/contract.ts';
import { functionNameOf } from '../infra/names.ts';
import type { Scenario } from './scenario.ts';

const watchers = [probeEndpoint, hearCheckers, fencePrimary].map((contract) => functionNameOf(contract));

/** Before and after the beginning of a story. Milliseconds. */
const played = { before: 2 * 60_000, after: 3 * 60_000 };

/**
 * Which runs by the clock are not played: those that are no part of a story, and the watch over the primary Region in one
 * that it is no part of. What is played shows
 * that it works as it is deployed; a day of it would take longer than all the rest.
 */
export function watchSkips({
  from,
  watchesFailover,
  plays = () => true,
}: Pick<Scenario, 'from' | 'watchesFailover' | 'plays'>): (functionArn: string, dueAt: Date) => boolean {
  return (functionArn, dueAt) => {
    const name = functionArn.split(':').at(-1) ?? '';
    if (!plays(name, dueAt)) return true;
    if (watchesFailover || !watchers.includes(name)) return false;
    const since = dueAt.getTime() - from.getTime();
    return since < -played.before || since > played.after;
  };
}
