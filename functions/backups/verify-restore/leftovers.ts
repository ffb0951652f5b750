import type { RestoreJob } from '../../../shared/backups/observed.ts';
import type { Proof } from '../../../shared/restores/proof.ts';
import type { VerifyDeps } from './deps.ts';
import { leftoverEventOf } from './tell.ts';

/** How long AWS Backup may take to delete what a test has made. It empties a bucket by a lifecycle rule, within days. */
const deletionMs = { S3: 4 * 86_400_000, other: 6 * 3_600_000 };

/**
 * Why what a test has restored counts as left over; undefined while it does not.
 *
 * @param windowHours how long it was to stay
 */
export function whyLeftOver(job: RestoreJob, windowHours: number, now: Date): string | undefined {
  const { createdArn, completedAt, deletion } = job;
  if (createdArn === undefined || completedAt === undefined || deletion?.status === 'SUCCESSFUL')
    return undefined;
  if (deletion?.status === 'FAILED') {
    return `AWS Backup could not delete it: ${deletion.message ?? 'it does not say why'}`;
  }
  const due = completedAt.getTime() + windowHours * 3_600_000;
  const takes = job.resourceType === 'S3' ? deletionMs.S3 : deletionMs.other;
  return now.getTime() > due + takes
    ? 'its validation window is long over, and AWS Backup has not deleted it'
    : undefined;
}

/**
 * Tells once of what is left over, and once that it is gone. It is known by the job that made it and looked for by its
 * ARN; nothing here deletes anything.
 */
export async function lookForLeftover(
  job: RestoreJob,
  proof: Proof,
  windowHours: number,
  deps: VerifyDeps,
): Promise<'left over' | 'gone' | undefined> {
  const why = whyLeftOver(job, windowHours, deps.now());
  const { createdArn = '' } = job;
  const isThere = why !== undefined && (await remains(job, deps));
  if (why !== undefined && isThere) {
    if (proof.leftover?.isTold === true) return undefined;
    const leftover = proof.leftover ?? { reason: why, since: deps.now().toISOString(), isTold: false };
    const written = await deps.proofs.write({ ...proof, leftover });
    if (written === undefined) return undefined;
    const detail = leftoverEventOf(proof, createdArn, leftover, 'open');
    await deps.bus.publish({ detailType: 'Restore Leftover', detail });
    await deps.proofs.write({ ...written, leftover: { ...leftover, isTold: true } });
    return 'left over';
  }
  if (proof.leftover === undefined) return undefined;
  const gone = { reason: 'it is not there any more', since: deps.now().toISOString() };
  const detail = leftoverEventOf(proof, createdArn, gone, 'closed');
  await deps.bus.publish({ detailType: 'Restore Leftover', detail });
  const { leftover: _gone, ...rest } = proof;
  await deps.proofs.write(rest);
  return 'gone';
}

/** Of a bucket only AWS Backup is asked. */
async function remains({ resourceType, createdArn = '' }: RestoreJob, deps: VerifyDeps): Promise<boolean> {
  switch (resourceType) {
    case 'RDS':
      return (await deps.databases.find(createdArn)) !== undefined;
    case 'EBS':
      return (await deps.volumes.find(createdArn)) !== undefined;
    default:
      return true;
  }
}
