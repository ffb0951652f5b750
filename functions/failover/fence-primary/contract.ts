import type { FunctionContract } from '../../../shared/lambda/contract.ts';

/** The log record of a minute in which the standby Region did not say who the writer is. */
export const unreadableMessage = 'writer unknown';

export const contract = {
  name: 'fence-primary',
  room: 'failover',
  purpose:
    'Asks the standby Region every minute who the writer is. Once it is no longer the primary, nobody reaches the database of the primary any more.',
  failureImpact:
    'After a failover the database of the primary Region goes on to take writes from whoever still reaches it. They are lost.',
  subscriptions: [],
  schedules: [{ name: 'every-minute', expression: 'rate(1 minute)' }],
  policy: ['regions', 'failover.mode', 'failover.armed', 'failover.fence'],
  env: {
    failoverTable: 'FAILOVER_TABLE',
    switchTable: 'SWITCH_TABLE',
    bucket: 'OPS_BUCKET',
    opsBus: 'OPS_BUS',
    deadLetterQueue: 'DEAD_LETTER_QUEUE_URL',
  },
  timeoutSeconds: 50,
  memoryMb: 256,
} as const satisfies FunctionContract;
