import type { PolicySlice } from '../../../shared/policy/slice.ts';
import type { contract } from './contract.ts';

export type WatchPolicy = PolicySlice<(typeof contract.policy)[number]>;
