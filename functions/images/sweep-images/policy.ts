import { createHash } from 'node:crypto';
import type { PolicySlice } from '../../../shared/policy/slice.ts';
import type { contract } from './contract.ts';

export type SweepPolicy = PolicySlice<(typeof contract.policy)[number]>;

/** Tells the rules by which images are judged from others: it changes whenever one of them does. */
export function fingerprintOf({ images, environments, services, waivers }: SweepPolicy): string {
  const rules = [images.environmentWhenUnclear, environments, services, waivers];
  return createHash('sha256').update(JSON.stringify(rules)).digest('hex').slice(0, 16);
}
