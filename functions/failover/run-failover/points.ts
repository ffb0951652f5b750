import { resourceName } from '../../../shared/policy/resource.ts';
import type { RunDeps } from './deps.ts';

/** A recovery point that can be restored. */
export interface GoodPoint {
  readonly arn: string;
  readonly vaultName: string;
  readonly resourceArn: string;
  /** When the backup was begun. Milliseconds since 1970. */
  readonly createdAt: number;
}

export interface NewestPoints {
  /** Of the database that the replica replicates. */
  readonly database?: GoodPoint;
  /** Of every volume. */
  readonly volumes: readonly GoodPoint[];
}

/** Proofs that are older say nothing of what is there today. Milliseconds. */
const provenWithinMs = 60 * 86_400_000;

/** What cannot be restored whole is none: it is passed over for the one before it. */
const complete = ['COMPLETED', 'AVAILABLE'];

/** The newest recovery point of each resource in the standby's vaults that no restore test has found to be bad. */
export async function newestPoints({ points, proofs, policy, now }: RunDeps): Promise<NewestPoints> {
  const { tiers, vaults, databases } = policy.backups;
  const { of } = policy.failover.standby.replica;
  const proven = await proofs.since(new Date(now().getTime() - provenWithinMs));
  const bad = new Set(
    proven.flatMap(({ judgement, pointArn }) => (judgement?.verdict === 'bad' ? [pointArn] : [])),
  );
  const newest = async (tierName: string, resourceType: string): Promise<readonly GoodPoint[]> => {
    const vault = vaults[tiers[tierName]?.vault ?? '']?.vault;
    if (vault === undefined) return [];
    const found = new Map<string, GoodPoint>();
    for (const point of await points.inVault(resourceName(vault), { resourceType })) {
      const { arn, vaultName, resourceArn, status } = point;
      const createdAt = point.createdAt.getTime();
      const known = found.get(resourceArn);
      if (!complete.includes(status) || bad.has(arn) || (known && known.createdAt >= createdAt)) continue;
      found.set(resourceArn, { arn, vaultName, resourceArn, createdAt });
    }
    return [...found.values()];
  };
  const ofDatabases = await newest(databases[of]?.tier ?? '', 'RDS');
  const database = ofDatabases.find(({ resourceArn }) => resourceArn.endsWith(`:db:${of}`));
  const volumeTiers = Object.keys(tiers).filter((name) => tiers[name]?.resourceType === 'EBS');
  const volumes = (await Promise.all(volumeTiers.map((name) => newest(name, 'EBS')))).flat();
  return { volumes, ...(database !== undefined && { database }) };
}
