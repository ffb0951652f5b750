import type { PolicySlice } from '../../../shared/policy/slice.ts';
import type { contract } from './contract.ts';

/** What a probe goes by. */
export type ProbePolicy = PolicySlice<(typeof contract.policy)[number]>;
