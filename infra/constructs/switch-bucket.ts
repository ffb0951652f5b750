import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { checkerRanges } from '../../shared/failover/checker-ranges.ts';
import { canaryKey, switchNames, tokenKeyOf } from '../../shared/failover/switch.ts';
import { roleArn } from '../arns.ts';
import { switchBucketNameOf, switchRoleNames } from '../names.ts';

/**
 * One of the two buckets of the switch. It outlives its stack, and nothing in it expires.
 *
 * Route 53's checkers do not sign what they ask, so that the bucket lets in whoever comes from their addresses. With
 * Block Public Access on, S3 takes a policy that names fixed ranges for one that is not public.
 *
 * - S3's own keys: for an object that is encrypted with a key of AWS KMS, S3 serves only requests that are signed.
 * - No versions: what was deleted could come back by the deletion of its delete marker, and move traffic.
 * - Who may write is denied to all others here, whatever their own policies allow. The runbook moves traffic to the
 *   standby and cannot move it back, but in exercises; that takes the role for it, which approval gives.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
export class SwitchBucket extends Bucket {
  constructor(scope: Construct, id: string) {
    const { account, region } = Stack.of(scope);
    super(scope, id, {
      bucketName: switchBucketNameOf(account, region),
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'CheckersRead',
        principals: [new AnyPrincipal()],
        actions: ['s3:GetObject'],
        resources: [...switchNames.map(tokenKeyOf), canaryKey].map((key) => this.arnForObjects(key)),
        conditions: { IpAddress: { 'aws:SourceIp': [...checkerRanges] } },
      }),
    );
    const { runbook, failback, breakGlass } = switchRoleNames;
    this.denyOthers('OnlyMovedToStandbyBy', 's3:PutObject', '*', [runbook, breakGlass]);
    this.denyOthers('OnlyDeletedBy', 's3:DeleteObject', '*', [runbook, failback, breakGlass]);
    this.denyOthers('OnlyMovedBackBy', 's3:DeleteObject', tokenKeyOf('service'), [failback, breakGlass]);
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Its objects hold no secret, and are read by health checkers alone, many times a second: their access logs would bury what little there is to see. CloudTrail can record the writes.',
    });
  }

  private denyOthers(sid: string, action: string, keys: string, roles: readonly string[]): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        sid,
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: [action],
        resources: [this.arnForObjects(keys)],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': roles.map((name) => roleArn(this, name)) } },
      }),
    );
  }
}
