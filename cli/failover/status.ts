import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { watchTable } from '../../functions/failover/probe-endpoint/watch-table.ts';
import { failoverTableName, switchTableName } from '../../infra/names.ts';
import { failoverStates } from '../../shared/aws/failover-state.ts';
import { readinessRow } from '../../shared/aws/standby-readiness.ts';
import { switchTable } from '../../shared/aws/switch-table.ts';
import { voteTable } from '../../shared/aws/vote-table.ts';
import { decideFailover, type FailoverDecision, type FailoverState } from '../../shared/failover/decide.ts';
import { withFrozenLag } from '../../shared/failover/frozen-lag.ts';
import { failoverPause, pausedBy } from '../../shared/failover/pause.ts';
import { decideQuorum, lookBack, type Quorum } from '../../shared/failover/quorum.ts';
import { type StandbyReadiness, unfitness } from '../../shared/failover/standby.ts';
import { type Vote, voices } from '../../shared/failover/vote.ts';
import type { WatchRecord } from '../../shared/failover/watch-record.ts';
import type { Policy } from '../../shared/policy/schema.ts';

/** Everything that is known at one moment, and what would be decided by it. */
export interface FailoverStatus {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly votes: readonly Vote[];
  readonly quorum: Quorum;
  readonly state: FailoverState | { readonly unreadable: string };
  readonly standby: StandbyReadiness | undefined;
  /** What speaks against the standby. Empty: it can take over. */
  readonly unfit: readonly string[];
  readonly decision: FailoverDecision;
  /** What would keep a failover from starting by itself if the Region went down now. */
  readonly refusals: readonly string[];
  readonly watch: WatchRecord | undefined;
}

/** Reads the tables of the standby Region, and nothing else. */
export async function readStatus(
  dynamodb: DynamoDBClient,
  { failover }: Policy,
  now: Date,
): Promise<FailoverStatus> {
  const at = now.getTime();
  const table = voteTable(dynamodb, failoverTableName);
  const [votes, state, standby, pauses, watch] = await Promise.all([
    Promise.all(voices.map((voice) => table.since(voice, at - lookBack(failover) * 1000))),
    failoverStates(dynamodb, failoverTableName, failover.armed).read(),
    readinessRow(dynamodb, failoverTableName).read(),
    switchTable(dynamodb, switchTableName).read([failoverPause]),
    watchTable(dynamodb, failoverTableName).read(),
  ]);
  const all = votes.flat();
  const quorum = decideQuorum(all, failover, at);
  const paused = pausedBy(pauses, now);
  const frozen = withFrozenLag(standby, quorum);
  const situation = {
    quorum,
    policy: failover,
    state,
    standby: frozen,
    ...(paused !== undefined && { paused }),
    now: at,
  };
  const ifDown = decideFailover({ ...situation, quorum: { ...quorum, state: 'outage' } });
  return {
    at,
    votes: all,
    quorum,
    state,
    standby,
    unfit: unfitness(frozen, failover, at),
    decision: decideFailover(situation),
    refusals: ifDown.refusals.map(({ reason }) => reason),
    watch,
  };
}
