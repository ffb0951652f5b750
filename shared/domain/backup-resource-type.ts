/** What AWS Backup can do with a type of resource, as far as a tier could ask for it. */
export interface BackupSupport {
  /** Whether its recovery points can move to cold storage. For others AWS Backup ignores the wish. */
  readonly coldStorage: boolean;
  /** How recent a point in time can be restored with continuous backup, in minutes; absent where there is none. */
  readonly continuousRpoMinutes?: number;
  /** Whether restore testing plans take it. */
  readonly restoreTesting: boolean;
  /** Whether RDS can export its snapshots to a bucket. */
  readonly exportToS3: boolean;
  /** Its resources in any account and Region. AWS Backup takes `*` at the end of an ARN, and for account and Region. */
  readonly arnPattern: string;
}

/**
 * By the names that AWS Backup gives to types. RDS stands for DB instances: Multi-AZ DB clusters can neither be copied
 * nor restored to a point in time.
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-feature-availability.html
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html
 */
export const backupSupport = {
  RDS: {
    coldStorage: false,
    continuousRpoMinutes: 5,
    restoreTesting: true,
    exportToS3: true,
    arnPattern: 'arn:aws:rds:*:*:db:*',
  },
  EBS: {
    coldStorage: true,
    restoreTesting: true,
    exportToS3: false,
    arnPattern: 'arn:aws:ec2:*:*:volume/*',
  },
  EFS: {
    coldStorage: true,
    restoreTesting: true,
    exportToS3: false,
    arnPattern: 'arn:aws:elasticfilesystem:*:*:file-system/*',
  },
  S3: {
    coldStorage: false,
    continuousRpoMinutes: 15,
    restoreTesting: true,
    exportToS3: false,
    arnPattern: 'arn:aws:s3:::*',
  },
  EKS: {
    coldStorage: false,
    restoreTesting: false,
    exportToS3: false,
    arnPattern: 'arn:aws:eks:*:*:cluster/*',
  },
} as const satisfies Readonly<Record<string, BackupSupport>>;

export type BackupResourceType = keyof typeof backupSupport;

export const backupResourceTypes = ['RDS', 'EBS', 'EFS', 'S3', 'EKS'] as const satisfies BackupResourceType[];

export function supportOf(type: BackupResourceType): BackupSupport {
  return backupSupport[type];
}
