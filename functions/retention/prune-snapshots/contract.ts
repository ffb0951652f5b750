import type { FunctionContract } from '../../../shared/lambda/contract.ts';

export const contract = {
  name: 'prune-snapshots',
  room: 'retention',
  purpose:
    'Deletes snapshots of Kubernetes volumes and manual snapshots of RDS instances that are older than the policy asks for.',
  failureImpact:
    'Snapshots that nobody needs any more stay, and are paid for. Nothing is deleted that should be kept.',
  subscriptions: [],
  schedules: [{ name: 'daily', expression: 'cron(40 5 * * ? *)' }],
  policy: [
    'retention.mode',
    'retention.volumeSnapshots',
    'retention.databaseSnapshots',
    'retention.keepTag',
    'retention.caps',
  ],
  env: {
    bucket: 'OPS_BUCKET',
    switchTable: 'SWITCH_TABLE',
    opsBus: 'OPS_BUS',
    deadLetterQueue: 'DEAD_LETTER_QUEUE_URL',
  },
  timeoutSeconds: 900,
  memoryMb: 256,
} as const satisfies FunctionContract;
