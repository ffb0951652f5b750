import { type BackupResourceType, supportOf } from '../domain/backup-resource-type.ts';
import { matchesPattern } from '../domain/name-pattern.ts';
import { plannedRules } from '../policy/backup-plan.ts';
import { resourceName } from '../policy/resource.ts';
import { neededSince } from './slot-verdict.ts';
import type { WatchedPolicy } from './subject.ts';

/** A vault of a Region in which tiers keep recovery points. */
export interface WatchedVault {
  readonly name: string;
  /** From when on what is in it counts. */
  readonly since: Date;
  /** Before when nothing of a type can be there any more, by what the policy keeps it for. */
  readonly goneBefore: ReadonlyMap<BackupResourceType, Date>;
  /** The Regions that are copied to from here, into the vault of the same name. */
  readonly copiedTo: readonly string[];
}

interface Kept {
  readonly vault: string;
  readonly type: BackupResourceType;
  readonly keepDays: number;
  readonly copiedTo: readonly string[];
}

const aDay = 86_400_000;

/**
 * The vaults of a Region that the tiers name.
 *
 * @param resourceArn leaves out those in which nothing of its type is kept, and the other types
 */
export function watchedVaults(
  region: string,
  policy: WatchedPolicy,
  now: Date,
  resourceArn?: string,
): readonly WatchedVault[] {
  const kept = keptIn(region, policy).filter(
    ({ type }) => resourceArn === undefined || matchesPattern(supportOf(type).arnPattern, resourceArn),
  );
  return Object.entries(policy.backups.vaults).flatMap(([key, { vault }]) => {
    const here = kept.filter((each) => each.vault === key);
    if (here.length === 0) return [];
    const goneBefore = new Map<BackupResourceType, Date>();
    for (const { type, keepDays } of here) {
      const end = new Date(now.getTime() - keepDays * aDay);
      const known = goneBefore.get(type);
      if (known === undefined || known < end) goneBefore.set(type, end);
    }
    const copiedTo = [...new Set(here.flatMap((each) => each.copiedTo))];
    return [{ name: resourceName(vault), since: neededSince(policy, key, now), goneBefore, copiedTo }];
  });
}

function keptIn(region: string, { regions, backups }: WatchedPolicy): readonly Kept[] {
  return Object.entries(backups.tiers).flatMap(([tierName, tier]) =>
    plannedRules(tierName, tier).flatMap(({ vault, keepDays, copies }): Kept[] => {
      const type = tier.resourceType;
      if (region === regions.primary) {
        return [{ vault, type, keepDays, copiedTo: copies.map((copy) => copy.region) }];
      }
      return copies
        .filter((copy) => copy.region === region)
        .map((copy) => ({ vault, type, keepDays: copy.keepDays, copiedTo: [] }));
    }),
  );
}
