import type { FunctionContract } from '../../../shared/lambda/contract.ts';

export const contract = {
  name: 'probe-endpoint',
  room: 'failover',
  purpose:
    'Looks at the primary Region every ten seconds and votes. In the standby Region it also decides whether to fail over.',
  failureImpact:
    'A voice in the decision to fail over is blind. Without two of the three no failover starts by itself; without the one in the standby Region none does at all, and nobody is asked.',
  subscriptions: [],
  schedules: [{ name: 'every-minute', expression: 'rate(1 minute)' }],
  policy: [
    'regions',
    'failover.mode',
    'failover.start',
    'failover.armed',
    'failover.suspectFor',
    'failover.confirmFor',
    'failover.cooldown',
    'failover.rpoSeconds',
    'failover.endpoints',
    'failover.canary',
    'failover.standby',
    'databases.instances',
    'environments',
  ],
  env: {
    /** A voice of shared/failover/vote.ts. The one in the standby Region decides, too. */
    voice: 'VOICE',
    failoverTable: 'FAILOVER_TABLE',
    switchTable: 'SWITCH_TABLE',
    verdictTable: 'VERDICT_TABLE',
    opsBus: 'OPS_BUS',
    /** Name and alias of the runbook. */
    runbook: 'RUNBOOK_FUNCTION',
    /** Asks the replica. */
    askDatabase: 'ASK_DATABASE_FUNCTION',
    deadLetterQueue: 'DEAD_LETTER_QUEUE_URL',
  },
  // More than a minute: the next run may start as late as EventBridge Scheduler is allowed to.
  timeoutSeconds: 75,
  memoryMb: 256,
} as const satisfies FunctionContract;
