import type { FunctionContract } from '../../../shared/lambda/contract.ts';

export const contract = {
  name: 'hear-checkers',
  room: 'failover',
  purpose:
    "Hears by DNS, every ten seconds, what Route 53's own checkers see of the primary endpoint, and votes in their name.",
  failureImpact:
    'One of the three voices in the decision to fail over is blind: a failover then takes both probes.',
  subscriptions: [],
  schedules: [{ name: 'every-minute', expression: 'rate(1 minute)' }],
  policy: ['failover.zone'],
  env: {
    failoverTable: 'FAILOVER_TABLE',
    deadLetterQueue: 'DEAD_LETTER_QUEUE_URL',
  },
  // As probe-endpoint: the next run may start as late as EventBridge Scheduler is allowed to.
  timeoutSeconds: 75,
  memoryMb: 256,
} as const satisfies FunctionContract;
