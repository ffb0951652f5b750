import type { Proof } from '../../../shared/restores/proof.ts';
import type { VerifyDeps } from './deps.ts';

/** What became of a step: the proof as it is written now, or why nothing more is done in this run. */
export type Carried = { readonly proof: Proof } | { readonly ends: string; readonly reason: string };

export const overtaken = { ends: 'overtaken', reason: 'another run has gone on with it' } as const;

export async function write(proof: Proof, { proofs }: Pick<VerifyDeps, 'proofs'>): Promise<Carried> {
  const written = await proofs.write(proof);
  return written === undefined ? overtaken : { proof: written };
}
