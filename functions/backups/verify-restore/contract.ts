import type { FunctionContract } from '../../../shared/lambda/contract.ts';

export const contract = {
  name: 'verify-restore',
  room: 'backups',
  purpose:
    'Asks what restore tests have restored whether it is what was backed up, and whether the checks that say so can fail.',
  failureImpact:
    'Restore tests go on and nobody knows whether what they restore is worth anything. AWS Backup deletes it when its validation window ends.',
  subscriptions: [
    {
      name: 'restored',
      bus: 'default',
      pattern: {
        source: ['aws.backup'],
        'detail-type': ['Restore Job State Change'],
        detail: { status: ['COMPLETED', 'FAILED', 'ABORTED'], restoreTestingPlanArn: [{ exists: true }] },
      },
    },
  ],
  // A copy is given a password in one run and asked in another, and stands for hours.
  schedules: [{ name: 'sweep', expression: 'cron(7/15 * * * ? *)' }],
  policy: [
    'backups.mode',
    'backups.tiers',
    'backups.vaults',
    'databases.instances',
    'regions.primary',
    'retention.evidence',
  ],
  env: {
    restoreTable: 'RESTORE_TABLE',
    switchTable: 'SWITCH_TABLE',
    opsBus: 'OPS_BUS',
    evidenceBucket: 'EVIDENCE_BUCKET',
    askDatabase: 'ASK_DATABASE_FUNCTION',
    passwordSecret: 'PASSWORD_SECRET',
    deadLetterQueue: 'DEAD_LETTER_QUEUE_URL',
  },
  timeoutSeconds: 900,
  memoryMb: 256,
} as const satisfies FunctionContract;
