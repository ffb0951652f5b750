import { NotFoundException, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Kms } from '../../../rehearsal/aws/kms.ts';
import { type Services, services } from './services.ts';
import { clientOf } from './stand.ts';
import {
  account,
  queueArn,
  region,
  scenario,
  topicArn,
  type VirtualKernel,
  virtualKernel,
} from './virtual-kernel.ts';

let kernel: VirtualKernel;
let aws: Services;

beforeEach(() => {
  kernel = virtualKernel();
  aws = services(kernel);
});

afterEach(() => kernel[Symbol.dispose]());

const TopicArn = topicArn('alerts');
const createTopic = (properties = {}): void => aws.sns.createTopic({ region, name: 'alerts', properties });
const subscribe = (Protocol: string, Endpoint: string, more = {}): void =>
  aws.sns.createSubscription({
    region,
    name: 'subscription',
    properties: { TopicArn, Protocol, Endpoint, ...more },
  });
const publish = (Message: string, more = {}) =>
  aws.sns.operations.Publish({ TopicArn, Message, ...more }, scenario);
const cloudWatch = {
  kind: 'service',
  name: 'cloudwatch.amazonaws.com',
  sourceArn: `arn:aws:cloudwatch:${region}:${account}:alarm:a`,
} as const;

describe('a topic', () => {
  it('invokes a function with the records of SNS', async () => {
    createTopic();
    const events: unknown[] = [];
    aws.handler('listener', async (event) => void events.push(event));
    subscribe('lambda', `arn:aws:lambda:${region}:${account}:function:listener`);
    const MessageAttributes = { kind: { DataType: 'String', StringValue: 'test' } };
    const { MessageId } = publish('hello', { Subject: 'Greetings', MessageAttributes });
    publish('plain');
    await kernel.pass(1);
    expect(events).toEqual([
      {
        Records: [
          {
            EventSource: 'aws:sns',
            EventVersion: '1.0',
            EventSubscriptionArn: expect.stringMatching(`^${TopicArn}:`),
            Sns: {
              Type: 'Notification',
              MessageId,
              TopicArn,
              Subject: 'Greetings',
              Message: 'hello',
              Timestamp: '2026-03-02T08:00:00.000Z',
              SignatureVersion: '1',
              Signature: expect.any(String),
              SigningCertUrl: expect.any(String),
              UnsubscribeUrl: expect.any(String),
              MessageAttributes: { kind: { Type: 'String', Value: 'test' } },
            },
          },
        ],
      },
      {
        Records: [
          expect.objectContaining({ Sns: expect.objectContaining({ Subject: null, MessageAttributes: {} }) }),
        ],
      },
    ]);
  });

  it('sends a queue the notification as its body', async () => {
    createTopic({ Subscription: [{ Protocol: 'sqs', Endpoint: queueArn('inbox') }] });
    aws.queue('inbox');
    const { MessageId } = publish('hello');
    await kernel.pass(1);
    expect(JSON.parse(aws.messages('inbox')[0]?.Body ?? '')).toEqual({
      Type: 'Notification',
      MessageId,
      TopicArn,
      Message: 'hello',
      Timestamp: '2026-03-02T08:00:00.000Z',
      SignatureVersion: '1',
      Signature: expect.any(String),
      SigningCertURL: expect.any(String),
      UnsubscribeURL: expect.any(String),
    });
  });

  it('mails people', async () => {
    createTopic();
    subscribe('email', 'oncall@example.com');
    publish('The disk is full.', { Subject: 'Disk' });
    await kernel.pass(1);
    expect(kernel.entries('message')).toEqual([
      { kind: 'message', region, sink: 'mail:oncall@example.com', text: 'Disk\n\nThe disk is full.' },
    ]);
  });

  it('publishes batches entry by entry', async () => {
    createTopic();
    subscribe('email', 'oncall@example.com');
    const answer = aws.sns.operations.PublishBatch(
      {
        TopicArn,
        PublishBatchRequestEntries: [
          { Id: 'good', Message: 'one' },
          { Id: 'bad', Message: '' },
        ],
      },
      scenario,
    );
    await kernel.pass(1);
    expect(answer).toMatchObject({
      Successful: [{ Id: 'good' }],
      Failed: [{ Id: 'bad', Code: 'InvalidParameter', SenderFault: true }],
    });
    expect(kernel.entries('message')).toHaveLength(1);
  });

  it.each([
    ['an empty message', '', {}],
    ['more than 256 KiB', 'x'.repeat(262_145), {}],
    ['a subject of 100 characters', 'x', { Subject: 'x'.repeat(100) }],
    ['a subject of two lines', 'x', { Subject: 'one\ntwo' }],
  ])('refuses %s', (_what, message, more) => {
    createTopic();
    expect(() => publish(message, more)).toThrow(expect.objectContaining({ code: 'InvalidParameter' }));
  });

  it('names what is not simulated', () => {
    createTopic();
    expect(() => subscribe('https', 'https://example.com')).toThrow(
      "only the protocols 'lambda', 'sqs' and 'email'",
    );
    expect(() => subscribe('sqs', queueArn('q'), { FilterPolicy: {} })).toThrow('"FilterPolicy"');
    expect(() => publish('{}', { MessageStructure: 'json' })).toThrow('MessageStructure is not simulated');
  });
});

describe('a delivery that the subscriber refuses', () => {
  beforeEach(() => {
    createTopic();
    aws.queue('inbox');
    kernel.refuse(
      ({ resource, principal }) => resource === queueArn('inbox') && principal.kind === 'service',
    );
  });

  it('goes to the dead-letter queue of the subscription', async () => {
    aws.queue('dead');
    subscribe('sqs', queueArn('inbox'), { RedrivePolicy: { deadLetterTargetArn: queueArn('dead') } });
    publish('hello');
    await kernel.pass(1);
    expect(JSON.parse(aws.messages('dead')[0]?.Body ?? '')).toMatchObject({ Message: 'hello' });
    expect(kernel.asked.find(({ resource }) => resource === queueArn('inbox'))).toEqual({
      principal: { kind: 'service', name: 'sns.amazonaws.com', sourceArn: TopicArn },
      action: 'sqs:SendMessage',
      resource: queueArn('inbox'),
    });
    expect(aws.total('AWS/SNS', 'NumberOfNotificationsFailed', { TopicName: 'alerts' })).toBe(1);
  });

  it('is lost without one, and the trace says so', async () => {
    subscribe('sqs', queueArn('inbox'));
    publish('hello');
    await kernel.pass(1);
    expect(kernel.entries('dead-letter')).toMatchObject([
      { queue: 'none', why: expect.stringContaining('sqs:SendMessage') },
    ]);
  });
});

describe('permissions', () => {
  it('asks for sns:Publish, and for the key of an encrypted topic', () => {
    const key = `arn:aws:kms:${region}:${account}:key/1`;
    aws.kms.createKey(key);
    createTopic({ KmsMasterKeyId: '1' });
    aws.sns.deliver(TopicArn, { Message: 'x' }, cloudWatch.name, cloudWatch);
    expect(kernel.asked.map(({ action, resource }) => [action, resource])).toEqual([
      ['sns:Publish', TopicArn],
      ['kms:GenerateDataKey', key],
      ['kms:Decrypt', key],
    ]);
    kernel.refuse(({ action }) => action === 'kms:GenerateDataKey');
    expect(() => aws.sns.deliver(TopicArn, { Message: 'x' }, cloudWatch.name, cloudWatch)).toThrow(
      expect.objectContaining({ code: 'KMSAccessDenied' }),
    );
  });

  it('lets CloudWatch use no AWS managed key', () => {
    createTopic({ KmsMasterKeyId: 'alias/aws/sns' });
    expect(() => aws.sns.deliver(TopicArn, { Message: 'x' }, cloudWatch.name, cloudWatch)).toThrow(
      'AWS managed key',
    );
  });

  it('says so in SNS’s own code', () => {
    createTopic();
    kernel.refuse(() => true);
    expect(() => publish('x')).toThrow(expect.objectContaining({ code: 'AuthorizationError' }));
  });
});

it('answers the SDK’s client', async () => {
  kernel[Symbol.dispose]();
  createTopic();
  const client = clientOf(SNSClient, aws.sns);
  await expect(client.send(new PublishCommand({ TopicArn, Message: 'x' }))).resolves.toMatchObject({
    MessageId: expect.any(String),
  });
  await expect(
    client.send(new PublishCommand({ TopicArn: topicArn('gone'), Message: 'x' })),
  ).rejects.toBeInstanceOf(NotFoundException);
});

it('knows keys by id, ARN and alias, and no others', () => {
  const kms = new Kms(kernel);
  const key = `arn:aws:kms:${region}:${account}:key/1`;
  kms.createKey(key);
  kms.createAlias('alias/ops', key);
  const use = (name: string): void =>
    kms.authorize({ ...scenario, actions: ['kms:Decrypt'], key: name, via: 'sns', resource: TopicArn });
  for (const name of ['1', key, 'alias/ops', `arn:aws:kms:${region}:${account}:alias/ops`]) use(name);
  expect(kernel.asked.map(({ resource }) => resource)).toEqual([key, key, key, key]);
  expect(() => use('alias/other')).toThrow(expect.objectContaining({ code: 'KMSNotFound' }));
});
