import { judgingPolicy } from '../../../shared/judging/policy.ts';
import type { FunctionContract } from '../../../shared/lambda/contract.ts';

export const contract = {
  name: 'sweep-images',
  room: 'images',
  purpose:
    'Goes through all images every hour and finds what no event told of: unjudged images, overdue scans, missing copies.',
  failureImpact:
    'What no event told of is not found: images may stay without a verdict or a daily scan, and copies may be missing in other Regions.',
  subscriptions: [],
  // Not on the hour, when everybody else runs.
  schedules: [{ name: 'hourly', expression: 'cron(17 * * * ? *)' }],
  policy: [
    'images.mode',
    'images.registry.scanning',
    'regions.primary',
    'regions.registry',
    'workloads',
    ...judgingPolicy,
  ],
  env: {
    verdictTable: 'VERDICT_TABLE',
    switchTable: 'SWITCH_TABLE',
    opsBus: 'OPS_BUS',
    workloadReader: 'WORKLOAD_READER_ROLE_ARN',
    deadLetterQueue: 'DEAD_LETTER_QUEUE_URL',
  },
  timeoutSeconds: 900,
  memoryMb: 512,
} as const satisfies FunctionContract;
