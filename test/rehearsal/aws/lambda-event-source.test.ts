import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import type { Handler } from '../../../rehearsal/aws/lambda-function.ts';
import { type Services, services } from './services.ts';
import { queueArn, region, roleArn, type VirtualKernel, virtualKernel } from './virtual-kernel.ts';

let kernel: VirtualKernel;
let aws: Services;

beforeEach(() => {
  kernel = virtualKernel();
  aws = services(kernel);
});

afterEach(() => kernel[Symbol.dispose]());

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const connect = (properties: Record<string, unknown> = {}): void =>
  aws.lambda.createEventSourceMapping({
    region,
    name: 'mapping',
    properties: { EventSourceArn: queueArn('jobs'), FunctionName: 'worker', ...properties },
  });

/** A queue, a function that notes the batches it gets and answers as told, and the mapping between them. */
const consumer = (
  answer: (event: SQSEvent) => unknown = () => undefined,
  { queue = {}, mapping = {}, code = {} }: Record<string, Record<string, unknown>> = {},
): { batches: string[][]; events: SQSEvent[] } => {
  const batches: string[][] = [];
  const events: SQSEvent[] = [];
  const handler: Handler = async (input) => {
    const event = input as SQSEvent;
    events.push(event);
    batches.push(event.Records.map(({ body }) => body));
    return answer(event);
  };
  aws.queue('jobs', { VisibilityTimeout: 60, ...queue });
  aws.handler('worker', handler, code);
  connect(mapping);
  return { batches, events };
};
const left = (): number => {
  const { visible, notVisible, delayed } = aws.sqs.queue(queueArn('jobs')).depth();
  return visible + notVisible + delayed;
};

describe('an event source mapping with a batching window', () => {
  const events = { kind: 'service', name: 'events.amazonaws.com' } as const;
  const mapping = { BatchSize: 10_000, MaximumBatchingWindowInSeconds: 60 };

  it('gathers what EventBridge puts into an encrypted queue', async () => {
    const key = `arn:aws:kms:${region}:123456789012:key/1`;
    aws.kms.createKey(key);
    const { batches } = consumer(undefined, { queue: { KmsMasterKeyId: key }, mapping });
    const Targets = [{ Arn: queueArn('jobs') }];
    const EventPattern = { source: ['aws.inspector2'] };
    aws.eventBridge.createRule({ region, name: 'findings', properties: { EventPattern, Targets } });
    for (let index = 0; index < 25; index += 1) {
      const detail = { index };
      aws.eventBridge.emit({ region, source: 'aws.inspector2', detailType: 'Inspector2 Finding', detail });
      await kernel.pass(2);
    }
    expect(batches).toEqual([]);
    await kernel.pass(11);
    expect(batches.map((batch) => batch.length)).toEqual([25]);
    expect(JSON.parse(batches[0]?.[7] ?? '')).toMatchObject({
      source: 'aws.inspector2',
      detail: { index: 7 },
    });
    expect(left()).toBe(0);
    const uses = kernel.asked.filter(({ resource }) => resource === key);
    expect(new Set(uses.map(({ principal, action }) => `${principal.kind} ${action}`))).toEqual(
      new Set(['service kms:GenerateDataKey', 'service kms:Decrypt', 'role kms:Decrypt']),
    );
  });

  it('does not wait for the end of the window when a batch is full', async () => {
    const { batches } = consumer(undefined, { mapping: { ...mapping, BatchSize: 30 } });
    for (let index = 0; index < 40; index += 1) aws.send('jobs', String(index));
    await kernel.pass(1);
    expect(batches[0]).toHaveLength(30);
    await kernel.pass(60);
    expect(batches.flat()).toHaveLength(40);
  });

  it('splits what would make an event longer than Lambda takes', async () => {
    const { batches, events: received } = consumer(undefined, { mapping });
    const body = 'x'.repeat(900_000);
    for (let index = 0; index < 8; index += 1) {
      aws.sqs.deliver(queueArn('jobs'), { body: `${index}${body}` }, events.name, events);
    }
    await kernel.pass(62);
    expect(batches.map((batch) => batch.length)).toEqual([6, 2]);
    for (const event of received)
      expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(6_291_456);
    expect(new Set(batches.flat()).size).toBe(8);
    expect(left()).toBe(0);
  });

  it('takes 10,000 messages at most, and waits 5 minutes at most', () => {
    aws.queue('jobs', { VisibilityTimeout: 60 });
    aws.handler('worker', async () => undefined);
    expect(() => connect({ BatchSize: 10_001, MaximumBatchingWindowInSeconds: 60 })).toThrow('BatchSize');
    expect(() => connect({ MaximumBatchingWindowInSeconds: 301 })).toThrow('MaximumBatchingWindowInSeconds');
  });
});

describe('an event source mapping', () => {
  it('hands messages over in batches and deletes what succeeded', async () => {
    const { batches } = consumer(undefined, { mapping: { BatchSize: 2 } });
    for (const body of ['a', 'b', 'c']) aws.send('jobs', body);
    await kernel.pass(1);
    expect(batches).toEqual([['a', 'b'], ['c']]);
    expect(left()).toBe(0);
  });

  it('gives records in Lambda’s form', async () => {
    const { events } = consumer();
    aws.sqs.deliver(
      queueArn('jobs'),
      {
        body: '{"id":1}',
        attributes: {
          n: { DataType: 'Number', StringValue: '7' },
          b: { DataType: 'Binary', BinaryValue: new Uint8Array([49]) },
        },
      },
      'events.amazonaws.com',
      { kind: 'service', name: 'events.amazonaws.com' },
    );
    await kernel.pass(1);
    expect(events).toEqual([
      {
        Records: [
          {
            messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
            receiptHandle: expect.any(String),
            body: '{"id":1}',
            attributes: {
              ApproximateReceiveCount: '1',
              SentTimestamp: String(Date.parse('2026-03-02T08:00:00Z')),
              SenderId: 'events.amazonaws.com',
              ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
            },
            messageAttributes: {
              n: { stringValue: '7', stringListValues: [], binaryListValues: [], dataType: 'Number' },
              b: { binaryValue: 'MQ==', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
            },
            md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
            md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
            eventSource: 'aws:sqs',
            eventSourceARN: queueArn('jobs'),
            awsRegion: region,
          },
        ],
      },
    ]);
  });

  it('leaves a failed batch to the visibility timeout, and at last to the dead-letter queue', async () => {
    aws.queue('dead');
    const redrive = { RedrivePolicy: { deadLetterTargetArn: queueArn('dead'), maxReceiveCount: 2 } };
    const { batches } = consumer(
      () => {
        throw new Error('ill');
      },
      { queue: redrive },
    );
    aws.send('jobs', 'poison');
    await kernel.pass(30);
    expect(batches).toHaveLength(1);
    await kernel.pass(300);
    expect(batches).toHaveLength(2);
    expect(aws.messages('dead')).toMatchObject([{ Body: 'poison' }]);
    expect(kernel.entries('invocation').map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('tries only the failed items again, when it was told to ask for them', async () => {
    const { batches } = consumer(
      ({ Records }) => ({
        batchItemFailures: Records.filter(
          ({ body, attributes }) => body === 'b' && attributes.ApproximateReceiveCount === '1',
        ).map(({ messageId }) => ({ itemIdentifier: messageId })),
      }),
      { mapping: { FunctionResponseTypes: ['ReportBatchItemFailures'] } },
    );
    for (const body of ['a', 'b', 'c']) aws.send('jobs', body);
    await kernel.pass(120);
    expect(batches).toEqual([['a', 'b', 'c'], ['b']]);
    expect(left()).toBe(0);
  });

  it.each<[string, unknown, number]>([
    ['nothing', undefined, 0],
    ['null', null, 0],
    ['no list', {}, 0],
    ['an empty list', { batchItemFailures: [] }, 0],
    ['a null list', { batchItemFailures: null }, 0],
    ['a text', 'failed', 2],
    ['a list that is none', { batchItemFailures: 'all' }, 2],
    ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }, 2],
    ['a null identifier', { batchItemFailures: [{ itemIdentifier: null }] }, 2],
    ['a wrong key', { batchItemFailures: [{ messageId: 'x' }] }, 2],
    ['a stranger’s identifier', { batchItemFailures: [{ itemIdentifier: 'x' }] }, 2],
  ])('understands the answer of %s as AWS does', async (_what, answer, failed) => {
    consumer(() => answer, { mapping: { FunctionResponseTypes: ['ReportBatchItemFailures'] } });
    aws.send('jobs', 'a');
    aws.send('jobs', 'b');
    await kernel.pass(30);
    expect(left()).toBe(failed);
  });

  it('ignores item failures when it was not told to ask for them', async () => {
    consumer(({ Records }) => ({
      batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })),
    }));
    aws.send('jobs', 'a');
    await kernel.pass(30);
    expect(left()).toBe(0);
  });

  it('runs no more batches at a time than its maximum concurrency', async () => {
    let running = 0;
    let most = 0;
    consumer(
      async () => {
        running += 1;
        most = Math.max(most, running);
        await sleep(100);
        running -= 1;
      },
      { mapping: { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } }, code: { Timeout: 10 } },
    );
    for (const body of ['a', 'b', 'c', 'd', 'e']) aws.send('jobs', body);
    await kernel.pass(5);
    expect(most).toBe(2);
    expect(left()).toBe(0);
  });

  it('leaves a throttled batch to the visibility timeout', async () => {
    const { batches } = consumer(() => sleep(5000), {
      mapping: { BatchSize: 1 },
      code: { ReservedConcurrentExecutions: 1, Timeout: 10 },
    });
    aws.send('jobs', 'a');
    aws.send('jobs', 'b');
    await kernel.pass(30);
    expect(batches).toEqual([['a']]);
    await kernel.pass(60);
    expect(batches).toEqual([['a'], ['b']]);
  });

  it('waits for its batching window, unless the batch is full before', async () => {
    const { batches } = consumer(undefined, {
      mapping: { BatchSize: 3, MaximumBatchingWindowInSeconds: 20 },
    });
    aws.send('jobs', 'a');
    await kernel.pass(10);
    aws.send('jobs', 'b');
    await kernel.pass(9);
    expect(batches).toEqual([]);
    await kernel.pass(2);
    expect(batches).toEqual([['a', 'b']]);
    for (const body of ['c', 'd', 'e']) aws.send('jobs', body);
    await kernel.pass(1);
    expect(batches).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e'],
    ]);
  });

  it('can take more messages than one call brings', async () => {
    const { batches } = consumer(undefined, {
      mapping: { BatchSize: 25, MaximumBatchingWindowInSeconds: 1 },
    });
    for (let index = 0; index < 30; index += 1) aws.send('jobs', String(index));
    await kernel.pass(5);
    expect(batches.map(({ length }) => length)).toEqual([25, 5]);
    expect(left()).toBe(0);
  });

  it('does not poll an empty queue', async () => {
    consumer();
    await kernel.pass(3600);
    expect(kernel.entries('call')).toEqual([]);
  });

  it.each(['sqs:GetQueueAttributes', 'sqs:ReceiveMessage'])('takes nothing without %s', async (action) => {
    const { batches } = consumer();
    kernel.refuse((request) => request.principal.kind === 'role' && request.action === action);
    aws.send('jobs', 'a');
    await kernel.pass(30);
    expect(batches).toEqual([]);
    expect(left()).toBe(1);
    expect(kernel.entries('call').at(-1)).toMatchObject({
      outcome: 'AccessDenied',
      detail: expect.stringContaining(action),
    });
  });

  it('gives a message again that the role may not delete', async () => {
    const { batches } = consumer();
    kernel.refuse(({ action }) => action === 'sqs:DeleteMessage');
    aws.send('jobs', 'a');
    await kernel.pass(90);
    expect(batches).toEqual([['a'], ['a']]);
    expect(kernel.asked.find(({ action }) => action === 'sqs:DeleteMessage')?.principal).toEqual({
      kind: 'role',
      arn: roleArn('worker'),
    });
  });

  it('cannot be made where the visibility timeout is shorter than the function’s', () => {
    aws.queue('jobs', { VisibilityTimeout: 30 });
    aws.handler('worker', async () => null, { Timeout: 31 });
    expect(() => connect()).toThrow(
      'Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds',
    );
  });

  it('cannot be made for large batches without a window, for other sources, or for what is not there', () => {
    aws.queue('jobs', { VisibilityTimeout: 30 });
    aws.handler('worker', async () => null);
    expect(() => connect({ BatchSize: 11 })).toThrow('batch window');
    expect(() => connect({ EventSourceArn: 'arn:aws:kinesis:us-east-1:123456789012:stream/s' })).toThrow(
      'EventSourceArn',
    );
    expect(() => connect({ FilterCriteria: {} })).toThrow('"FilterCriteria"');
    expect(() => connect({ EventSourceArn: queueArn('gone') })).toThrow('does not exist');
  });
});
