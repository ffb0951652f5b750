import type { Policy } from './schema.ts';

/** Something in the policy that contradicts itself, or that AWS would refuse or silently not do. */
export interface PolicyProblem {
  readonly path: string;
  readonly value: unknown;
  /** What the value runs into. */
  readonly fact: string;
  /** What to write instead. */
  readonly remedy: string;
}

/** Asks one question of a policy of the right shape. */
export type PolicyRule = (policy: Policy) => readonly PolicyProblem[];

export function repeated<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
