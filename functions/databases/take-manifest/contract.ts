import type { FunctionContract } from '../../../shared/lambda/contract.ts';

export const contract = {
  name: 'take-manifest',
  room: 'databases',
  purpose:
    'Asks each database between its backups what it holds, in the hours that a restore test may come back to, so that restored copies can be compared with it.',
  failureImpact:
    'Restored copies of databases have nothing to be compared with, so that their restore tests are unproven.',
  subscriptions: [],
  // Backups begin at the full hour or later, and mostly are complete within half an hour. Which hours count depends on
  // the restore tests.
  schedules: [{ name: 'hourly', expression: 'cron(50 * * * ? *)' }],
  policy: ['backups.databases', 'backups.tiers', 'databases.instances'],
  env: {
    restoreTable: 'RESTORE_TABLE',
    askDatabase: 'ASK_DATABASE_FUNCTION',
    deadLetterQueue: 'DEAD_LETTER_QUEUE_URL',
  },
  timeoutSeconds: 900,
  memoryMb: 256,
} as const satisfies FunctionContract;
