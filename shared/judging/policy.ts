import type { PolicySlice } from '../policy/slice.ts';

/** The parts of the policy by which images are judged. A function that judges names them in its contract. */
export const judgingPolicy = [
  'images.environmentWhenUnclear',
  'images.overdueAfterMinutes',
  'environments',
  'services',
  'waivers',
] as const;

export type JudgingPolicy = PolicySlice<(typeof judgingPolicy)[number]>;
