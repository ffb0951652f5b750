import { type AnswerDecision, decideAnswer } from '../../../shared/failover/answer.ts';
import { committing } from '../../../shared/failover/fence.ts';
import { lossOfPoint, lossOfReplica } from '../../../shared/failover/loss.ts';
import {
  type DatabaseSight,
  decideWay,
  sayWay,
  type Way,
  type WayDecision,
} from '../../../shared/failover/ways.ts';
import type { Conductor, Look, StepEnd } from './conduct.ts';
import type { RunDeps } from './deps.ts';
import type { Frozen } from './detect.ts';
import { type NewestPoints, newestPoints } from './points.ts';
import { restore } from './restore.ts';

/** Where the database of the standby takes writes. */
export interface Database {
  readonly host: string;
  readonly port: number;
}

/** Seconds: RDS takes no promotion while it makes a backup, however long that lasts. */
const longestPromotion = 3600;

/** Seconds without which nothing can be decided. */
const longestLook = 900;

/** Gives the standby Region a database that takes writes, with as little lost as can be. */
export async function takeOverDatabase(
  conductor: Conductor,
  frozen: Frozen,
  deps: RunDeps,
): Promise<{ readonly end: StepEnd; readonly database?: Database }> {
  let database: Database | undefined;
  const end = await conductor.step('database', async () => {
    const looked = await conductor.until('look at the database', {
      every: 10,
      until: longestLook,
      look: () => lookAtDatabase(frozen, deps),
    });
    if ('givenUp' in looked) return stopped(`the database could not be looked at: ${looked.givenUp}`);
    const { sight, points } = looked.found;
    const choice = await choose(conductor, decideWay(sight, deps.policy.failover), deps);
    if (choice.end === 'stop') return stopped(choice.reason);

    const refusal = await conductor.once('commit', async () => {
      const run = { name: conductor.run, execution: conductor.execution };
      const reason = await deps.fence.change((state) => committing(state, run));
      return reason === undefined ? {} : { reason };
    });
    if (refusal.reason !== undefined) return stopped(`the writer was not changed: ${refusal.reason}`);

    const taken =
      choice.way === 'promote' ? await promote(conductor, deps) : await restore(conductor, points, deps);
    if ('givenUp' in taken) return stopped(`${sayWay[choice.way]} has not ended: ${taken.givenUp}`);
    database = taken.found;
    return {
      outcome: 'done',
      reason: `${sayWay[choice.way]}: ${choice.reason}`,
      facts: { sight, choice, database },
    };
  });
  return database === undefined ? { end } : { end, database };
}

function stopped(reason: string): StepEnd {
  return { outcome: 'stopped', reason };
}

async function lookAtDatabase(
  { ended, readiness }: Frozen,
  deps: RunDeps,
): Promise<Look<{ readonly sight: DatabaseSight; readonly points: NewestPoints }>> {
  const replica = await deps.replica.find(deps.policy.failover.standby.replica.id);
  const points = await newestPoints(deps);
  const sight: DatabaseSight = {
    ...(replica !== undefined && {
      replica: {
        status: replica.status,
        isReplica: replica.isReplica,
        loss: lossOfReplica(readiness, ended),
      },
    }),
    ...(points.database !== undefined && { point: { loss: lossOfPoint(points.database.createdAt, ended) } }),
  };
  return { found: { sight, points } };
}

type Choice =
  | { readonly end: 'take'; readonly way: Way; readonly reason: string }
  | { readonly end: 'stop'; readonly reason: string };

/** Asks people where more would be lost than may be, or than anybody knows. */
async function choose(conductor: Conductor, decision: WayDecision, deps: RunDeps): Promise<Choice> {
  if (decision.end === 'none') return { end: 'stop', reason: decision.reason };
  if (decision.end === 'take') return { end: 'take', way: decision.option.way, reason: decision.reason };
  const { approval } = deps.policy.failover;
  const { options } = decision;
  const choices = options.map(({ way }) => way).join(' | ');
  await conductor.tell(
    'asks',
    `${decision.reason}. It waits ${approval.deadlineMinutes} minutes for two people to choose the same`,
    `ops failover approve ${conductor.run} --choose <${choices} | refuse>`,
  );
  const askedAt = await conductor.once('asked', async () => deps.now().getTime());
  const deadline = askedAt + approval.deadlineMinutes * 60_000;
  const waited = await conductor.until<Exclude<AnswerDecision, { end: 'wait' }>>('hear people', {
    every: 10,
    until: Number.POSITIVE_INFINITY,
    look: async () => {
      const said = await deps.approvals.of(conductor.run);
      const answer = decideAnswer(said, options, approval, deps.now().getTime() >= deadline);
      return answer.end === 'wait' ? { waiting: answer.reason } : { found: answer };
    },
  });
  if ('givenUp' in waited) return { end: 'stop', reason: waited.givenUp };
  const answer = waited.found;
  return answer.end === 'stop' ? answer : { end: 'take', way: answer.option.way, reason: answer.reason };
}

/** It is asked for again until the instance replicates no more and is available. */
function promote(
  conductor: Conductor,
  { replica, policy }: RunDeps,
): Promise<{ readonly found: Database } | { readonly givenUp: string }> {
  const { id } = policy.failover.standby.replica;
  return conductor.until<Database>('promote', {
    every: 10,
    until: longestPromotion,
    look: async () => {
      const seen = await replica.find(id);
      if (seen === undefined) return { waiting: `${id} is gone` };
      if (seen.status !== 'available') return { waiting: `${id} is ${seen.status}` };
      if (!seen.isReplica) {
        return seen.endpoint === undefined ? { waiting: `${id} has no endpoint` } : { found: seen.endpoint };
      }
      return { waiting: `the promotion of ${id} was ${await replica.promote(id)}` };
    },
  });
}
