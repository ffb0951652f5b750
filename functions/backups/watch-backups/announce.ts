import { findingKey } from '../../../shared/backups/finding.ts';
import { unknownEnvironment } from '../../../shared/domain/alert.ts';
import type { BackupFindingTold } from '../../../shared/events/backup-finding.ts';
import type { WatchDeps } from './deps.ts';
import { allTold, type StandingFinding, untold, type WatchRecord } from './record.ts';

/**
 * Publishes what people have not been told of a record, then notes that. A crash in between has it published twice,
 * under one identity.
 *
 * @throws RetryableError when the bus did not take it
 */
export async function announce(
  record: WatchRecord,
  { bus, records, region, now }: WatchDeps,
): Promise<readonly BackupFindingTold[]> {
  const { opened, over } = untold(record);
  const at = now().toISOString();
  const events = [
    ...over.map((finding) =>
      eventOf(finding, 'over', `it is over; last seen: ${finding.reason}`, region, at),
    ),
    ...opened.map((finding) => eventOf(finding, 'open', finding.reason, region, finding.since)),
  ];
  if (events.length === 0) return events;
  for (const detail of events) await bus.publish({ detailType: 'Backup Finding', detail });
  await records.write(allTold(record));
  return events;
}

function eventOf(
  finding: StandingFinding,
  outcome: BackupFindingTold['outcome'],
  reason: string,
  watchedIn: string,
  occurredAt: string,
): BackupFindingTold {
  const { name, resourceArn, tier, region, about, since, retry } = finding;
  const key = findingKey(finding);
  return {
    identity: `${watchedIn}/${key}/${outcome}/${since}`,
    subject: resourceArn,
    environment: unknownEnvironment,
    outcome,
    reason,
    occurredAt,
    facts: {
      finding: key,
      name,
      about,
      region,
      watchedIn,
      since,
      ...(tier !== undefined && { tier }),
      ...(retry !== undefined && outcome === 'open' && { retry }),
    },
  };
}
