import type { Proof } from '../../../shared/restores/proof.ts';
import { type Carried, overtaken } from './carried.ts';
import type { VerifyDeps } from './deps.ts';
import { eventOf } from './tell.ts';

/** Writes down that nothing may be done now, and tells it once. */
export async function hold(proof: Proof, reason: string, deps: VerifyDeps): Promise<Carried> {
  const ends: Carried = { ends: 'held', reason };
  if (proof.held?.isTold === true) return ends;
  const held = proof.held ?? { reason, since: deps.now().toISOString(), isTold: false };
  const written = await deps.proofs.write({ ...proof, held });
  if (written === undefined) return overtaken;
  await deps.bus.publish({
    detailType: 'Restore Judged',
    detail: eventOf(written, {
      outcome: 'not-judged',
      reason: `nothing was asked, spoiled or put: ${held.reason}`,
      at: held.since,
    }),
  });
  await deps.proofs.write({ ...written, held: { ...held, isTold: true } });
  return ends;
}
