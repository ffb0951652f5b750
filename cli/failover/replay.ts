import * as z from 'zod/mini';
import { StoredVote } from '../../shared/aws/vote-table.ts';
import {
  decideFailover,
  type FailoverDecision,
  type FailoverPolicy,
  type FailoverState,
} from '../../shared/failover/decide.ts';
import { withFrozenLag } from '../../shared/failover/frozen-lag.ts';
import { decideQuorum, type Quorum } from '../../shared/failover/quorum.ts';
import { runNameOf } from '../../shared/failover/run.ts';
import type { StandbyReadiness } from '../../shared/failover/standby.ts';
import { markEverySeconds, type Vote } from '../../shared/failover/vote.ts';

/** What a file for a replay holds. `status --json` prints it, and more, which is not read. */
export const Recording = z.object({
  votes: z.array(StoredVote).check(z.minLength(1)),
  /** Of the failover when the first vote was given. Left out: the primary has always been the writer. */
  state: z.optional(
    z.object({
      epoch: z.number(),
      writer: z.enum(['primary', 'standby']),
      openRun: z.exactOptional(z.string()),
      lastRunEnded: z.exactOptional(z.number()),
    }),
  ),
  /** The standby, taken for as fresh as it can be at every mark. Left out: it is fit. */
  standby: z.optional(
    z.object({
      cluster: z.string(),
      pods: z.enum(['answer', 'silent', 'unknown']),
      replica: z.exactOptional(z.object({ status: z.string(), lagSeconds: z.exactOptional(z.number()) })),
      imagesMissing: z.union([z.array(z.string()), z.literal('unknown')]),
    }),
  ),
});

export type Recording = z.infer<typeof Recording>;

export interface ReplayedMark {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly votes: readonly Vote[];
  readonly quorum: Quorum;
  readonly decision: FailoverDecision;
}

const everyMs = markEverySeconds * 1000;

const fit: Omit<StandbyReadiness, 'at'> = {
  cluster: 'ACTIVE',
  pods: 'answer',
  replica: { status: 'available', lagSeconds: 0 },
  imagesMissing: [],
};

/**
 * Decides again at each mark, from the first vote to one mark after the last, by the votes that there were then. A run
 * that would have started is open from then on, as it would have been.
 */
export function replay(
  { votes, state: given, standby: recorded }: Recording,
  policy: FailoverPolicy & { readonly armed: boolean },
): readonly ReplayedMark[] {
  const marks = votes.map(({ at }) => at);
  const standby: Omit<StandbyReadiness, 'at'> = recorded ?? fit;
  let state: FailoverState = { epoch: 0, writer: 'primary', ...given, armed: policy.armed };
  const replayed: ReplayedMark[] = [];
  for (let at = Math.min(...marks); at <= Math.max(...marks) + everyMs; at += everyMs) {
    const known = votes.filter((vote) => vote.at <= at);
    const quorum = decideQuorum(known, policy, at);
    const readiness: StandbyReadiness = { at, ...standby };
    const decision = decideFailover({
      quorum,
      policy,
      state,
      standby: withFrozenLag(readiness, quorum),
      now: at,
    });
    replayed.push({ at, votes: votes.filter((vote) => vote.at === at), quorum, decision });
    if (decision.move === 'start') state = { ...state, epoch: decision.epoch, openRun: runNameOf(decision) };
  }
  return replayed;
}
