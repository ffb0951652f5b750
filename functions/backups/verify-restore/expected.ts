import type { RestoreJob } from '../../../shared/backups/observed.ts';
import type { Expected } from '../../../shared/restores/expected.ts';
import type { Proof } from '../../../shared/restores/proof.ts';
import type { VerifyDeps } from './deps.ts';

/** How long the manifest after a backup is waited for. Around a test one is taken every hour. */
const manifestMs = 90 * 60_000;

/** How far back the last restore that was found good is looked for. Tests run every week. */
const lastGoodMs = 60 * 86_400_000;

/**
 * What the copy has to be like: the manifests of its source before and after the backup, and the rows of the last
 * restore that was found good.
 *
 * A table may change between two manifests. With both it is known whether it did, so the later one is waited for. A
 * recovery point that is gone by now was complete before its restore began.
 */
export async function expectedOf(
  job: RestoreJob,
  proof: Proof,
  instance: string,
  { jobs, manifests, proofs, now }: VerifyDeps,
): Promise<Expected | { readonly awaits: string }> {
  const point = (await jobs.pointOf(job)) ?? {
    startedAt: job.pointCreatedAt ?? job.createdAt,
    completedAt: job.createdAt,
  };
  const { before, after } = await manifests.around(instance, point);
  const waited = now().getTime() - (job.completedAt ?? job.createdAt).getTime();
  if (after === undefined && before !== undefined && waited < manifestMs) {
    return {
      awaits: `the manifest of ${instance} after ${point.completedAt.toISOString()} is not taken yet`,
    };
  }
  const lastGoodRows = await lastGoodRowsOf(proof, proofs, now());
  return {
    point,
    ...(before && { before }),
    ...(after && { after }),
    ...(lastGoodRows && { lastGoodRows }),
  };
}

/** What was found good while backups were only observed counts too: it was looked at in the same way. */
async function lastGoodRowsOf(
  { source, jobId }: Proof,
  proofs: VerifyDeps['proofs'],
  now: Date,
): Promise<Expected['lastGoodRows']> {
  const earlier = await proofs.since(new Date(now.getTime() - lastGoodMs));
  return earlier.find(
    (proof) =>
      proof.source === source &&
      proof.jobId !== jobId &&
      (proof.conclusion?.outcome === 'proven' || proof.conclusion?.outcome === 'slow'),
  )?.judgement?.rows;
}
