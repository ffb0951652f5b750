import type { Quorum, QuorumPolicy } from './quorum.ts';
import { type StandbyPolicy, type StandbyReadiness, unfitness } from './standby.ts';

export interface FailoverPolicy extends QuorumPolicy, StandbyPolicy {
  /** `observe`: it decides, records and tells, and never acts. */
  readonly mode: 'observe' | 'act';
  /** `ask`: a person has to approve each failover, however sure everything looks. */
  readonly start: 'automatic' | 'ask';
  /** Minutes after a run in which none starts by itself. */
  readonly cooldown: number;
}

/** What the failover state of the standby Region says. */
export interface FailoverState {
  /** Counts the changes of the writer. A run is named for the epoch that it brings. */
  readonly epoch: number;
  readonly writer: 'primary' | 'standby';
  /** Whether the switch's checks were seen healthy and are used by the records. */
  readonly armed: boolean;
  /** The run that has not ended. */
  readonly openRun?: string;
  /** The run that stopped when it may have moved traffic, and had not moved the writer. */
  readonly halfway?: string;
  /** When the last run ended, in milliseconds since 1970. */
  readonly lastRunEnded?: number;
}

export interface FailoverSituation {
  readonly quorum: Quorum;
  readonly policy: FailoverPolicy;
  /** Or why it could not be read. */
  readonly state: FailoverState | { readonly unreadable: string };
  readonly standby: StandbyReadiness | undefined;
  /** Who has paused the failover and why; or why that cannot be read. Absent: nobody. */
  readonly paused?: string;
  /** The maintenance window of the platform that is open. */
  readonly maintenance?: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Something that keeps a failover from starting by itself. */
export interface Refusal {
  readonly rule:
    | 'observe'
    | 'unreadable'
    | 'paused'
    | 'not-the-writer'
    | 'not-armed'
    | 'open-run'
    | 'cooldown'
    | 'maintenance'
    | 'standby-unfit'
    | 'start-asks';
  readonly reason: string;
}

/**
 * - `none`: nothing to do
 * - `prepare`: page, and raise the standby's nodes, which can be undone
 * - `ask`: a person has to say whether to fail over
 * - `start`: the runbook starts, for the epoch
 */
export type FailoverDecision = { readonly reason: string; readonly refusals: readonly Refusal[] } & (
  | { readonly move: 'none' | 'prepare' | 'ask' }
  | { readonly move: 'start'; readonly epoch: number }
);

/**
 * Decides whether to fail over now.
 *
 * It starts only for an outage that nothing speaks against. Everything that speaks against it is named, not only the
 * first. Of an outage in which it must not start, people are asked, unless a run is open already or the primary Region
 * is not the writer anyway.
 */
export function decideFailover(situation: FailoverSituation): FailoverDecision {
  const { quorum } = situation;
  if (quorum.state === 'healthy' || quorum.state === 'blind') {
    return { move: 'none', reason: quorum.reason, refusals: [] };
  }
  const refusals = refusalsOf(situation);
  const pointless = refusals.some(({ rule }) => rule === 'open-run' || rule === 'not-the-writer');
  if (pointless) return { move: 'none', reason: quorum.reason, refusals };
  if (quorum.state === 'suspect') return { move: 'prepare', reason: quorum.reason, refusals };
  if (quorum.state === 'ask' || refusals.length > 0 || 'unreadable' in situation.state) {
    return { move: 'ask', reason: quorum.reason, refusals };
  }
  return { move: 'start', epoch: situation.state.epoch + 1, reason: quorum.reason, refusals };
}

function refusalsOf(situation: FailoverSituation): readonly Refusal[] {
  const { policy, state, paused, maintenance, standby, now } = situation;
  const refusals: Refusal[] = [];
  const refuse = (rule: Refusal['rule'], reason: string): void => {
    refusals.push({ rule, reason });
  };
  if ('unreadable' in state) {
    refuse('unreadable', `the state of the failover could not be read (${state.unreadable})`);
  } else {
    if (state.writer !== 'primary') refuse('not-the-writer', 'the standby Region is the writer already');
    if (state.openRun !== undefined) refuse('open-run', `the run ${state.openRun} is open`);
    if (!state.armed) {
      refuse('not-armed', 'the switch is not armed: the records do not follow its checks yet');
    }
    const since = state.lastRunEnded === undefined ? undefined : (now - state.lastRunEnded) / 60_000;
    if (since !== undefined && since < policy.cooldown) {
      refuse(
        'cooldown',
        `a run ended ${Math.floor(since)} minutes ago, and for ${policy.cooldown} minutes none starts by itself`,
      );
    }
  }
  if (policy.mode === 'observe') refuse('observe', 'the policy has the failover observe');
  if (paused !== undefined) refuse('paused', paused);
  if (maintenance !== undefined) refuse('maintenance', `the maintenance window ${maintenance} is open`);
  for (const reason of unfitness(standby, policy, now)) refuse('standby-unfit', reason);
  if (policy.start === 'ask') refuse('start-asks', 'the policy has a person approve every failover');
  return refusals;
}
