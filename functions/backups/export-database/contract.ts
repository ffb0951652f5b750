import type { FunctionContract } from '../../../shared/lambda/contract.ts';

export const contract = {
  name: 'export-database',
  room: 'backups',
  purpose:
    'Exports a recovery point of each database to its archive once a month, where the policy archives exports.',
  failureImpact:
    'The archive lacks this month, and it is not made up for later. Backups and restores are not touched by it.',
  subscriptions: [],
  // Once a day: what was begun is watched to its end, and what failed is tried again on another day.
  schedules: [{ name: 'daily', expression: 'cron(50 9 * * ? *)' }],
  policy: ['backups.mode', 'backups.tagKey', 'backups.vaults', 'backups.tiers'],
  env: {
    exportKey: 'EXPORT_KEY_ARN',
    rolePrefix: 'EXPORT_ROLE_PREFIX',
    switchTable: 'SWITCH_TABLE',
    opsBus: 'OPS_BUS',
    deadLetterQueue: 'DEAD_LETTER_QUEUE_URL',
  },
  timeoutSeconds: 120,
  memoryMb: 256,
} as const satisfies FunctionContract;
