import { admissionPolicy } from '../../../shared/admission/policy.ts';
import type { FunctionContract } from '../../../shared/lambda/contract.ts';

export const contract = {
  name: 'admit-image',
  room: 'images',
  purpose: 'Answers a pipeline: may this image run in this environment, and why not?',
  failureImpact: 'Pipelines that ask before they deploy get no answer, and do not deploy.',
  subscriptions: [],
  policy: admissionPolicy,
  env: {
    verdictTable: 'VERDICT_TABLE',
    switchTable: 'SWITCH_TABLE',
    account: 'REGISTRY_ACCOUNT',
  },
  timeoutSeconds: 20,
  memoryMb: 256,
} as const satisfies FunctionContract;
