import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  ObjectLockRetention,
  ObjectOwnership,
  StorageClass,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { BackupTier } from '../../shared/policy/backup-schema.ts';
import { resourceName } from '../../shared/policy/resource.ts';
import { acknowledgePattern } from '../acknowledge.ts';
import { exportRoleNameOf } from '../names.ts';
import { allow } from '../permissions.ts';

export interface ExportArchiveProps {
  readonly tierName: string;
  readonly archive: Extract<NonNullable<BackupTier['archive']>, { as: 'export' }>;
  readonly key: IKey;
}

/** What RDS asks for, in its own words. It also deletes: the files by which it finds out whether it may write. */
const objectActions = ['s3:PutObject*', 's3:GetObject*', 's3:DeleteObject*'];

/**
 * Where snapshots of a tier's databases are exported to, and the role by which RDS writes there. What is in the bucket
 * is locked for as long as it is kept, in governance mode, and soon moves to Deep Archive, from which it takes up to 48
 * hours to be read.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ExportSnapshot.Setup.html
 */
export class ExportArchive extends Construct {
  constructor(scope: Construct, id: string, { tierName, archive, key }: ExportArchiveProps) {
    super(scope, id);
    if ('create' in archive.bucket) this.createBucket(archive.bucket.create, archive, key);
    const bucketArn = `arn:aws:s3:::${resourceName(archive.bucket)}`;
    const role = new Role(this, 'Role', {
      roleName: exportRoleNameOf(tierName),
      description: `RDS exports snapshots of the tier '${tierName}' to its archive with it.`,
      assumedBy: new ServicePrincipal('export.rds.amazonaws.com'),
      inlinePolicies: {
        export: new PolicyDocument({
          statements: [
            allow('FindArchive', ['s3:ListBucket', 's3:GetBucketLocation'], [bucketArn]),
            allow('WriteArchive', objectActions, [`${bucketArn}/*`]),
            allow('EncryptArchive', ['kms:GenerateDataKey', 'kms:Decrypt'], [key.keyArn]),
          ],
        }),
      },
    });
    const reason = 'RDS documents the rights of this role with exactly these patterns, for one bucket.';
    acknowledgePattern(role, `${bucketArn}/*`, reason);
    for (const action of objectActions) {
      Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Action::${action}]`, reason });
    }
  }

  private createBucket(bucketName: string, archive: ExportArchiveProps['archive'], key: IKey): void {
    const bucket = new Bucket(this, 'Bucket', {
      bucketName,
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.governance(Duration.days(archive.keepDays)),
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      lifecycleRules: [
        {
          id: 'archive',
          transitions: [
            {
              storageClass: StorageClass.DEEP_ARCHIVE,
              transitionAfter: Duration.days(archive.deepArchiveAfterDays),
            },
          ],
          expiration: Duration.days(archive.keepDays),
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
        { id: 'drop-delete-markers', expiredObjectDeleteMarker: true },
      ],
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Only RDS writes to it, once a month, and CloudTrail has each export. Server access logs would need a second bucket with the same question.',
    });
  }
}
