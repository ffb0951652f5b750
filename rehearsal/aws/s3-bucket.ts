import * as z from 'zod';
import { boolean, ignored, type Resource, readProperties } from './properties.ts';

export interface StoredObject {
  readonly key: string;
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly etag: string;
  readonly modifiedAt: Date;
  /** Absent in a bucket without versions. */
  readonly versionId?: string;
}

export interface Bucket {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly isVersioned: boolean;
  /** Encrypted with a key of AWS KMS: such a bucket is there, and what would be in it is not simulated. */
  readonly isUnderKey: boolean;
  /** Current versions, by key. */
  readonly objects: Map<string, StoredObject>;
}

const Encryption = z.strictObject({
  ServerSideEncryptionByDefault: z.strictObject({
    SSEAlgorithm: z.enum(['AES256', 'aws:kms']),
    KMSMasterKeyID: ignored,
  }),
  BucketKeyEnabled: boolean.optional(),
});

const BucketProperties = z.strictObject({
  BucketName: ignored,
  VersioningConfiguration: z.strictObject({ Status: z.enum(['Enabled', 'Suspended']) }).optional(),
  BucketEncryption: z.strictObject({ ServerSideEncryptionConfiguration: z.array(Encryption) }).optional(),
  /** Nothing expires here. */
  LifecycleConfiguration: z.strictObject({ Rules: z.array(z.looseObject({})) }).optional(),
  PublicAccessBlockConfiguration: z
    .strictObject({
      BlockPublicAcls: boolean,
      BlockPublicPolicy: boolean,
      IgnorePublicAcls: boolean,
      RestrictPublicBuckets: boolean,
    })
    .optional(),
  /** No version is ever deleted here, so that there is nothing to lock. */
  ObjectLockEnabled: boolean.optional(),
  ObjectLockConfiguration: ignored,
  OwnershipControls: ignored,
  Tags: ignored,
});

/**
 * AWS::S3::Bucket.
 *
 * @throws RangeError for a property that is not simulated, by name
 */
export function bucketOf(resource: Resource): Bucket {
  const { VersioningConfiguration, BucketEncryption } = readProperties(
    'AWS::S3::Bucket',
    BucketProperties,
    resource,
  );
  const { name, region } = resource;
  return {
    name,
    arn: `arn:aws:s3:::${name}`,
    region,
    isVersioned: VersioningConfiguration?.Status === 'Enabled',
    isUnderKey:
      BucketEncryption?.ServerSideEncryptionConfiguration.some(
        ({ ServerSideEncryptionByDefault: by }) => by.SSEAlgorithm === 'aws:kms',
      ) ?? false,
    objects: new Map(),
  };
}
