import type { RestoreJob } from '../../../shared/backups/observed.ts';
import { atStage, type Proof } from '../../../shared/restores/proof.ts';
import { decideVolume } from '../../../shared/restores/volume.ts';
import { type Carried, write } from './carried.ts';
import type { VerifyDeps } from './deps.ts';

/** Compares a restored volume with the snapshot that it was made from. What is in it is not read. */
export async function judgeVolume(job: RestoreJob, proof: Proof, deps: VerifyDeps): Promise<Carried> {
  const { createdArn } = job;
  const volume = createdArn === undefined ? undefined : await deps.volumes.find(createdArn);
  const snapshot = await deps.volumes.snapshot(job.pointArn);
  const verdict = decideVolume(volume, snapshot);
  return write(
    { ...atStage(proof, 'judged', deps.now()), judgement: { ...verdict, rows: {}, steps: [] } },
    deps,
  );
}
