import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, type Conditions, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { backupKeyAlias } from '../names.ts';

/**
 * The key of the backup vaults in a Region, and of the copies that arrive there. Without it no recovery point can be
 * restored: it outlives its stack.
 *
 * The account decides by IAM who else may use it, which is enough for the roles of our own that AWS Backup assumes. But
 * part of a copy is made by its service-linked role, and the key that AWS manages for a vault can be shared with nobody:
 * copies encrypted with it fail.
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html
 */
export class BackupKey extends Key {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      alias: backupKeyAlias,
      description: 'Encrypts the recovery points of this Region.',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    const serviceLinkedRole = this.whoIs('aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup');
    this.let(
      'UseInCopies',
      ['kms:DescribeKey', 'kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'],
      serviceLinkedRole,
    );
    this.let('GrantInCopies', ['kms:CreateGrant'], {
      ...serviceLinkedRole,
      Bool: { 'kms:GrantIsForAWSResource': 'true' },
    });
  }

  /**
   * As a condition and not as a principal, since KMS refuses a key policy that names a role which is not there: AWS
   * makes this one when AWS Backup is first used in the account.
   */
  private whoIs(role: string): Conditions {
    const arn = Stack.of(this).formatArn({
      service: 'iam',
      region: '',
      resource: 'role',
      resourceName: role,
    });
    return { ArnEquals: { 'aws:PrincipalArn': arn } };
  }

  private let(sid: string, actions: string[], conditions: Conditions): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        sid,
        principals: [new AnyPrincipal()],
        actions,
        resources: ['*'],
        conditions,
      }),
    );
  }
}
