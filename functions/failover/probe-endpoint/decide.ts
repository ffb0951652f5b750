import type { ApprovalRequests } from '../../../shared/aws/failover-requests.ts';
import type { FailoverStates } from '../../../shared/aws/failover-state.ts';
import type { SwitchTable } from '../../../shared/aws/switch-table.ts';
import type { VoteTable } from '../../../shared/aws/vote-table.ts';
import { aboutRegion, conditionsOf } from '../../../shared/failover/condition.ts';
import {
  decideFailover,
  type FailoverDecision,
  type FailoverState,
} from '../../../shared/failover/decide.ts';
import { withFrozenLag } from '../../../shared/failover/frozen-lag.ts';
import { failoverPause, pausedBy } from '../../../shared/failover/pause.ts';
import { decideQuorum, lookBack, type Quorum } from '../../../shared/failover/quorum.ts';
import type { StandbyReadiness } from '../../../shared/failover/standby.ts';
import { type Vote, voices } from '../../../shared/failover/vote.ts';
import { newWatch, type WatchRecord, withConditions } from '../../../shared/failover/watch-record.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import { type ActDeps, act } from './act.ts';
import { type AnnounceDeps, announce } from './announce.ts';

export interface DecideDeps extends ActDeps, AnnounceDeps {
  readonly votes: VoteTable;
  readonly states: FailoverStates;
  readonly switches: SwitchTable;
  readonly requests: ApprovalRequests;
  /** What was found of the standby, within the last minute where that was possible. */
  readonly standby: () => Promise<StandbyReadiness | undefined>;
}

/**
 * Decides, by all that is known at this moment, what the primary Region is like and whether to fail over; acts; and tells
 * people. Whatever is done here twice has been done once: the run has its name, a minimum is set and not added, a request
 * is written once, and a record replaces the one that it was made from.
 *
 * @throws what the table or the bus answers: the next mark does it all again
 */
export async function decide(deps: DecideDeps): Promise<Outcome> {
  const { watch, policy, now, requests } = deps;
  const moment = now();
  const [votes, standby, found] = await Promise.all([
    recentVotes(deps, moment),
    deps.standby(),
    watch.read(),
  ]);
  const quorum = decideQuorum(votes, policy.failover, moment.getTime());
  const record = found ?? newWatch(moment);
  const state = await stateFor(quorum, record, deps);
  const decision = await failoverFor(quorum, state, standby, moment, deps);
  const known = state === undefined || 'unreadable' in state ? undefined : state;
  const acted = await act(record, { decision, quorum, state: known, now: moment }, deps);
  if (acted === undefined) return outcomeOf(decision, quorum, 'overtaken', deps);
  const conditions = [
    ...conditionsOf({
      votes,
      quorum,
      decision,
      standing: record.standing.find(({ about }) => about === aboutRegion)?.name,
      since: Date.parse(record.since),
      now: moment.getTime(),
    }),
    ...acted.failures,
  ];
  const next = withConditions(acted.record, conditions, moment);
  const written = next === found ? found : await watch.write(next);
  if (written === undefined) return outcomeOf(decision, quorum, 'overtaken', deps);
  const epoch = known && known.epoch + 1;
  if (decision.move === 'ask' && epoch !== undefined) {
    const refusals = decision.refusals.map(({ reason }) => reason);
    await requests.ask({ epoch, reason: decision.reason, refusals, askedAt: moment.toISOString() });
  }
  await announce(written, epoch, deps);
  const isQuiet = quorum.state === 'healthy' && written.standing.length === 0;
  return outcomeOf(decision, quorum, isQuiet ? 'quiet' : decision.move, deps);
}

async function recentVotes({ votes, policy }: DecideDeps, now: Date): Promise<readonly Vote[]> {
  const since = now.getTime() - lookBack(policy.failover) * 1000;
  return (await Promise.all(voices.map((voice) => votes.since(voice, since)))).flat();
}

/** Of a Region that is well the state does not matter, but to undo what was prepared. */
async function stateFor(
  { state }: Quorum,
  { prepared }: WatchRecord,
  { states }: DecideDeps,
): Promise<FailoverState | { readonly unreadable: string } | undefined> {
  const isCalm = state === 'healthy' || state === 'blind';
  return isCalm && prepared === undefined ? undefined : states.read();
}

async function failoverFor(
  quorum: Quorum,
  state: FailoverState | { readonly unreadable: string } | undefined,
  standby: StandbyReadiness | undefined,
  now: Date,
  { policy, switches }: DecideDeps,
): Promise<FailoverDecision> {
  const isCalm = quorum.state === 'healthy' || quorum.state === 'blind';
  const paused = isCalm ? undefined : pausedBy(await switches.read([failoverPause]), now);
  return decideFailover({
    quorum,
    policy: policy.failover,
    state: state ?? { unreadable: 'it was not read' },
    standby: withFrozenLag(standby, quorum),
    ...(paused !== undefined && { paused }),
    now: now.getTime(),
  });
}

function outcomeOf(
  { move, reason, refusals }: FailoverDecision,
  quorum: Quorum,
  outcome: string,
  { policy }: DecideDeps,
): Outcome {
  return {
    outcome,
    reason,
    subject: policy.regions.primary,
    facts: {
      state: quorum.state,
      move,
      downFor: quorum.downFor,
      ...(refusals.length > 0 && { refusals: refusals.map((refusal) => refusal.reason) }),
    },
  };
}
