import type { Check } from './check.ts';
import { eventsCheck } from './events.ts';
import { failoverCheck } from './failover.ts';
import { queuesCheck } from './queues.ts';
import { registryCheck } from './registry.ts';
import { secretsCheck } from './secrets.ts';
import { switchesCheck } from './switches.ts';
import { tablesCheck } from './tables.ts';
import { topicsCheck } from './topics.ts';
import { workloadsCheck } from './workloads.ts';

/** Everything that is looked at in each Region, in this order. */
export const checks: readonly Check[] = [
  registryCheck,
  eventsCheck,
  queuesCheck,
  topicsCheck,
  tablesCheck,
  secretsCheck,
  switchesCheck,
  workloadsCheck,
  failoverCheck,
];
