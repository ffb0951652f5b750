import type { FunctionContract } from '../../../shared/lambda/contract.ts';

export const contract = {
  name: 'run-failover',
  room: 'failover',
  purpose:
    'Moves the platform to its standby Region, step by step: a durable function, one execution for each run.',
  failureImpact:
    'Nothing moves the platform to its standby Region by itself. docs/failover.md has every step for people to do by hand.',
  subscriptions: [],
  policy: [
    'regions',
    'failover.mode',
    'failover.rpoSeconds',
    'failover.records',
    'failover.endpoints',
    'failover.standby',
    'failover.approval',
    'failover.witness',
    'backups.tiers',
    'backups.vaults',
    'backups.databases',
    'backups.components',
    'databases.instances',
    'retention.evidence',
  ],
  env: {
    failoverTable: 'FAILOVER_TABLE',
    restoreTable: 'RESTORE_TABLE',
    switchTable: 'SWITCH_TABLE',
    /** The two buckets of the switch, in the standby and in the witness Region. */
    standbyBucket: 'STANDBY_SWITCH_BUCKET',
    witnessBucket: 'WITNESS_SWITCH_BUCKET',
    evidenceBucket: 'EVIDENCE_BUCKET',
    /** Asks the database that was promoted. */
    askDatabase: 'ASK_DATABASE_FUNCTION',
    /** The ARN of the role that AWS Backup restores as. */
    restoreRole: 'RESTORE_ROLE_ARN',
    opsBus: 'OPS_BUS',
  },
  timeoutSeconds: 300,
  memoryMb: 512,
} as const satisfies FunctionContract;

/** The alias that runs are started by: a durable function is invoked by a version or an alias alone. */
export const aliasName = 'live';

/** A run that has not ended by then is ended by Lambda. Restores and people take hours at most. */
export const executionTimeoutHours = 24;

/** How long Lambda keeps what a run did, after its end: as long as it keeps its name from being used again. */
export const retentionDays = 90;
