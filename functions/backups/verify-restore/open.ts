import type { RestoreJob } from '../../../shared/backups/observed.ts';
import type { Proof } from '../../../shared/restores/proof.ts';
import { type Carried, overtaken } from './carried.ts';
import type { VerifyDeps } from './deps.ts';

/**
 * Gives the copy a password, so that it can be asked. It is a function of the restore job, so that whoever goes on knows
 * it: nobody keeps it.
 *
 * The copy is what the job says that it has made. It is never looked for by a name, and without the tag of a restore
 * test it is left alone.
 */
export async function openDatabase(
  { id, createdArn }: RestoreJob,
  proof: Proof,
  deps: VerifyDeps,
): Promise<Carried> {
  const found = createdArn === undefined ? undefined : await deps.databases.find(createdArn);
  if (found === undefined) return putOff(proof, `${createdArn ?? 'what was restored'} is not there`, deps);
  if (!found.isTagged) {
    return putOff(proof, `${found.id} does not have the tag of a restore test, so it is left alone`, deps);
  }
  const { endpoint, status, masterUser: user } = found;
  if (endpoint === undefined || status !== 'available')
    return putOff(proof, `${found.id} is ${status}`, deps);
  const end = await deps.databases.setPassword(found.id, await deps.passwordFor(id));
  if (end === 'busy') return putOff(proof, `${found.id} cannot be changed just now`, deps);
  const target = { ...endpoint, user };
  const written = await deps.proofs.write({ ...proof, target, openedAt: deps.now().toISOString() });
  return written === undefined
    ? overtaken
    : { ends: 'opened', reason: `${found.id} was given a password of its own` };
}

/** Written down, so that it is known for how long it has been so. */
async function putOff(proof: Proof, reason: string, deps: VerifyDeps): Promise<Carried> {
  if (proof.lastFailure !== reason) {
    const written = await deps.proofs.write({ ...proof, lastFailure: reason });
    if (written === undefined) return overtaken;
  }
  return { ends: 'awaited', reason };
}
