import type { FunctionContract } from '../../../shared/lambda/contract.ts';

/** Deployed once for each sink, each with a queue, a role and a concurrency of its own: a sick sink delays no other. */
export const contract = {
  name: 'deliver-alert',
  room: 'alerts',
  purpose: 'Tells people about the alerts in one sink’s queue, each once.',
  failureImpact: 'Alerts wait in the queue of this sink for up to 14 days. The other sinks are not affected.',
  subscriptions: [],
  policy: ['alerts.sinks'],
  env: {
    /** The sink's name in the policy. */
    sink: 'SINK',
    /** Where the sink is reached: the topic's ARN for SNS, the secret's name for Slack. */
    target: 'SINK_TARGET',
    /** The sink's queue. */
    queue: 'QUEUE_URL',
    conversationTable: 'CONVERSATION_TABLE',
    deadLetterQueue: 'DEAD_LETTER_QUEUE_URL',
  },
  timeoutSeconds: 60,
  memoryMb: 256,
} as const satisfies FunctionContract;
