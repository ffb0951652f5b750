import { judgingPolicy } from '../../../shared/judging/policy.ts';
import type { FunctionContract } from '../../../shared/lambda/contract.ts';
import { workloadPolicy } from '../../../shared/workloads/policy.ts';

export const contract = {
  name: 'quarantine-image',
  room: 'images',
  purpose:
    'Archives images that are blocked and that nobody needs, keeps them archived, and restores them when they are blocked no more.',
  failureImpact:
    'Images that are blocked can still be pulled, and images that are blocked no more may stay archived. What is archived stays so.',
  subscriptions: [
    {
      name: 'blocked',
      bus: 'ops',
      pattern: {
        source: ['aeon-ops.judge-scan', 'aeon-ops.sweep-images'],
        'detail-type': ['Image Judged'],
        detail: { outcome: ['block'] },
      },
    },
    {
      name: 'unblocked',
      bus: 'ops',
      pattern: {
        source: ['aeon-ops.judge-scan', 'aeon-ops.sweep-images'],
        'detail-type': ['Image Judged'],
        detail: { outcome: [{ 'anything-but': ['block'] }], facts: { previous: { verdict: ['block'] } } },
      },
    },
    {
      name: 'changed',
      bus: 'default',
      pattern: {
        source: ['aws.ecr'],
        'detail-type': ['ECR Image Action'],
        detail: { 'action-type': ['PUSH', 'UPDATE_STORAGE_CLASS', 'DELETE'], result: ['SUCCESS'] },
      },
    },
    {
      name: 'replicated',
      bus: 'default',
      pattern: {
        source: ['aws.ecr'],
        'detail-type': ['ECR Replication Action'],
        detail: { result: ['SUCCESS'] },
      },
    },
  ],
  // After the sweep, which finds the verdicts that have changed; and what has changed in between.
  schedules: [
    { name: 'all', expression: 'cron(24 * * * ? *)' },
    { name: 'changed', expression: 'cron(2/15 * * * ? *)' },
  ],
  policy: [
    'images.mode',
    'images.quarantine',
    'images.registry.scanning',
    'regions.registry',
    ...judgingPolicy,
    ...workloadPolicy,
  ],
  env: {
    bucket: 'OPS_BUCKET',
    verdictTable: 'VERDICT_TABLE',
    switchTable: 'SWITCH_TABLE',
    opsBus: 'OPS_BUS',
    workloadReader: 'WORKLOAD_READER_ROLE_ARN',
    deadLetterQueue: 'DEAD_LETTER_QUEUE_URL',
  },
  timeoutSeconds: 900,
  memoryMb: 512,
} as const satisfies FunctionContract;
