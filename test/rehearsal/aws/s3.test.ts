import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { S3 } from '../../../rehearsal/aws/s3.ts';
import { AwsError } from '../../../rehearsal/kernel.ts';
import { clientOf, type TestKernel, testKernel } from './stand.ts';

const object = { Bucket: 'ops', Key: 'a/b' };

describe('the simulated S3', () => {
  let kernel: TestKernel;
  let s3: S3;
  let client: S3Client;

  beforeEach(() => {
    kernel = testKernel();
    s3 = new S3(kernel);
    const VersioningConfiguration = { Status: 'Enabled' };
    s3.createBucket({ region: 'us-east-1', name: 'ops', properties: { VersioningConfiguration } });
    client = clientOf(S3Client, s3);
  });

  it('gives each version an id', async () => {
    const first = await client.send(new PutObjectCommand({ ...object, Body: 'one' }));
    const second = await client.send(new PutObjectCommand({ ...object, Body: 'two' }));
    expect(first.VersionId).not.toBe(second.VersionId);
    expect((await client.send(new GetObjectCommand(object))).VersionId).toBe(second.VersionId);
  });

  it('asks for the permissions that S3 asks for', async () => {
    await client.send(new PutObjectCommand({ ...object, Body: 'one' }));
    await client.send(new GetObjectCommand(object));
    await client.send(new ListObjectsV2Command({ Bucket: 'ops', Prefix: 'a/' }));
    expect(kernel.asked).toMatchObject([
      { action: 's3:PutObject', resource: 'arn:aws:s3:::ops/a/b' },
      { action: 's3:GetObject', resource: 'arn:aws:s3:::ops/a/b' },
      { action: 's3:ListBucket', resource: 'arn:aws:s3:::ops', context: { 's3:prefix': 'a/' } },
    ]);
  });

  it('deletes an object, and takes one that is not there for deleted', async () => {
    await client.send(new PutObjectCommand({ ...object, Body: 'one' }));
    await client.send(new DeleteObjectCommand(object));
    await expect(client.send(new GetObjectCommand(object))).rejects.toThrow(NoSuchKey);
    await client.send(new DeleteObjectCommand(object));
    expect(kernel.asked).toContainEqual(
      expect.objectContaining({ action: 's3:DeleteObject', resource: 'arn:aws:s3:::ops/a/b' }),
    );
  });

  it('answers at the host of a bucket to who does not sign, as far as its policy lets their address in', async () => {
    const host = 'ops.s3.us-east-1.amazonaws.com';
    await client.send(new PutObjectCommand({ ...object, Body: 'one' }));
    expect(s3.fetch(host, '/a/b', '192.0.2.1')).toEqual({ status: 200, body: 'one' });
    expect(kernel.asked.at(-1)).toMatchObject({
      principal: { kind: 'anonymous' },
      action: 's3:GetObject',
      context: { 'aws:sourceip': '192.0.2.1' },
    });
    expect(s3.fetch(host, '/none', '192.0.2.1').status).toBe(403);
    expect(s3.fetch('ops.s3.us-west-2.amazonaws.com', '/a/b', '192.0.2.1').status).toBe(404);
    kernel.refuse();
    expect(s3.fetch(host, '/a/b', '192.0.2.1').status).toBe(403);
  });

  it('says that there is no such object only to who may list the bucket', async () => {
    await expect(client.send(new GetObjectCommand(object))).rejects.toThrow(NoSuchKey);
    const mayNotList = {
      ...kernel,
      permissions: {
        authorize({ action }: { action: string }): void {
          if (action === 's3:ListBucket') throw new AwsError('AccessDenied', `not: ${action}`, 403);
        },
      },
    };
    const other = new S3(mayNotList);
    other.createBucket({ region: 'us-east-1', name: 'ops', properties: {} });
    const answer = clientOf(S3Client, other).send(new GetObjectCommand(object));
    await expect(answer).rejects.toMatchObject({ name: 'AccessDenied', message: 'not: s3:ListBucket' });
  });

  it('answers in the Region of the bucket alone', async () => {
    const elsewhere = clientOf(S3Client, s3, 'us-west-2');
    await expect(elsewhere.send(new GetObjectCommand(object))).rejects.toMatchObject({
      name: 'PermanentRedirect',
    });
  });

  it('has a bucket whose key is of KMS, and knows nothing of what would be in it', async () => {
    const byDefault = { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } };
    const properties = { BucketEncryption: { ServerSideEncryptionConfiguration: [byDefault] } };
    s3.createBucket({ region: 'us-east-1', name: 'locked', properties });
    const answer = client.send(new GetObjectCommand({ ...object, Bucket: 'locked' }));
    await expect(answer).rejects.toThrow(/what a key of KMS encrypts is not simulated/);
  });

  it('refuses a bucket with a property that is not simulated', () => {
    const properties = { WebsiteConfiguration: {} };
    const make = () => s3.createBucket({ region: 'us-east-1', name: 'other', properties });
    expect(make).toThrow(/cannot simulate AWS::S3::Bucket 'other'/);
  });
});
