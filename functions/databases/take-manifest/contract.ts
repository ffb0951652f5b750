import type { FunctionContract } from '../../../shared/lambda/contract.ts';

export const contract = {
  name: 'take-manifest',
  room: 'databases',
  purpose:
    'Asks each database every hour, between its backups, what it holds, so that restored copies can be compared with it.',
  failureImpact:
    'Restored copies of databases have nothing to be compared with, so that their restore tests are unproven.',
  subscriptions: [],
  // Backups begin at the full hour or later, and mostly are complete within half an hour.
  schedules: [{ name: 'hourly', expression: 'cron(50 * * * ? *)' }],
  policy: ['backups.tiers', 'databases.instances'],
  env: {
    restoreTable: 'RESTORE_TABLE',
    askDatabase: 'ASK_DATABASE_FUNCTION',
    deadLetterQueue: 'DEAD_LETTER_QUEUE_URL',
  },
  timeoutSeconds: 900,
  memoryMb: 256,
} as const satisfies FunctionContract;
