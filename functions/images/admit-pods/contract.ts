import { admissionPolicy } from '../../../shared/admission/policy.ts';
import type { FunctionContract } from '../../../shared/lambda/contract.ts';

export const contract = {
  name: 'admit-pods',
  room: 'images',
  purpose: "Answers a cluster's admission webhook: may the images of this workload run here?",
  failureImpact:
    'Clusters of this Region get no answer: nothing new starts in namespaces whose webhook fails closed, and everything does in the others.',
  subscriptions: [],
  policy: [...admissionPolicy, 'images.environmentWhenUnclear'],
  env: {
    verdictTable: 'VERDICT_TABLE',
    switchTable: 'SWITCH_TABLE',
    account: 'REGISTRY_ACCOUNT',
    tokens: 'TOKENS_SECRET',
  },
  // The API server waits for three seconds.
  timeoutSeconds: 5,
  memoryMb: 512,
} as const satisfies FunctionContract;
