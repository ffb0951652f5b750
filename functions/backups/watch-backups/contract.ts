import type { FunctionContract } from '../../../shared/lambda/contract.ts';

const ends = ['COMPLETED', 'FAILED', 'ABORTED', 'EXPIRED', 'PARTIAL'];

/** A point that is deleted in time says DELETING, too. */
const badStatuses = ['EXPIRED', 'PARTIAL', 'STOPPED'];

export const contract = {
  name: 'watch-backups',
  room: 'backups',
  purpose:
    'Finds what is wrong with the backups of this Region: failed, never begun, not copied, too old, or of nothing any more.',
  failureImpact:
    'Backups may fail, be missing or become too old, and nobody is told. AWS Backup goes on making them.',
  subscriptions: [
    {
      name: 'changed',
      bus: 'default',
      // AWS Backup sends the events of five minutes at once; each resource is then looked at once.
      queue: { batchSize: 1000, windowSeconds: 60 },
      // The state of a job is documented as `state`, that of a recovery point as `status`; restore jobs have had both.
      pattern: {
        source: ['aws.backup'],
        $or: [
          {
            'detail-type': ['Backup Job State Change', 'Copy Job State Change'],
            detail: { $or: [{ state: ends }, { status: ends }] },
          },
          {
            'detail-type': ['Recovery Point State Change'],
            detail: { $or: [{ state: badStatuses }, { status: badStatuses }] },
          },
        ],
      },
    },
  ],
  // When it is certain of the jobs of the full hour whether there are any; see `untilItIsMissedMs` in slot-verdict.ts.
  schedules: [{ name: 'hourly', expression: 'cron(22 * * * ? *)' }],
  policy: [
    'regions.primary',
    'backups.mode',
    'backups.tagKey',
    'backups.vaults',
    'backups.tiers',
    'backups.databases',
    'backups.components',
  ],
  env: {
    backupTable: 'BACKUP_TABLE',
    switchTable: 'SWITCH_TABLE',
    opsBus: 'OPS_BUS',
    backupRole: 'BACKUP_ROLE_ARN',
    deadLetterQueue: 'DEAD_LETTER_QUEUE_URL',
  },
  timeoutSeconds: 120,
  memoryMb: 512,
} as const satisfies FunctionContract;
