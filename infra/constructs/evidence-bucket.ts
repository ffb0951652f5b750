import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { evidenceBucketNameOf } from '../names.ts';
import { OpsStack } from '../ops-stack.ts';

/**
 * The bucket of a Region for what has to be believed later. What is written there is locked for the days of the policy,
 * in governance mode: nobody replaces or deletes it who may not take the lock away. It outlives its stack.
 */
export class EvidenceBucket extends Bucket {
  constructor(scope: Construct, id: string) {
    const { policy, homeRegion } = OpsStack.of(scope);
    const kept = Duration.days(policy.retention.evidence);
    super(scope, id, {
      bucketName: evidenceBucketNameOf(Stack.of(scope).account, homeRegion),
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.governance(kept),
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      lifecycleRules: [
        {
          id: 'expire',
          expiration: kept,
          noncurrentVersionExpiration: Duration.days(30),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
        { id: 'drop-delete-markers', expiredObjectDeleteMarker: true },
      ],
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Only verify-restore writes to it, a few objects a week, and each write is in its log. Server access logs would need a second bucket with the same question.',
    });
  }
}
