import type { RestoreJob } from '../../../shared/backups/observed.ts';
import type { Conclusion, Proof } from '../../../shared/restores/proof.ts';
import { type Carried, overtaken } from './carried.ts';
import type { VerifyDeps } from './deps.ts';
import { eventOf } from './tell.ts';

/**
 * Writes the evidence, tells AWS Backup the result, tells people, and closes the proof, in this order. All but the last
 * may happen twice: the evidence is written once, a result that is set stays, and an event has one identity.
 *
 * @param mayPut false where backups are only observed
 */
export async function finish(
  job: RestoreJob,
  proof: Proof,
  mayPut: boolean,
  deps: VerifyDeps,
): Promise<Carried> {
  const { conclusion } = proof;
  if (conclusion === undefined) throw new RangeError('a proof that is concluded has a conclusion');
  const key = `restores/${proof.tier}/${proof.createdAt}-${proof.jobId}.json`;
  await deps.evidence.put(key, JSON.stringify(evidenceOf(proof, job), null, 2), {
    contentType: 'application/json',
    noOverwrite: true,
  });
  const put = await putResult(job, conclusion, mayPut, deps);
  const done: Proof = { ...proof, stage: 'closed', ...(put && { put }) };
  await deps.bus.publish({
    detailType: 'Restore Judged',
    detail: eventOf(done, conclusion, `arn:aws:s3:::${deps.evidenceBucket}/${key}`),
  });
  const written = await deps.proofs.write(done);
  if (written === undefined) return overtaken;
  return { ends: conclusion.outcome, reason: conclusion.reason };
}

/** A result that is there already may come from an attempt whose answer was lost. It cannot be changed. */
async function putResult(
  job: RestoreJob,
  { result, reason }: Conclusion,
  mayPut: boolean,
  { jobs }: VerifyDeps,
): Promise<Proof['put']> {
  if (result === undefined) return undefined;
  const known = endOf(job.validation, result);
  if (known !== undefined || !mayPut) return known;
  const judged = await jobs.judge(job.id, result, reason);
  if (judged.end === 'set') return toldOf(result);
  const since = (await jobs.of(job.id))?.validation;
  return endOf(since, result) ?? refusedFor(result, judged.reason);
}

type Result = NonNullable<Conclusion['result']>;

/** Undefined while the validation is open. */
function endOf(validation: RestoreJob['validation'], result: Result): Proof['put'] {
  if (validation === undefined || validation.status === 'VALIDATING') return undefined;
  return validation.status === result ? toldOf(result) : refusedFor(result, `it has ${validation.status}`);
}

function toldOf(result: Result): NonNullable<Proof['put']> {
  return { end: 'set', reason: `AWS Backup was told ${result}` };
}

function refusedFor(result: Result, why: string): NonNullable<Proof['put']> {
  return { end: 'refused', reason: `AWS Backup did not take ${result}: ${why}` };
}

/** Everything that the conclusion rests on. What is not known yet, such as what AWS Backup makes of it, is not in it. */
function evidenceOf(proof: Proof, job: RestoreJob): object {
  const {
    version: _writes,
    stage: _stage,
    claimedUntil: _claim,
    held: _held,
    leftover: _left,
    ...rest
  } = proof;
  return {
    ...rest,
    pointCreatedAt: job.pointCreatedAt?.toISOString(),
    completedAt: job.completedAt?.toISOString(),
    created: job.createdArn,
  };
}
