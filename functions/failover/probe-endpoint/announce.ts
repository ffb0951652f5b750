import type { OpsBus } from '../../../shared/aws/ops-bus.ts';
import { unknownEnvironment } from '../../../shared/domain/alert.ts';
import type { FailoverCondition } from '../../../shared/events/failover-condition.ts';
import { runNameOf } from '../../../shared/failover/run.ts';
import {
  allTold,
  type StandingCondition,
  untold,
  type WatchRecord,
} from '../../../shared/failover/watch-record.ts';
import type { ProbePolicy } from './policy.ts';
import type { WatchTable } from './watch-table.ts';

export interface AnnounceDeps {
  readonly bus: OpsBus;
  readonly watch: WatchTable;
  readonly policy: ProbePolicy;
  readonly region: string;
  readonly now: () => Date;
}

/**
 * Publishes what people have not been told of a record, then notes that. A crash in between has it published twice,
 * under one identity.
 *
 * @param epoch of the run that would start; undefined when the state cannot be read
 * @throws RetryableError when the bus did not take it
 */
export async function announce(
  record: WatchRecord,
  epoch: number | undefined,
  { bus, watch, policy, region, now }: AnnounceDeps,
): Promise<readonly FailoverCondition[]> {
  const moment = now();
  const { opened, over } = untold(record, moment);
  if (opened.length + over.length === 0) return [];

  const eventOf = (
    { about, name, reason, refusals, since, namedAt }: StandingCondition,
    outcome: FailoverCondition['outcome'],
  ): FailoverCondition => ({
    identity: `${about}/${name}/${outcome}/${namedAt}`,
    subject: policy.failover.endpoints.primary,
    environment: unknownEnvironment,
    outcome,
    reason: outcome === 'open' ? reason : `it is over; it was: ${reason}`,
    occurredAt: outcome === 'open' ? namedAt : moment.toISOString(),
    facts: {
      about,
      name,
      region: policy.regions.primary,
      watchedIn: region,
      since,
      refusals: refusals.map((refusal) => refusal.reason),
      ...(isOfRun(name) && epoch !== undefined && { run: runNameOf({ epoch }) }),
    },
  });
  const events = [
    ...over.map((condition) => eventOf(condition, 'over')),
    ...opened.map((condition) => eventOf(condition, 'open')),
  ];
  for (const detail of events) await bus.publish({ detailType: 'Failover Condition', detail });
  await watch.write(allTold(record, opened));
  return events;
}

function isOfRun(name: StandingCondition['name']): boolean {
  return name === 'ask' || name === 'outage' || name === 'start-failed';
}
