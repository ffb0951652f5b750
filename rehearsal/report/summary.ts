import { invariants } from '../invariants/all.ts';
import { undelivered } from '../invariants/every-alert-is-told.ts';
import { entriesOf, outcomesOf } from '../invariants/invariant.ts';
import { type FaultTold, faultsTold } from '../planted.ts';
import type { Run } from '../rehearsal.ts';

/** What a rehearsal came to. These are the keys of `--json`. */
export interface Summary {
  readonly scenario: string;
  readonly seed: number;
  readonly simulated: { readonly from: string; readonly to: string; readonly seconds: number };
  readonly wallSeconds: number;
  readonly events: { readonly published: number; readonly matched: number; readonly dropped: number };
  readonly invocations: {
    readonly total: number;
    readonly failed: number;
    readonly retried: number;
    /** Runs by the clock that were only counted, by function. */
    readonly skipped: Readonly<Record<string, number>>;
  };
  readonly faults: readonly FaultTold[];
  readonly awsCalls: { readonly total: number; readonly denied: number; readonly throttled: number };
  readonly alerts: {
    /** Alerts that were given to sinks. */
    readonly raised: number;
    /** Messages that a sink took, over all sinks. */
    readonly delivered: number;
    readonly held: Readonly<Record<string, number>>;
    /** Deliveries that ended nowhere. */
    readonly lost: number;
  };
  readonly permissions: { readonly granted: number; readonly unused: readonly string[] };
  readonly invariants: readonly {
    readonly name: string;
    readonly checked: number;
    readonly violations: readonly string[];
  }[];
  readonly traceSha256: string;
}

export function summarize(run: Run, wallSeconds: number): Summary {
  const { scenario, seed, account, permissions, trace } = run;
  const { from, to } = scenario;
  const invocations = entriesOf(run, 'invocation').map(({ entry }) => entry);
  const calls = entriesOf(run, 'call').map(({ entry }) => entry.outcome);
  const outcomes = outcomesOf(run);
  const count = (name: string): number => outcomes.filter(({ outcome }) => outcome === name).length;
  return {
    scenario: scenario.name,
    seed,
    simulated: {
      from: from.toISOString(),
      to: to.toISOString(),
      seconds: (to.getTime() - from.getTime()) / 1000,
    },
    wallSeconds,
    events: { ...account.eventBridge.counters },
    invocations: {
      total: invocations.length,
      failed: invocations.filter(({ outcome }) => outcome !== 'ok').length,
      retried: invocations.filter(({ attempt }) => attempt > 1).length,
      skipped: Object.fromEntries(account.scheduler.skipped),
    },
    faults: faultsTold(run),
    awsCalls: {
      total: calls.length,
      denied: permissions.denied,
      throttled: calls.filter((outcome) => /Throttl|TooManyRequests/.test(outcome)).length,
    },
    alerts: {
      raised: count('routed'),
      delivered: count('told'),
      held: countBy(
        outcomes.filter(({ outcome }) => outcome === 'held').map(({ reason }) => withoutDetails(reason)),
      ),
      lost: undelivered(run).length,
    },
    permissions: {
      granted: permissions.granted,
      unused: permissions.unused.map(({ role, action, resource }) => `${role} ${action} ${resource}`),
    },
    invariants: invariants.map((invariant) => ({ name: invariant.name, ...invariant.check(run) })),
    traceSha256: trace.hash(),
  };
}

/** A reason without the names and times in it, so that equal reasons are counted together. */
function withoutDetails(reason: string): string {
  return reason.replace(/\s*\(.*\)/, '').replace(/\b[a-z]{2}-[a-z]+-\d\b/g, 'another Region');
}

function countBy(texts: readonly string[]): Readonly<Record<string, number>> {
  const groups = Map.groupBy(texts, (text) => text);
  return Object.fromEntries(
    [...groups].map(([text, all]) => [text, all.length] as const).sort(([, a], [, b]) => b - a),
  );
}
