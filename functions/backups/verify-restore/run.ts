import type { RestoreJob } from '../../../shared/backups/observed.ts';
import { RetryableError } from '../../../shared/lambda/errors.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import { atStage, type Conclusion, type Proof } from '../../../shared/restores/proof.ts';
import { tierOfPlan } from '../../../shared/restores/testing-plan.ts';
import { type Carried, write } from './carried.ts';
import { judgeDatabase, spoilDatabase } from './database.ts';
import { decideStep, restoreSecondsOf, type Step } from './decide.ts';
import type { VerifyDeps, VerifyRun } from './deps.ts';
import { finish } from './finish.ts';
import { hold } from './hold.ts';
import { openDatabase } from './open.ts';
import { tierNamed, whyUnknown } from './policy.ts';
import { judgeVolume } from './volume.ts';

/** More steps than a proof has. */
const mostSteps = 10;

/**
 * Brings the proof of one restore as far as it can be brought now. Whatever led here is only a hint: the job, the proof
 * and the standing are read anew before each step. Each step is written down before the next, so that a run which dies
 * is gone on with by any other.
 *
 * @throws what may pass: the next sweep looks at the job again
 */
export async function reconcile(jobId: string, run: VerifyRun, deps: VerifyDeps): Promise<Outcome> {
  const subject = `restore ${jobId}`;
  let known: Proof | undefined;
  for (let step = 1; step <= mostSteps; step++) {
    const job = await deps.jobs.of(jobId);
    if (job === undefined) return { outcome: 'nothing', reason: 'there is no such restore job', subject };
    const tier = tierOfPlan(job.testingPlanArn ?? '', Object.keys(deps.policy.backups.tiers));
    if (tier === undefined) {
      return { outcome: 'nothing', reason: 'it is not a test of a tier of the policy', subject };
    }
    known ??= await deps.proofs.of(jobId, job.createdAt.toISOString());
    const decided = decide(job, tier, known, await deps.askStanding(), deps);
    const proof = known ?? newProof(job, tier, deps);
    const carried = await carryOut(decided, job, proof, run, deps);
    if ('ends' in carried) {
      return { outcome: carried.ends, reason: carried.reason, subject, facts: factsOf(job, tier) };
    }
    known = carried.proof;
  }
  throw new RetryableError(`the proof of ${subject} took more than ${mostSteps} steps`);
}

function decide(
  job: RestoreJob,
  tier: string,
  proof: Proof | undefined,
  standing: Awaited<ReturnType<VerifyDeps['askStanding']>>,
  { policy, now }: VerifyDeps,
): Step {
  const { restoreWithinMinutes, restoreTest } = tierNamed(tier, policy);
  const unknown = whyUnknown(job, policy);
  return decideStep({
    job,
    ...(proof && { proof }),
    standing,
    ...(unknown !== undefined && { unknown }),
    tier: { restoreWithinMinutes, validationWindowHours: restoreTest?.validationWindowHours ?? 0 },
    now: now(),
  });
}

async function carryOut(
  step: Step,
  job: RestoreJob,
  proof: Proof,
  run: VerifyRun,
  deps: VerifyDeps,
): Promise<Carried> {
  const { reason } = step;
  const isVolume = job.resourceType === 'EBS';
  switch (step.do) {
    case 'nothing':
      return { ends: 'nothing', reason };
    case 'await':
      return { ends: 'awaited', reason };
    case 'hold':
      return hold(proof, reason, deps);
    case 'resume':
      return write(atStage(proof, proof.stage, deps.now()), deps);
    case 'open':
      return isVolume ? judgeVolume(job, proof, deps) : openDatabase(job, proof, deps);
    case 'judge':
      return judgeDatabase(job, proof, run, deps);
    case 'control':
      return spoilDatabase(job, proof, run, deps);
    case 'conclude': {
      const at = deps.now().toISOString();
      const conclusion: Conclusion = { ...step.conclusion, reason, at };
      return write({ ...atStage(proof, 'concluded', deps.now()), conclusion }, deps);
    }
    case 'finish':
      return finish(job, proof, step.mayPut, deps);
    default:
      return step satisfies never;
  }
}

function newProof(job: RestoreJob, tier: string, { region, now }: VerifyDeps): Proof {
  const restoreSeconds = restoreSecondsOf(job);
  return {
    region,
    jobId: job.id,
    tier,
    resourceType: job.resourceType,
    source: job.sourceResourceArn,
    pointArn: job.pointArn,
    createdAt: job.createdAt.toISOString(),
    ...(restoreSeconds !== undefined && { restoreSeconds }),
    stage: 'opening',
    stageSince: now().toISOString(),
    asked: 0,
    version: 0,
  };
}

function factsOf(
  { sourceResourceArn: source, createdArn }: RestoreJob,
  tier: string,
): NonNullable<Outcome['facts']> {
  return { tier, source, ...(createdArn !== undefined && { created: createdArn }) };
}
