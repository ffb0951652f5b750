import type { VoteTable } from '../../../shared/aws/vote-table.ts';
import type { Voice } from '../../../shared/failover/vote.ts';
import { logOutcome, type Outcome } from '../../../shared/lambda/outcome.ts';
import type { HttpsGet, World } from '../../../shared/lambda/world.ts';
import { lookAround, voteOf } from './look.ts';
import type { ProbePolicy } from './policy.ts';

export interface ProbeDeps {
  readonly voice: Voice;
  readonly votes: VoteTable;
  readonly get: HttpsGet;
  readonly policy: ProbePolicy;
  readonly log: World<unknown>['log'];
  /** Decides by all that is known at a mark. Undefined where votes are given alone. */
  readonly decide: (() => Promise<Outcome>) | undefined;
}

/**
 * Looks, votes, and decides where that is its part. A vote that was there already is that of another run of this probe,
 * which then also decides. One that could not be written keeps nobody from deciding by those that were.
 *
 * @throws what DynamoDB, or what is asked for the decision, answers
 */
export async function probeAt(
  mark: number,
  { voice, votes, get, policy, decide, log }: ProbeDeps,
): Promise<void> {
  const vote = voteOf(voice, mark, await lookAround(policy, get));
  const [written] = await Promise.allSettled([votes.write(vote)]);
  if (decide !== undefined && (written.status === 'rejected' || written.value)) {
    const outcome = await decide();
    if (outcome.outcome !== 'quiet') logOutcome(log, outcome);
  }
  if (written.status === 'rejected') throw written.reason;
}
