import { createHash } from 'node:crypto';
import * as backup from '@aws-sdk/client-backup';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as ec2 from '@aws-sdk/client-ec2';
import * as ecr from '@aws-sdk/client-ecr';
import * as eventbridge from '@aws-sdk/client-eventbridge';
import * as rds from '@aws-sdk/client-rds';
import * as s3 from '@aws-sdk/client-s3';
import * as secretsManager from '@aws-sdk/client-secrets-manager';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import { AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type AwsRequest, connectClient, type Dispatch } from '../../../rehearsal/aws/connect.ts';
import { installClock } from '../../../rehearsal/clock.ts';
import { AwsError } from '../../../rehearsal/kernel.ts';
import { client } from './stand.ts';

const queueUrl = 'https://sqs.us-east-1.amazonaws.com/123456789012/alerts';
const topicArn = 'arn:aws:sns:us-east-1:123456789012:alerts';
const start = new Date('2026-11-23T08:00:00Z');
const limit = new Date('2026-11-23T09:00:00Z');

interface Sender {
  send(command: unknown): Promise<object>;
}

/** A client of any service; the commands of a row of the tables below fit their client. */
function connected(Constructor: new (config: never) => unknown, dispatch: Dispatch, maxAttempts = 1): Sender {
  const connectedClient = client(Constructor as new (config: object) => unknown, 'us-east-1', maxAttempts);
  connectClient(connectedClient, dispatch);
  return connectedClient as Sender;
}

async function failureOf(call: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await call;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('the call was expected to fail');
}

const moment = new Date('2026-11-23T07:30:00.250Z');

const roundTrips: {
  Constructor: new (config: never) => unknown;
  command: unknown;
  request: AwsRequest;
  output: object;
}[] = [
  {
    Constructor: dynamodb.DynamoDBClient,
    command: new dynamodb.GetItemCommand({ TableName: 'verdicts', Key: { digest: { S: 'sha256:a' } } }),
    request: {
      service: 'dynamodb',
      operation: 'GetItem',
      input: { TableName: 'verdicts', Key: { digest: { S: 'sha256:a' } } },
    },
    output: {
      Item: {
        text: { S: 'ü "quoted" \u2028' },
        count: { N: '12345678901234567890.5' },
        bytes: { B: new Uint8Array([0, 255]) },
        tags: { SS: ['a', 'b'] },
        nested: { M: { list: { L: [{ BOOL: false }, { NULL: true }, { BS: [new Uint8Array([7])] }] } } },
      },
    },
  },
  {
    Constructor: ecr.ECRClient,
    command: new ecr.DescribeImagesCommand({ repositoryName: 'api', maxResults: 2 }),
    request: { service: 'ecr', operation: 'DescribeImages', input: { repositoryName: 'api', maxResults: 2 } },
    output: { imageDetails: [{ imageDigest: 'sha256:a', imagePushedAt: moment }], nextToken: 'more' },
  },
  {
    Constructor: backup.BackupClient,
    command: new backup.ListBackupJobsCommand({ ByState: 'FAILED', ByCreatedAfter: moment }),
    request: {
      service: 'backup',
      operation: 'ListBackupJobs',
      input: { ByState: 'FAILED', ByCreatedAfter: moment },
    },
    output: { BackupJobs: [{ BackupJobId: '1', State: 'FAILED', CreationDate: moment }], NextToken: 'more' },
  },
  {
    Constructor: backup.BackupClient,
    command: new backup.PutRestoreValidationResultCommand({
      RestoreJobId: '1',
      ValidationStatus: 'FAILED',
    }),
    request: {
      service: 'backup',
      operation: 'PutRestoreValidationResult',
      input: { RestoreJobId: '1', ValidationStatus: 'FAILED' },
    },
    output: {},
  },
  {
    Constructor: eventbridge.EventBridgeClient,
    command: new eventbridge.PutEventsCommand({
      Entries: [{ Source: 'aeon.ops', Time: moment, Detail: '{}' }],
    }),
    request: {
      service: 'events',
      operation: 'PutEvents',
      input: { Entries: [{ Source: 'aeon.ops', Time: moment, Detail: '{}' }] },
    },
    output: { FailedEntryCount: 1, Entries: [{ EventId: 'e-1' }, { ErrorCode: 'InternalFailure' }] },
  },
  {
    Constructor: secretsManager.SecretsManagerClient,
    command: new secretsManager.GetSecretValueCommand({ SecretId: 'slack' }),
    request: { service: 'secretsmanager', operation: 'GetSecretValue', input: { SecretId: 'slack' } },
    output: { Name: 'slack', SecretBinary: new Uint8Array([1, 2]), CreatedDate: moment },
  },
  {
    Constructor: sns.SNSClient,
    command: new sns.PublishCommand({ TopicArn: topicArn, Message: 'down & <out>' }),
    request: {
      service: 'sns',
      operation: 'Publish',
      input: { TopicArn: topicArn, Message: 'down & <out>' },
    },
    output: { MessageId: 'm-1', SequenceNumber: '10000000000000003000' },
  },
  {
    Constructor: sns.SNSClient,
    command: new sns.PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries: [] }),
    request: {
      service: 'sns',
      operation: 'PublishBatch',
      input: { TopicArn: topicArn, PublishBatchRequestEntries: [] },
    },
    output: {
      Successful: [{ Id: '1', MessageId: 'm-1' }],
      Failed: [
        { Id: '2', Code: 'InternalError', Message: 'ä <&> "', SenderFault: false },
        { Id: '3', Code: 'InvalidParameter', SenderFault: true },
      ],
    },
  },
  {
    Constructor: sns.SNSClient,
    command: new sns.GetTopicAttributesCommand({ TopicArn: topicArn }),
    request: { service: 'sns', operation: 'GetTopicAttributes', input: { TopicArn: topicArn } },
    output: { Attributes: { Policy: '{"Version":"2012-10-17"}', KmsMasterKeyId: 'alias/ops' } },
  },
  {
    Constructor: sqs.SQSClient,
    command: new sqs.GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
    request: {
      service: 'sqs',
      operation: 'GetQueueAttributes',
      input: { QueueUrl: queueUrl, AttributeNames: ['All'] },
    },
    output: { Attributes: { VisibilityTimeout: '30' } },
  },
  {
    Constructor: ec2.EC2Client,
    command: new ec2.DescribeSnapshotsCommand({ OwnerIds: ['self'], MaxResults: 5 }),
    request: {
      service: 'ec2',
      operation: 'DescribeSnapshots',
      input: { OwnerIds: ['self'], MaxResults: 5 },
    },
    output: {
      NextToken: 'more',
      Snapshots: [
        {
          SnapshotId: 'snap-1',
          StartTime: moment,
          Encrypted: true,
          VolumeSize: 8,
          Tags: [{ Key: 'a', Value: '<&>' }],
        },
        { SnapshotId: 'snap-2', State: 'pending' },
      ],
    },
  },
  {
    Constructor: ec2.EC2Client,
    command: new ec2.DeleteSnapshotCommand({ SnapshotId: 'snap-1' }),
    request: { service: 'ec2', operation: 'DeleteSnapshot', input: { SnapshotId: 'snap-1' } },
    output: {},
  },
  {
    Constructor: rds.RDSClient,
    command: new rds.DescribeDBSnapshotsCommand({ SnapshotType: 'manual' }),
    request: { service: 'rds', operation: 'DescribeDBSnapshots', input: { SnapshotType: 'manual' } },
    output: {
      Marker: 'more',
      DBSnapshots: [
        {
          DBSnapshotIdentifier: 'before-upgrade',
          SnapshotCreateTime: moment,
          TagList: [{ Key: 'a', Value: 'b' }],
        },
      ],
    },
  },
  {
    Constructor: s3.S3Client,
    command: new s3.PutObjectCommand({ Bucket: 'ops', Key: 'a/b c', Body: 'text', IfNoneMatch: '*' }),
    request: {
      service: 's3',
      operation: 'PutObject',
      // The client adds a checksum of its own.
      input: { Bucket: 'ops', Key: 'a/b c', Body: 'text', IfNoneMatch: '*', ChecksumAlgorithm: 'CRC32' },
    },
    output: { ETag: '"1"', VersionId: 'v-1', BucketKeyEnabled: false },
  },
  {
    Constructor: s3.S3Client,
    command: new s3.ListObjectsV2Command({ Bucket: 'ops', Prefix: 'a/' }),
    request: { service: 's3', operation: 'ListObjectsV2', input: { Bucket: 'ops', Prefix: 'a/' } },
    output: {
      IsTruncated: true,
      NextContinuationToken: 'more',
      Contents: [
        { Key: 'a/<b>', Size: 5, LastModified: moment, ETag: '"1"' },
        { Key: 'a/c', Size: 0 },
      ],
    },
  },
];

const errors: {
  Constructor: new (config: never) => unknown;
  command: unknown;
  code: string;
  Expected: new (options: never) => Error;
}[] = [
  ...(
    [
      ['ConditionalCheckFailedException', dynamodb.ConditionalCheckFailedException],
      ['ResourceNotFoundException', dynamodb.ResourceNotFoundException],
      ['ProvisionedThroughputExceededException', dynamodb.ProvisionedThroughputExceededException],
      ['ThrottlingException', dynamodb.ThrottlingException],
      ['ValidationException', dynamodb.DynamoDBServiceException],
      ['AccessDeniedException', dynamodb.DynamoDBServiceException],
    ] as const
  ).map(([code, Expected]) => ({
    Constructor: dynamodb.DynamoDBClient,
    command: new dynamodb.PutItemCommand({ TableName: 't', Item: {} }),
    code,
    Expected,
  })),
  ...(
    [
      ['RepositoryNotFoundException', ecr.RepositoryNotFoundException],
      ['ImageNotFoundException', ecr.ImageNotFoundException],
      ['ScanNotFoundException', ecr.ScanNotFoundException],
      ['InvalidParameterException', ecr.InvalidParameterException],
      ['AccessDeniedException', ecr.ECRServiceException],
    ] as const
  ).map(([code, Expected]) => ({
    Constructor: ecr.ECRClient,
    command: new ecr.DescribeImagesCommand({ repositoryName: 'api' }),
    code,
    Expected,
  })),
  ...(
    [
      ['ResourceNotFoundException', secretsManager.ResourceNotFoundException],
      ['InvalidRequestException', secretsManager.InvalidRequestException],
      ['AccessDeniedException', secretsManager.SecretsManagerServiceException],
    ] as const
  ).map(([code, Expected]) => ({
    Constructor: secretsManager.SecretsManagerClient,
    command: new secretsManager.GetSecretValueCommand({ SecretId: 'slack' }),
    code,
    Expected,
  })),
  ...(
    [
      ['ResourceNotFoundException', eventbridge.ResourceNotFoundException],
      ['ThrottlingException', eventbridge.ThrottlingException],
      ['AccessDeniedException', eventbridge.EventBridgeServiceException],
    ] as const
  ).map(([code, Expected]) => ({
    Constructor: eventbridge.EventBridgeClient,
    command: new eventbridge.PutEventsCommand({ Entries: [] }),
    code,
    Expected,
  })),
  ...(
    [
      ['NotFound', sns.NotFoundException],
      ['InvalidParameter', sns.InvalidParameterException],
      ['AuthorizationError', sns.AuthorizationErrorException],
      ['KMSAccessDenied', sns.KMSAccessDeniedException],
      ['AccessDenied', sns.SNSServiceException],
    ] as const
  ).map(([code, Expected]) => ({
    Constructor: sns.SNSClient,
    command: new sns.PublishCommand({ TopicArn: topicArn, Message: 'm' }),
    code,
    Expected,
  })),
  ...(
    [
      ['InvalidSnapshot.InUse', ec2.EC2ServiceException],
      ['UnauthorizedOperation', ec2.EC2ServiceException],
    ] as const
  ).map(([code, Expected]) => ({
    Constructor: ec2.EC2Client,
    command: new ec2.DeleteSnapshotCommand({ SnapshotId: 'snap-1' }),
    code,
    Expected,
  })),
  ...(
    [
      ['DBSnapshotNotFound', rds.DBSnapshotNotFoundFault],
      ['InvalidDBSnapshotState', rds.InvalidDBSnapshotStateFault],
      ['AccessDenied', rds.RDSServiceException],
    ] as const
  ).map(([code, Expected]) => ({
    Constructor: rds.RDSClient,
    command: new rds.DeleteDBSnapshotCommand({ DBSnapshotIdentifier: 'one' }),
    code,
    Expected,
  })),
  ...(
    [
      ['NoSuchKey', s3.NoSuchKey],
      ['PreconditionFailed', s3.S3ServiceException],
      ['AccessDenied', s3.S3ServiceException],
    ] as const
  ).map(([code, Expected]) => ({
    Constructor: s3.S3Client,
    command: new s3.GetObjectCommand({ Bucket: 'ops', Key: 'a' }),
    code,
    Expected,
  })),
  ...(
    [
      ['QueueDoesNotExist', sqs.QueueDoesNotExist],
      ['AWS.SimpleQueueService.NonExistentQueue', sqs.QueueDoesNotExist],
      ['ReceiptHandleIsInvalid', sqs.ReceiptHandleIsInvalid],
      ['MessageNotInflight', sqs.MessageNotInflight],
      ['AccessDenied', sqs.SQSServiceException],
    ] as const
  ).map(([code, Expected]) => ({
    Constructor: sqs.SQSClient,
    command: new sqs.ChangeMessageVisibilityCommand({
      QueueUrl: queueUrl,
      ReceiptHandle: 'r',
      VisibilityTimeout: 1,
    }),
    code,
    Expected,
  })),
];

describe('connectClient', () => {
  // The SDK reads its configuration files once per process, which must not happen on the virtual clock.
  beforeAll(async () => {
    await connected(sns.SNSClient, async () => ({})).send(new sns.ListTopicsCommand({}));
  });

  it.each(roundTrips)('asks and answers $request.service $request.operation', async (row) => {
    const requests: AwsRequest[] = [];
    const sender = connected(row.Constructor, async (request) => {
      requests.push(request);
      return row.output;
    });
    expect(await sender.send(row.command)).toMatchObject(row.output);
    expect(requests).toEqual([row.request]);
  });

  it.each(errors)('turns $code into an exception of $Constructor.name', async (row) => {
    const sender = connected(row.Constructor, async () => {
      throw new AwsError(row.code, 'no <such> thing', 400);
    });
    const error = await failureOf(sender.send(row.command));
    expect(error).toBeInstanceOf(row.Expected);
    expect(error).toMatchObject({ message: 'no <such> thing', $metadata: { httpStatusCode: 400 } });
    const isModelled = !row.Expected.name.endsWith('ServiceException');
    expect(error.name).toBe(isModelled ? row.Expected.name : row.code);
  });

  it('carries the members of an error', async () => {
    const item = { digest: { S: 'sha256:a' }, bytes: { B: new Uint8Array([1, 2, 3]) } };
    const sender = connected(dynamodb.DynamoDBClient, async () => {
      throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed', 400, {
        Item: item,
      });
    });
    const error = await failureOf(sender.send(new dynamodb.PutItemCommand({ TableName: 't', Item: item })));
    expect(error).toMatchObject({ Item: item });
  });

  it('keeps a member from the caller that AWS does not model', async () => {
    const sender = connected(sqs.SQSClient, async () => ({ QueueUrl: queueUrl, Arn: 'made up' }));
    expect(await sender.send(new sqs.GetQueueUrlCommand({ QueueName: 'alerts' }))).not.toHaveProperty('Arn');
  });

  it('hands over a copy of the input', async () => {
    const item = { tags: { L: [{ S: 'a' }] }, bytes: { B: new Uint8Array([1]) } };
    const sender = connected(dynamodb.DynamoDBClient, async ({ input }) => {
      const received = (input as { Item: typeof item }).Item;
      received.tags.L.push({ S: 'b' });
      received.bytes.B[0] = 9;
      return {};
    });
    await sender.send(new dynamodb.PutItemCommand({ TableName: 't', Item: item }));
    expect(item).toEqual({ tags: { L: [{ S: 'a' }] }, bytes: { B: new Uint8Array([1]) } });
  });

  it('gives the body of an object as the stream that the client reads', async () => {
    const bytes = new Uint8Array([0, 255, 10]);
    const sender = connected(s3.S3Client, async () => ({
      Body: bytes,
      ContentType: 'x/y',
      LastModified: start,
    }));
    const output = (await sender.send(
      new s3.GetObjectCommand({ Bucket: 'ops', Key: 'a' }),
    )) as s3.GetObjectCommandOutput;
    expect(output).toMatchObject({ ContentType: 'x/y', LastModified: start });
    expect([...((await output.Body?.transformToByteArray()) ?? [])]).toEqual([...bytes]);
  });

  it('leaves the check of SQS bodies to the client', async () => {
    const body = 'pöst';
    const md5 = createHash('md5').update(body).digest('hex');
    const send = (MD5OfMessageBody: string): Promise<object> =>
      connected(sqs.SQSClient, async () => ({ MessageId: 'm-1', MD5OfMessageBody })).send(
        new sqs.SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }),
      );
    expect(await send(md5)).toMatchObject({ MessageId: 'm-1' });
    await expect(send('0'.repeat(32))).rejects.toThrow('InvalidChecksumError');
  });

  it.each([
    { what: 'throttling', error: new AwsError('ThrottlingException', 'Rate exceeded'), attempts: 3 },
    { what: 'an internal error', error: new AwsError('InternalServerError', 'oops', 500), attempts: 3 },
    {
      what: 'a broken connection',
      error: Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
      attempts: 3,
    },
    { what: 'a denial', error: new AwsError('AccessDeniedException', 'not authorized'), attempts: 1 },
    { what: 'a fault of the simulation', error: new RangeError('not simulated'), attempts: 1 },
  ])('makes $attempts attempts at $what', async ({ error, attempts }) => {
    using clock = installClock(start);
    let count = 0;
    const sender = connected(
      dynamodb.DynamoDBClient,
      async () => {
        count += 1;
        throw error;
      },
      3,
    );
    const failure = failureOf(sender.send(new dynamodb.ListTablesCommand({})));
    await clock.runUntilIdle(limit);
    expect((await failure).message).toBe(error.message);
    expect(count).toBe(attempts);
  });

  it('lets a later attempt succeed', async () => {
    using clock = installClock(start);
    let count = 0;
    const sender = connected(
      eventbridge.EventBridgeClient,
      async () => {
        count += 1;
        if (count < 3) throw new AwsError('ThrottlingException', 'Rate exceeded');
        return { FailedEntryCount: 0, Entries: [{ EventId: 'e-1' }] };
      },
      3,
    );
    const answer = sender.send(new eventbridge.PutEventsCommand({ Entries: [] }));
    await clock.runUntilIdle(limit);
    expect(await answer).toMatchObject({ FailedEntryCount: 0, $metadata: { attempts: 3 } });
  });

  it('never answers a call whose dispatch never settles', async () => {
    using clock = installClock(start);
    let settled = false;
    const sender = connected(sns.SNSClient, () => new Promise<object>(() => undefined), 3);
    const settle = (): void => {
      settled = true;
    };
    void sender.send(new sns.ListTopicsCommand({})).then(settle, settle);
    await clock.runUntilIdle(limit);
    await clock.runUntil(limit);
    expect(settled).toBe(false);
  });

  it('refuses what is no SDK client', () => {
    expect(() => connectClient({ send: () => undefined }, async () => ({}))).toThrow(
      /not an AWS SDK v3 client/,
    );
  });

  it('names a protocol that it does not speak', async () => {
    class CborClient extends ecr.ECRClient {
      constructor(config: object) {
        super({ ...config, protocol: AwsSmithyRpcV2CborProtocol });
      }
    }
    const sender = connected(CborClient, async () => ({}));
    const error = await failureOf(sender.send(new ecr.DescribeImagesCommand({ repositoryName: 'api' })));
    expect(error.message).toContain("in the protocol 'smithy.protocols#rpcv2Cbor'");
  });
});
