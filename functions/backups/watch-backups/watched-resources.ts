import type { BackupObservation } from '../../../shared/backups/observe.ts';
import { backupSource } from '../../../shared/backups/source.ts';
import { subjectOf, type TaggedResource } from '../../../shared/backups/subject.ts';
import { regionsOf } from '../../../shared/policy/backup-plan.ts';
import type { WatchPolicy } from './policy.ts';
import { theRegion, type WatchRecord } from './record.ts';

/**
 * The resources whose backups are watched in a Region: in the primary all that carry the tag, elsewhere those that are
 * copied there. While it cannot be asked what carries the tag, those of the last time stand for it.
 */
export function watchedResources(
  { observed, tagged }: BackupObservation,
  records: ReadonlyMap<string, WatchRecord>,
  region: string,
  policy: WatchPolicy,
  now: Date,
): readonly TaggedResource[] {
  const { primary } = policy.regions;
  const isUnread = observed.unread.some(({ source }) => source === backupSource.tagged);
  const resources = (isUnread ? remembered(records) : tagged).map(({ arn, tier }): TaggedResource => {
    const known = records.get(arn);
    return { arn, tier, knownSince: known?.tier === tier ? new Date(known.knownSince) : now };
  });
  if (region === primary) return resources;
  return resources.filter((resource) => {
    const rules = subjectOf(resource, policy)?.rules ?? [];
    return regionsOf(rules, primary).includes(region);
  });
}

function remembered(records: ReadonlyMap<string, WatchRecord>): BackupObservation['tagged'] {
  return [...records.values()].flatMap(({ subject, tier }) =>
    subject === theRegion || tier === undefined ? [] : [{ arn: subject, tier }],
  );
}
