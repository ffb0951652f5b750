import type { CopyJobs } from '../aws/backup-copies.ts';
import type { BackupJobs } from '../aws/backup-jobs.ts';
import type { RecoveryPoints } from '../aws/backup-points.ts';
import type { TaggedResources } from '../aws/tagged-resources.ts';
import type { ObservedBackups } from './history.ts';
import type { RecoveryPoint } from './observed.ts';
import { type BackupSource, backupSource, type UnreadSource } from './source.ts';
import type { WatchedPolicy } from './subject.ts';
import { type WatchedVault, watchedVaults } from './watched-vaults.ts';

/** Of the Region that is looked at; but `tagged` of the primary one, where all is that is backed up. */
export interface BackupReaders {
  readonly jobs: Pick<BackupJobs, 'since'>;
  readonly copies: Pick<CopyJobs, 'since'>;
  readonly points: RecoveryPoints;
  readonly tagged: TaggedResources;
}

export interface BackupsInQuestion {
  readonly region: string;
  readonly account: string;
  readonly policy: WatchedPolicy & { readonly backups: { readonly tagKey: string } };
  readonly now: Date;
  /** Left out: only as far back as the decision needs. AWS Backup lists jobs for 30 days. */
  readonly since?: Date;
  /** Left out: all resources, and also those that are protected and may be gone. */
  readonly resourceArn?: string;
}

/** What one Region says of its backups. */
export interface BackupObservation {
  readonly observed: ObservedBackups;
  /** The resources of the primary Region that carry the tag. */
  readonly tagged: readonly { readonly arn: string; readonly tier: string }[];
}

/**
 * Reads what the backups of one Region can be judged by. The primary Region has the jobs, the copy jobs and what is
 * protected; another one has recovery points alone.
 *
 * Of recovery points those are read that are young enough to count, and those that should be gone. What lies between
 * changes nothing, and is most of what is there.
 *
 * Never rejects: what could not be read to its end is named in `observed.unread`, and none of it is given.
 */
export async function observeBackups(
  readers: BackupReaders,
  inQuestion: BackupsInQuestion,
): Promise<BackupObservation> {
  const { region, account, policy, now, resourceArn } = inQuestion;
  const isPrimary = region === policy.regions.primary;
  const vaults = watchedVaults(region, policy, now, resourceArn).map((vault) => ({
    ...vault,
    since: inQuestion.since ?? vault.since,
  }));
  const unread: UnreadSource[] = [];
  const read = reading(unread);

  const [jobs, copies, points, protectedResources, tagged] = await Promise.all([
    (isPrimary ? vaults : []).map(({ name, since }) =>
      read(backupSource.jobs(name), () => readers.jobs.since(since, name, resourceArn)),
    ),
    vaults.flatMap(({ name, since, copiedTo }) =>
      copiedTo.map((destination) =>
        read(backupSource.copies(name, destination), () =>
          readers.copies.since(since, backupVaultArn(destination, account, name), resourceArn),
        ),
      ),
    ),
    vaults.map((vault) =>
      read(backupSource.points(region, vault.name), () =>
        pointsThatCount(vault, readers.points, resourceArn),
      ),
    ),
    isPrimary && resourceArn === undefined
      ? read(backupSource.protectedResources, readers.points.protectedResources)
      : [],
    read(backupSource.tagged, () => readers.tagged.withTag(policy.backups.tagKey)),
  ]);
  return {
    observed: {
      regions: [region],
      jobs: (await Promise.all(jobs)).flat(),
      copies: (await Promise.all(copies)).flat(),
      points: (await Promise.all(points)).flat(),
      protectedResources,
      unread,
    },
    tagged: tagged.map(({ arn, value }) => ({ arn, tier: value })),
  };
}

/** What several Regions say, as one. */
export function together(observations: readonly ObservedBackups[]): ObservedBackups {
  return {
    regions: observations.flatMap(({ regions }) => regions),
    jobs: observations.flatMap(({ jobs }) => jobs),
    copies: observations.flatMap(({ copies }) => copies),
    points: observations.flatMap(({ points }) => points),
    protectedResources: observations.flatMap(({ protectedResources }) => protectedResources),
    unread: observations.flatMap(({ unread }) => unread),
  };
}

function reading(unread: UnreadSource[]) {
  return async <Thing>(
    source: BackupSource,
    list: () => Promise<readonly Thing[]>,
  ): Promise<readonly Thing[]> => {
    try {
      return await list();
    } catch (error) {
      unread.push({
        source,
        reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      });
      return [];
    }
  };
}

async function pointsThatCount(
  { name, since, goneBefore }: WatchedVault,
  points: RecoveryPoints,
  resourceArn: string | undefined,
): Promise<readonly RecoveryPoint[]> {
  const of = resourceArn === undefined ? {} : { resourceArn };
  const lists = await Promise.all([
    points.inVault(name, { ...of, since }),
    ...[...goneBefore].map(([resourceType, before]) => points.inVault(name, { ...of, before, resourceType })),
  ]);
  return [...new Map(lists.flat().map((point) => [point.arn, point])).values()];
}

function backupVaultArn(region: string, account: string, name: string): string {
  return `arn:aws:backup:${region}:${account}:backup-vault:${name}`;
}
