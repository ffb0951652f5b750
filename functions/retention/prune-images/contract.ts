import type { FunctionContract } from '../../../shared/lambda/contract.ts';
import { retentionPolicy } from '../../../shared/retention/policy.ts';
import { workloadPolicy } from '../../../shared/workloads/policy.ts';

export const contract = {
  name: 'prune-images',
  room: 'retention',
  purpose:
    'Archives, and later deletes, the images of this Region that are past their retention and that nothing needs.',
  failureImpact:
    'Images that nobody needs any more stay, and are paid for. Nothing is deleted that should be kept.',
  subscriptions: [],
  schedules: [{ name: 'daily', expression: 'cron(25 4 * * ? *)' }],
  policy: ['retention.mode', 'retention.caps', ...retentionPolicy, ...workloadPolicy],
  env: {
    bucket: 'OPS_BUCKET',
    verdictTable: 'VERDICT_TABLE',
    switchTable: 'SWITCH_TABLE',
    opsBus: 'OPS_BUS',
    workloadReader: 'WORKLOAD_READER_ROLE_ARN',
    deadLetterQueue: 'DEAD_LETTER_QUEUE_URL',
  },
  timeoutSeconds: 900,
  memoryMb: 2048,
} as const satisfies FunctionContract;
