import type { Kernel } from '../kernel.ts';

/** By AWS Backup's own names. Further types are not simulated. */
export type BackupType = 'RDS' | 'EBS' | 'S3' | 'EKS';

/** A resource that AWS Backup can back up, as the scenario says that it is. */
export interface BackupResource {
  readonly arn: string;
  readonly type: BackupType;
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly sizeInBytes: number;
  /** Left out: what is in it is not encrypted. */
  readonly keyArn?: string;
  /** When RDS makes no snapshot for AWS Backup. Only databases have them. */
  readonly windows?: {
    /** `sun:04:00-sun:05:00`, UTC */
    readonly maintenance: string;
    /** `03:00-04:00`, UTC. Left out: RDS makes no backups of its own. */
    readonly backup?: string;
  };
}

/** What is particular to a type of resource. */
interface TypeTraits {
  /** What the role of a job may do with the resource. */
  readonly backupAction: string;
  /** What the role of a restore job may do with what it makes. */
  readonly restoreAction: string;
  /**
   * Whether AWS Backup itself keeps the recovery points, encrypted with the key of their vault. Others are snapshots of
   * the resource's own service, encrypted as the resource is.
   * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html
   */
  readonly isFullyManaged: boolean;
  /** Who uses the key of a vault on behalf of a job. */
  readonly keyService: 'rds' | 'ec2' | 'backup';
  /** @param by what made it: an RDS snapshot is named for it */
  readonly pointArn: (place: Place, by: 'job' | 'copyjob') => string;
  /** What a restore test makes of it. */
  readonly restoredArn: (place: Place) => string;
}

interface Place {
  readonly kernel: Kernel;
  readonly region: string;
}

const recoveryPointArn = ({ kernel, region }: Place): string =>
  `arn:aws:backup:${region}:${kernel.account}:recovery-point:${kernel.uuid()}`;

/** Resources that restore tests make begin so, and carry a tag of this key. */
export const restoreTestPrefix = 'awsbackup-restore-test';

const traits: Readonly<Record<BackupType, TypeTraits>> = {
  RDS: {
    backupAction: 'rds:CreateDBSnapshot',
    restoreAction: 'rds:RestoreDBInstanceFromDBSnapshot',
    isFullyManaged: false,
    keyService: 'rds',
    pointArn: ({ kernel, region }, by) =>
      `arn:aws:rds:${region}:${kernel.account}:snapshot:awsbackup:${by}-${kernel.uuid()}`,
    restoredArn: ({ kernel, region }) =>
      `arn:aws:rds:${region}:${kernel.account}:db:${restoreTestPrefix}-${kernel.uuid()}`,
  },
  EBS: {
    backupAction: 'ec2:CreateSnapshot',
    restoreAction: 'ec2:CreateVolume',
    isFullyManaged: false,
    keyService: 'ec2',
    pointArn: ({ kernel, region }) => `arn:aws:ec2:${region}::snapshot/snap-${shortId(kernel)}`,
    restoredArn: ({ kernel, region }) =>
      `arn:aws:ec2:${region}:${kernel.account}:volume/vol-${shortId(kernel)}`,
  },
  S3: {
    backupAction: 's3:GetInventoryConfiguration',
    restoreAction: 's3:CreateBucket',
    isFullyManaged: true,
    keyService: 'backup',
    pointArn: recoveryPointArn,
    restoredArn: ({ kernel }) => `arn:aws:s3:::${restoreTestPrefix}-${kernel.uuid()}`,
  },
  EKS: {
    backupAction: 'eks:DescribeCluster',
    restoreAction: 'eks:CreateCluster',
    isFullyManaged: true,
    keyService: 'backup',
    pointArn: recoveryPointArn,
    restoredArn: ({ kernel, region }) =>
      `arn:aws:eks:${region}:${kernel.account}:cluster/${restoreTestPrefix}-${kernel.uuid()}`,
  },
};

export function traitsOf(type: BackupType): TypeTraits {
  return traits[type];
}

/** Seventeen hexadecimal digits, as EC2's ids have. */
function shortId(kernel: Kernel): string {
  return `0${kernel.uuid().replaceAll('-', '').slice(-16)}`;
}

/** The resources that are there, in the order in which they came. */
export class BackupResources {
  readonly #resources = new Map<string, BackupResource>();

  /** Adds the resource, or changes what is said of it. */
  put(resource: BackupResource): void {
    this.#resources.set(resource.arn, resource);
  }

  /** It is gone; its recovery points stay. */
  remove(arn: string): void {
    this.#resources.delete(arn);
  }

  find(arn: string): BackupResource | undefined {
    return this.#resources.get(arn);
  }

  in(region: string): readonly BackupResource[] {
    return [...this.#resources.values()].filter((resource) => resource.region === region);
  }
}
