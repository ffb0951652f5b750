import { authoritiesVariable } from '../../../shared/database/authorities.ts';
import type { FunctionContract } from '../../../shared/lambda/contract.ts';

export const contract = {
  name: 'ask-database',
  room: 'databases',
  purpose:
    'Asks a database what it holds, with the questions and the credentials it is given. It calls nothing else.',
  failureImpact: 'Restored copies of databases are not proven, and no manifests of the databases are taken.',
  subscriptions: [],
  policy: [],
  env: {
    authorities: authoritiesVariable,
    /** `copies`: restored ones, which it may spoil. `source`: the databases themselves, which it never does. */
    asks: 'ASKS',
  },
  timeoutSeconds: 900,
  memoryMb: 256,
} as const satisfies FunctionContract;
