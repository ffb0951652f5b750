import { nameOf } from '../../rehearsal/account.ts';
import { entriesOf } from '../../rehearsal/invariants/invariant.ts';
import type { ResolvedResource } from '../../rehearsal/wiring/template.ts';
import type { Invoked } from './invocation.ts';

export interface LoggedOutcome {
  readonly outcome: string;
  readonly reason: string;
  readonly subject: string;
  readonly [fact: string]: unknown;
}

/** What came of an invocation. These are the keys that `ops invoke` prints after its own. */
export interface InvocationReport {
  /** How the invocation itself ended. */
  readonly ended: 'ok' | 'failed' | 'timeout' | 'crashed';
  /** What the handler returned. Absent when it did not return. */
  readonly returned?: unknown;
  /** What the handler threw, or why Lambda ended it. */
  readonly error?: { readonly errorType: string; readonly errorMessage: string };
  /** The outcome records that the function logged, in order. */
  readonly outcomes: readonly LoggedOutcome[];
  /** The AWS calls of the invocation, each attempt of each. */
  readonly calls: readonly {
    readonly operation: string;
    readonly outcome: string;
    readonly detail?: string;
  }[];
  /** What people got, also by way of other functions and of alarms. */
  readonly messages: readonly { readonly at: string; readonly to: string; readonly text: string }[];
  /** The outcome records of the functions that the invocation set off. */
  readonly followed: readonly (LoggedOutcome & { readonly function: string })[];
}

export function reportOn({ run, outcome }: Invoked, lambda: ResolvedResource): InvocationReport {
  const name = nameOf(lambda);
  const isOurs = (entry: { readonly region: string; readonly function: string }): boolean =>
    entry.region === lambda.region && entry.function === name;
  const invocation = entriesOf(run, 'invocation').find(({ entry }) => isOurs(entry));
  const ended = invocation?.at ?? run.scenario.to;
  const requestId = invocation?.entry.requestId;

  const outcomes = entriesOf(run, 'log').flatMap(({ entry }) => {
    if (entry.message !== 'outcome') return [];
    const { outcome: what, reason, subject, ...facts } = entry.facts;
    const logged = { outcome: String(what), reason: String(reason), subject: String(subject), ...facts };
    return [{ logged, function: entry.function, ours: entry.requestId === requestId }];
  });

  return {
    ended: outcome.kind,
    ...(outcome.kind === 'ok' ? { returned: outcome.payload } : { error: outcome.error }),
    outcomes: outcomes.filter(({ ours }) => ours).map(({ logged }) => logged),
    calls: entriesOf(run, 'call')
      .filter(
        ({ at, entry }) =>
          entry.caller === name && entry.region === lambda.region && at.getTime() <= ended.getTime(),
      )
      .map(({ entry }) => ({
        operation: `${entry.service}:${entry.operation}`,
        outcome: entry.outcome,
        ...(entry.detail !== undefined && { detail: entry.detail }),
      })),
    messages: entriesOf(run, 'message').map(({ at, entry }) => ({
      at: at.toISOString(),
      to: sinkNamed(entry.sink, run.policy.alerts.sinks),
      text: entry.text,
    })),
    followed: outcomes
      .filter(({ ours }) => !ours)
      .map(({ function: other, logged }) => ({ function: other, ...logged })),
  };
}

/** Slack's channel ids mean nothing to a reader. */
function sinkNamed(sink: string, sinks: Invoked['run']['policy']['alerts']['sinks']): string {
  const found = Object.entries(sinks).find(
    ([, settings]) => settings.type === 'slack' && sink === `slack:${settings.channel}`,
  );
  return found === undefined ? sink : `slack:${found[0]}`;
}
