import type { RunStep } from '../../../shared/failover/run.ts';

/** What a person does where a step does not get on. Each is a section of docs/failover.md. */
export const byHand: Readonly<Record<RunStep, string>> = {
  detect:
    'Nothing has moved yet. Read in the failover table which run is open; end it there if it is dead, and start again.',
  traffic:
    'Put the token into both buckets of the switch as the break-glass role, then ask DNS for the name of the platform until it answers with the standby.',
  nodes:
    'Raise the minimum of the node groups in the standby cluster; where EC2 has no capacity, add an instance type or another zone.',
  database:
    'Promote the replica in the standby Region in the RDS console, once DNS answers with the standby for longer than its TTL. It cannot be undone.',
  validate: 'Ask the /ready of the standby endpoint, and read the logs of the pods that do not answer.',
  close: 'The platform runs in the standby Region. Close the run in the failover table.',
};
