import { authoritiesVariable } from '../../../shared/database/authorities.ts';
import type { FunctionContract } from '../../../shared/lambda/contract.ts';

/** The log record of a heartbeat that was not written. An alarm counts them. */
export const missedMessage = 'heartbeat missed';

export const contract = {
  name: 'write-heartbeat',
  room: 'databases',
  purpose:
    'Writes the present moment into each database every minute, so that copies show of which moment they are.',
  failureImpact:
    'Backups and replicas of the database cannot show how new their data is, and restore proofs fail by the age of the heartbeat.',
  subscriptions: [],
  schedules: [{ name: 'every-minute', expression: 'rate(1 minute)' }],
  policy: ['databases.instances'],
  env: {
    authorities: authoritiesVariable,
    deadLetterQueue: 'DEAD_LETTER_QUEUE_URL',
  },
  timeoutSeconds: 30,
  memoryMb: 256,
} as const satisfies FunctionContract;
