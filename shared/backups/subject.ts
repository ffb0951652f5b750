import { supportOf } from '../domain/backup-resource-type.ts';
import { type ClosedHours, closedHoursOf } from '../domain/closed-hours.ts';
import { matchesPattern } from '../domain/name-pattern.ts';
import { type PlannedRule, plannedRules } from '../policy/backup-plan.ts';
import type { Backups, BackupTier } from '../policy/backup-schema.ts';

/** The parts of the policy by which backups are watched. */
export interface WatchedPolicy {
  readonly regions: { readonly primary: string };
  readonly backups: Pick<Backups, 'tiers' | 'vaults' | 'databases'>;
}

/** A resource that says by its tag which tier it is in. */
export interface TaggedResource {
  readonly arn: string;
  /** The value of the tag. */
  readonly tier: string;
  /** When it was first seen so: nothing is missed that should have been there before. */
  readonly knownSince: Date;
}

/** A tagged resource with what its tier asks for. */
export interface Subject {
  readonly arn: string;
  readonly tierName: string;
  readonly tier: BackupTier;
  readonly rules: readonly PlannedRule[];
  readonly knownSince: Date;
  readonly isClosed: ClosedHours;
}

/** @returns undefined when the policy knows no such tier, or the tier is for another type of resource */
export function subjectOf(resource: TaggedResource, { backups }: WatchedPolicy): Subject | undefined {
  const { arn, tier: tierName, knownSince } = resource;
  const tier = Object.hasOwn(backups.tiers, tierName) ? backups.tiers[tierName] : undefined;
  if (tier === undefined || !matchesPattern(supportOf(tier.resourceType).arnPattern, arn)) return undefined;
  const database = backups.databases[arn.slice(arn.lastIndexOf(':') + 1)];
  return {
    arn,
    tierName,
    tier,
    rules: plannedRules(tierName, tier),
    knownSince,
    isClosed: tier.resourceType === 'RDS' && database !== undefined ? closedHoursOf(database) : neverClosed,
  };
}

const neverClosed: ClosedHours = () => false;
