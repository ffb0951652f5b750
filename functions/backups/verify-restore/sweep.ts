import type { RestoreJob } from '../../../shared/backups/observed.ts';
import { RetryableError } from '../../../shared/lambda/errors.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import type { Proof } from '../../../shared/restores/proof.ts';
import { tierOfPlan } from '../../../shared/restores/testing-plan.ts';
import type { VerifyDeps, VerifyRun } from './deps.ts';
import { lookForLeftover } from './leftovers.ts';
import { lookForMissedTests } from './missed.ts';
import { tierNamed } from './policy.ts';
import { reconcile } from './run.ts';
import { tellOfUntested } from './untested.ts';

/** How far back restores are looked at: longer than the longest window, and than it takes to delete what was left over. */
const lookBackMs = 14 * 86_400_000;

/** Milliseconds that a restore needs, to be worth beginning with. */
const leastMs = 120_000;

/**
 * All restores of tests in this Region that are not closed, whether an event told of them or not, and what is left over
 * of those that are: the sure path.
 *
 * @throws RetryableError when some could not be looked at; all others were
 */
export async function sweep(run: VerifyRun, deps: VerifyDeps): Promise<readonly Outcome[]> {
  const since = new Date(deps.now().getTime() - lookBackMs);
  const tiers = Object.keys(deps.policy.backups.tiers);
  const jobs = (await deps.jobs.since(since)).flatMap((job) => {
    const tier = tierOfPlan(job.testingPlanArn ?? '', tiers);
    return tier === undefined ? [] : [{ job, tier }];
  });
  const proofs = new Map((await deps.proofs.since(since)).map((proof) => [proof.jobId, proof]));
  const outcomes: Outcome[] = [];
  const failures: string[] = [];
  const tell = (outcome: Outcome): void => {
    outcomes.push(outcome);
    run.tell(outcome);
  };
  for (const { job, tier } of jobs) {
    try {
      const outcome = await lookAt(job, tier, proofs.get(job.id), run, deps);
      if (outcome !== undefined) tell(outcome);
    } catch (error) {
      const reason = Error.isError(error) ? `${error.name}: ${error.message}` : String(error);
      failures.push(`restore ${job.id}: ${reason}`);
      tell({ outcome: 'failed', reason, subject: `restore ${job.id}` });
    }
  }
  const open = outcomes.length;
  for (const outcome of await tellOfUntested(deps)) tell(outcome);
  for (const outcome of await lookForMissedTests({ since, jobs }, deps)) tell(outcome);
  tell({
    outcome: 'looked through',
    reason: `${jobs.length} restores of the last two weeks, ${open} of which there was something to do about`,
    subject: `restores in ${deps.region}`,
  });
  if (failures.length > 0) {
    throw new RetryableError(
      `${failures.length} of ${jobs.length} restores could not be looked at, the first ${failures[0]}`,
    );
  }
  return outcomes;
}

async function lookAt(
  job: RestoreJob,
  tier: string,
  proof: Proof | undefined,
  run: VerifyRun,
  deps: VerifyDeps,
): Promise<Outcome | undefined> {
  if (proof?.stage !== 'closed') {
    return run.leftMs() < leastMs
      ? { outcome: 'left for the next sweep', reason: 'there is no time left', subject: `restore ${job.id}` }
      : reconcile(job.id, run, deps);
  }
  const { restoreTest } = tierNamed(tier, deps.policy);
  const found = await lookForLeftover(job, proof, restoreTest?.validationWindowHours ?? 0, deps);
  return (
    found && {
      outcome: found,
      reason: `${job.createdArn} of restore ${job.id}`,
      subject: `restore ${job.id}`,
    }
  );
}
