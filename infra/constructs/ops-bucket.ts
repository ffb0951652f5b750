import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { opsBucketName } from '../arns.ts';
import { OpsStack } from '../ops-stack.ts';

/** What was replaced or has expired can be brought back for so long. */
const earlierVersions = Duration.days(30);

/**
 * The bucket of a Region for reports, journals and what is cached. It outlives its stack, and all in it expires after
 * the days of the policy, whatever its key.
 *
 * It is encrypted with keys of S3: what is in it names images and snapshots and holds no secret, and each key of our
 * own would be one more thing that a reader has to be let use.
 */
export class OpsBucket extends Bucket {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      bucketName: opsBucketName(scope),
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        {
          id: 'expire',
          expiration: Duration.days(OpsStack.of(scope).policy.retention.reports),
          noncurrentVersionExpiration: earlierVersions,
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
        { id: 'drop-delete-markers', expiredObjectDeleteMarker: true },
      ],
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'What is in it are records of our own functions, whose every write is in their logs. Server access logs would need a second bucket with the same question.',
    });
  }
}
