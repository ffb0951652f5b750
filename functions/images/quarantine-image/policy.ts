import type { JudgingPolicy } from '../../../shared/judging/policy.ts';
import type { PolicySlice } from '../../../shared/policy/slice.ts';
import type { WorkloadPolicy } from '../../../shared/workloads/policy.ts';
import type { contract } from './contract.ts';

export type QuarantinePolicy = PolicySlice<(typeof contract.policy)[number]> & JudgingPolicy & WorkloadPolicy;
