import { Validations } from 'aws-cdk-lib';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { BackupResourceType } from '../../shared/domain/backup-resource-type.ts';
import { backupRoleNameOf, restoreRoleNameOf } from '../names.ts';
import { OpsStack } from '../ops-stack.ts';

/** What AWS Backup does with the role. */
type Job = 'backup' | 'restore';

const managedPolicies: Readonly<Record<Job, { readonly any: string; readonly s3: string }>> = {
  backup: {
    any: 'service-role/AWSBackupServiceRolePolicyForBackup',
    s3: 'AWSBackupServiceRolePolicyForS3Backup',
  },
  restore: {
    any: 'service-role/AWSBackupServiceRolePolicyForRestores',
    s3: 'AWSBackupServiceRolePolicyForS3Restore',
  },
};

/**
 * A role that AWS Backup assumes, with AWS's own policies for it.
 *
 * Its trust has no condition: AWS's has none, and what AWS Backup would say of itself is not documented.
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/iam-service-roles.html
 */
export class BackupServiceRole extends Role {
  constructor(
    scope: Construct,
    id: string,
    props: { readonly job: Job; readonly resourceTypes: readonly BackupResourceType[] },
  ) {
    const { homeRegion } = OpsStack.of(scope);
    const { any, s3 } = managedPolicies[props.job];
    const policies = [any, ...(props.resourceTypes.includes('S3') ? [s3] : [])];
    super(scope, id, {
      roleName: props.job === 'backup' ? backupRoleNameOf(homeRegion) : restoreRoleNameOf(homeRegion),
      description:
        props.job === 'backup'
          ? `AWS Backup makes backups in ${homeRegion} with it, and their copies.`
          : `AWS Backup restores in ${homeRegion} with it.`,
      assumedBy: new ServicePrincipal('backup.amazonaws.com'),
      managedPolicies: policies.map((name) => ManagedPolicy.fromAwsManagedPolicyName(name)),
    });
    for (const name of policies) {
      Validations.of(this).acknowledge({
        id: `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${name}]`,
        reason:
          'AWS adds to it what AWS Backup needs for new features and types; a copy of ours would fail silently one day, at night.',
      });
    }
  }
}
