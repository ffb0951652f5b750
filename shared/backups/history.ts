import { resourceName } from '../policy/resource.ts';
import type { BackupJob, CopyJob, ProtectedResource, RecoveryPoint } from './observed.ts';
import type { BackupSource, UnreadSource } from './source.ts';
import type { WatchedPolicy } from './subject.ts';

/** What was read of AWS Backup, of each vault as far back as `neededSince` says. */
export interface ObservedBackups {
  /** The Regions that were looked at. Of others nothing is known. */
  readonly regions: readonly string[];
  /** Of the primary Region. */
  readonly jobs: readonly BackupJob[];
  /** Out of the primary Region. */
  readonly copies: readonly CopyJob[];
  /** Of our vaults in the Regions that were looked at. Those that are stuck are older than what is needed otherwise. */
  readonly points: readonly RecoveryPoint[];
  /** Of the primary Region. */
  readonly protectedResources: readonly ProtectedResource[];
  /** What could not be read, and of which nothing is here. */
  readonly unread: readonly UnreadSource[];
}

/** The same, by resource, the newest first. */
export class BackupHistory {
  readonly #jobs: ReadonlyMap<string, readonly BackupJob[]>;
  readonly #points: ReadonlyMap<string, readonly RecoveryPoint[]>;
  readonly #copies: ReadonlyMap<string, readonly CopyJob[]>;
  readonly #vaults: WatchedPolicy['backups']['vaults'];
  readonly #unread: ReadonlySet<BackupSource>;
  readonly regions: readonly string[];

  constructor({ regions, jobs, copies, points, unread }: ObservedBackups, { backups }: WatchedPolicy) {
    this.regions = regions;
    this.#unread = new Set(unread.map(({ source }) => source));
    this.#jobs = newestFirst(jobs, ({ resourceArn }) => resourceArn);
    this.#points = newestFirst(points, ({ resourceArn }) => resourceArn);
    this.#copies = newestFirst(copies, ({ sourcePointArn }) => sourcePointArn);
    this.#vaults = backups.vaults;
  }

  jobsOf(resourceArn: string): readonly BackupJob[] {
    return this.#jobs.get(resourceArn) ?? [];
  }

  pointsOf(resourceArn: string): readonly RecoveryPoint[] {
    return this.#points.get(resourceArn) ?? [];
  }

  /** Recovery points that could be restored from. */
  goodPoints(resourceArn: string, region: string, vault: string): readonly RecoveryPoint[] {
    const vaultName = this.vaultName(vault);
    return this.pointsOf(resourceArn).filter(
      (point) => point.region === region && point.vaultName === vaultName && isGood(point),
    );
  }

  copiesOf({ arn }: RecoveryPoint): readonly CopyJob[] {
    return this.#copies.get(arn) ?? [];
  }

  /** Whether all of these could be read. */
  knows(sources: readonly BackupSource[]): boolean {
    return !sources.some((source) => this.#unread.has(source));
  }

  /** @param vault its key in the policy */
  vaultName(vault: string): string {
    const known = this.#vaults[vault];
    return known === undefined ? vault : resourceName(known.vault);
  }
}

/** Whether it could be restored from. */
export function isGood({ status, completedAt }: RecoveryPoint): boolean {
  return (status === 'COMPLETED' || status === 'AVAILABLE') && completedAt !== undefined;
}

function newestFirst<Thing extends { readonly createdAt: Date }>(
  things: readonly Thing[],
  keyOf: (thing: Thing) => string,
): ReadonlyMap<string, readonly Thing[]> {
  const groups = new Map<string, Thing[]>();
  for (const thing of things) {
    const group = groups.get(keyOf(thing));
    if (group === undefined) groups.set(keyOf(thing), [thing]);
    else group.push(thing);
  }
  for (const group of groups.values()) {
    group.sort((one, other) => other.createdAt.getTime() - one.createdAt.getTime());
  }
  return groups;
}
