import type { Lifecycle, RecoveryPointCreator, RecoveryPointStatus } from '@aws-sdk/client-backup';
import * as z from 'zod';
import type { DatabaseContent } from '../databases/content.ts';
import { AwsError, type Kernel } from '../kernel.ts';
import type { BackupType } from './backup-resource.ts';
import { ignored, number, type Resource, readProperties } from './properties.ts';

/** What a vault keeps. Everything that was said of the resource is as it was when it was backed up. */
export interface RecoveryPoint {
  readonly arn: string;
  readonly vault: Vault;
  /** Of a copy. */
  readonly sourceVault?: Vault;
  readonly resourceArn: string;
  readonly type: BackupType;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdBy?: RecoveryPointCreator;
  readonly roleArn: string;
  /** When its backup job was asked for. A copy has it from its source. */
  readonly createdAt: Date;
  readonly completedAt: Date;
  readonly status: RecoveryPointStatus;
  readonly statusMessage?: string;
  readonly sizeInBytes: number;
  readonly lifecycle: Lifecycle;
  readonly keyArn?: string;
  /** Of a database, as it was when its backup began to be made. */
  readonly content?: DatabaseContent;
  lastRestoredAt?: Date;
  /** It does not go when its time has come, but stays so. */
  stuck?: 'EXPIRED' | 'DELETING';
}

export interface Vault {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly keyArn: string | undefined;
  readonly lock: { readonly minDays: number; readonly maxDays: number } | undefined;
  /** By ARN, the oldest first. */
  readonly points: Map<string, RecoveryPoint>;
}

const VaultProperties = z.strictObject({
  BackupVaultName: z.string(),
  EncryptionKeyArn: z.string().optional(),
  LockConfiguration: z
    .strictObject({
      MinRetentionDays: number,
      MaxRetentionDays: number.optional(),
      /** From governance to compliance: nobody deletes anything early here anyway. */
      ChangeableForDays: ignored,
    })
    .optional(),
  /** Evaluated with the policies of all resources. */
  AccessPolicy: ignored,
  BackupVaultTags: ignored,
});

const aDay = 86_400_000;

/** Vaults of all Regions. What has outlived its lifecycle is gone when one looks. */
export class Vaults {
  readonly #kernel: Kernel;
  /** By ARN. */
  readonly #vaults = new Map<string, Vault>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /**
   * AWS::Backup::BackupVault.
   *
   * @throws RangeError for a property that is not simulated, by name
   */
  create(resource: Resource): void {
    const read = readProperties('AWS::Backup::BackupVault', VaultProperties, resource);
    const { BackupVaultName: name, EncryptionKeyArn: keyArn, LockConfiguration: lock } = read;
    const { region } = resource;
    const arn = this.arnOf(region, name);
    this.#vaults.set(arn, {
      name,
      arn,
      region,
      keyArn,
      lock: lock && { minDays: lock.MinRetentionDays, maxDays: lock.MaxRetentionDays ?? 36_500 },
      points: new Map(),
    });
  }

  arnOf(region: string, name: string): string {
    return `arn:aws:backup:${region}:${this.#kernel.account}:backup-vault:${name}`;
  }

  find(arn: string): Vault | undefined {
    return this.#vaults.get(arn);
  }

  in(region: string): readonly Vault[] {
    return [...this.#vaults.values()].filter((vault) => vault.region === region);
  }

  /**
   * @throws AwsError as AWS Backup answers also those who are not allowed to know
   * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/troubleshooting.html
   */
  named(region: string, name = ''): Vault {
    const vault = this.#vaults.get(this.arnOf(region, name));
    if (vault !== undefined) return vault;
    throw new AwsError('AccessDeniedException', 'Insufficient privileges to perform this action.', 403);
  }

  pointsOf({ points }: Vault): readonly RecoveryPoint[] {
    const now = this.#kernel.now().getTime();
    for (const point of points.values()) {
      const end = endOf(point);
      if (end !== undefined && end <= now && point.stuck === undefined) points.delete(point.arn);
    }
    return [...points.values()];
  }

  /** @throws AwsError ResourceNotFoundException */
  point(vault: Vault, arn = ''): RecoveryPoint {
    const point = this.pointsOf(vault).find((candidate) => candidate.arn === arn);
    if (point !== undefined) return point;
    throw new AwsError('ResourceNotFoundException', `Cannot find recovery point: ${arn}`);
  }
}

/** The end of a recovery point's lifecycle; undefined when it has none. Counted from the backup job, also for a copy. */
export function deletedAt(point: RecoveryPoint): Date | undefined {
  const end = endOf(point);
  return end === undefined ? undefined : new Date(end);
}

/** Milliseconds since 1970: asked of every recovery point at each look, where a Date would be dear. */
function endOf({ createdAt, lifecycle }: RecoveryPoint): number | undefined {
  const { DeleteAfterDays: days } = lifecycle;
  return days === undefined ? undefined : createdAt.getTime() + days * aDay;
}

export function isWithinLock({ lock }: Vault, { DeleteAfterDays: days }: Lifecycle): boolean {
  if (lock === undefined) return true;
  return days !== undefined && days >= lock.minDays && days <= lock.maxDays;
}
