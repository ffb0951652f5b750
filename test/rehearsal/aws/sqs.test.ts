import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Kms } from '../../../rehearsal/aws/kms.ts';
import { Sqs, type SqsFaults } from '../../../rehearsal/aws/sqs.ts';
import { AwsError } from '../../../rehearsal/kernel.ts';
import {
  account,
  queueArn,
  region,
  roleArn,
  scenario,
  type VirtualKernel,
  virtualKernel,
} from './virtual-kernel.ts';

const url = (name: string): string => `https://sqs.${region}.amazonaws.com/${account}/${name}`;

let kernel: VirtualKernel;
let sqs: Sqs;

const create = (name: string, properties: Record<string, unknown> = {}): void => {
  sqs.createQueue({ region, name, properties });
};
const send = (body: string, more: object = {}): void => {
  sqs.operations.SendMessage({ QueueUrl: url('jobs'), MessageBody: body, ...more }, scenario);
};
const receive = (more: object = {}, name = 'jobs') =>
  sqs.operations.ReceiveMessage({ QueueUrl: url(name), MaxNumberOfMessages: 10, ...more }, scenario)
    .Messages ?? [];
const bodies = (name = 'jobs') => receive({}, name).map(({ Body }) => Body);
const handleOf = (body: string): string => {
  send(body);
  return receive().find(({ Body }) => Body === body)?.ReceiptHandle ?? '';
};
const changeVisibility = (ReceiptHandle: string, VisibilityTimeout: number): object =>
  sqs.operations.ChangeMessageVisibility(
    { QueueUrl: url('jobs'), ReceiptHandle, VisibilityTimeout },
    scenario,
  );
const setUp = (faults: SqsFaults = {}): void => {
  sqs = new Sqs(kernel, new Kms(kernel), faults);
};

beforeEach(() => {
  kernel = virtualKernel();
  setUp();
});

afterEach(() => kernel[Symbol.dispose]());

describe('a queue', () => {
  it('hides a received message for the visibility timeout and then gives it again', async () => {
    create('jobs', { VisibilityTimeout: 60 });
    send('one');
    expect(bodies()).toEqual(['one']);
    await kernel.pass(59.999);
    expect(bodies()).toEqual([]);
    await kernel.pass(0.001);
    expect(bodies()).toEqual(['one']);
  });

  it('keeps a delayed message back, by its own delay or else by the queue’s', async () => {
    create('jobs', { DelaySeconds: 5 });
    send('by the queue');
    send('by itself', { DelaySeconds: 900 });
    expect(bodies()).toEqual([]);
    await kernel.pass(5);
    expect(bodies()).toEqual(['by the queue']);
    await kernel.pass(895);
    expect(bodies()).toContain('by itself');
  });

  it('wakes its consumers when a message can be received, and not before', async () => {
    create('jobs', { VisibilityTimeout: 30 });
    const woken: string[] = [];
    sqs.queue(queueArn('jobs')).onVisible(() => woken.push(kernel.now().toISOString().slice(14, 19)));
    send('at once');
    send('later', { DelaySeconds: 10 });
    const [message] = receive();
    changeVisibility(message?.ReceiptHandle ?? '', 20);
    await kernel.pass(60);
    expect(woken).toEqual(['00:00', '00:10', '00:20']);
  });

  it('sends a message to the dead-letter queue when it was received too often', async () => {
    create('dead');
    create('jobs', {
      VisibilityTimeout: 10,
      RedrivePolicy: { deadLetterTargetArn: queueArn('dead'), maxReceiveCount: 2 },
    });
    send('poison');
    for (const _attempt of [1, 2]) {
      expect(bodies()).toEqual(['poison']);
      await kernel.pass(10);
    }
    expect(bodies()).toEqual([]);
    const [dead] = receive({ MessageSystemAttributeNames: ['All'] }, 'dead');
    expect(dead).toMatchObject({
      Body: 'poison',
      Attributes: {
        ApproximateReceiveCount: '3',
        SentTimestamp: String(Date.parse('2026-03-02T08:00:00Z')),
        DeadLetterQueueSourceArn: queueArn('jobs'),
      },
    });
    expect(kernel.entries('dead-letter')).toMatchObject([
      { queue: 'dead', why: expect.stringContaining('jobs') },
    ]);
  });

  it('loses what is older than its retention period, and the trace says so', async () => {
    create('jobs', { MessageRetentionPeriod: 60 });
    send('forgotten');
    await kernel.pass(60);
    expect(sqs.queue(queueArn('jobs')).depth()).toMatchObject({ visible: 1, oldestAge: 60 });
    await kernel.pass(0.001);
    expect(bodies()).toEqual([]);
    expect(kernel.entries('dead-letter')).toMatchObject([{ queue: 'none' }]);
  });

  it('counts what is visible, in flight and delayed', () => {
    create('jobs');
    send('taken');
    receive();
    send('waiting');
    send('delayed', { DelaySeconds: 60 });
    const { Attributes } = sqs.operations.GetQueueAttributes(
      { QueueUrl: url('jobs'), AttributeNames: ['All'] },
      scenario,
    );
    expect(Attributes).toMatchObject({
      QueueArn: queueArn('jobs'),
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
      VisibilityTimeout: '30',
    });
  });

  it('names a property that is not simulated', () => {
    expect(() => create('jobs', { FifoQueue: true })).toThrow(/AWS::SQS::Queue 'jobs'[\s\S]*"FifoQueue"/);
  });
});

describe('a receipt', () => {
  beforeEach(() => create('jobs', { VisibilityTimeout: 60 }));

  const remove = (ReceiptHandle: string): object =>
    sqs.operations.DeleteMessage({ QueueUrl: url('jobs'), ReceiptHandle }, scenario);

  it('deletes its message, and does so again without complaint', async () => {
    const handle = handleOf('done');
    remove(handle);
    remove(handle);
    await kernel.pass(61);
    expect(bodies()).toEqual([]);
  });

  it('deletes even when the visibility timeout is over, but not once another consumer holds the message', async () => {
    const late = handleOf('slow');
    await kernel.pass(61);
    const [again] = receive();
    remove(late);
    await kernel.pass(61);
    expect(bodies()).toEqual(['slow']);
    remove(again?.ReceiptHandle ?? '');
    await kernel.pass(61);
    expect(bodies()).toEqual(['slow']);
  });

  it('lets go of its message at once', () => {
    changeVisibility(handleOf('retry'), 0);
    expect(bodies()).toEqual(['retry']);
  });

  it('cannot hold a message for more than twelve hours after it was received', async () => {
    const handle = handleOf('held');
    changeVisibility(handle, 43_200);
    await kernel.pass(1);
    expect(() => changeVisibility(handle, 43_200)).toThrow('beyond the limit [43200 seconds]');
    changeVisibility(handle, 43_199);
    expect(() => changeVisibility(handle, 43_201)).toThrow('between 0 and 43200');
  });

  it('cannot change what is no longer in flight, or gone', async () => {
    const handle = handleOf('expired');
    await kernel.pass(60);
    expect(() => changeVisibility(handle, 10)).toThrow(
      expect.objectContaining({ code: 'AWS.SimpleQueueService.MessageNotInflight' }),
    );
    const gone = handleOf('gone');
    remove(gone);
    expect(() => changeVisibility(gone, 10)).toThrow('Message does not exist');
    expect(() => remove('made up')).toThrow(expect.objectContaining({ code: 'ReceiptHandleIsInvalid' }));
  });
});

describe('a message', () => {
  beforeEach(() => create('jobs', { MaximumMessageSize: 1024 }));

  it.each([
    ['an empty body', '', {}, 'MissingParameter'],
    ['a body that is too long', 'ü'.repeat(513), {}, 'InvalidParameterValue'],
    ['a control character', 'bell \u0007', {}, 'InvalidMessageContents'],
    ['too long a delay', 'late', { DelaySeconds: 901 }, 'InvalidParameterValue'],
    [
      'an attribute without a value',
      'x',
      { MessageAttributes: { a: { DataType: 'String' } } },
      'InvalidParameterValue',
    ],
    [
      'an attribute of an unknown type',
      'x',
      { MessageAttributes: { a: { DataType: 'Date', StringValue: '1' } } },
      'InvalidParameterValue',
    ],
    [
      'a reserved attribute name',
      'x',
      { MessageAttributes: { 'AWS.a': { DataType: 'String', StringValue: '1' } } },
      'InvalidParameterValue',
    ],
  ])('is refused with %s', (_what, body, more, code) => {
    expect(() => send(body, more)).toThrow(expect.objectContaining({ code }));
  });

  it('counts its attributes into its size', () => {
    const attribute = (size: number) => ({
      MessageAttributes: { a: { DataType: 'String', StringValue: 'x'.repeat(size) } },
    });
    send('x'.repeat(1000), attribute(17));
    expect(() => send('x'.repeat(1000), attribute(18))).toThrow('shorter than 1024 bytes');
  });

  it('is received with the attributes that were asked for', () => {
    const MessageAttributes = {
      severity: { DataType: 'String', StringValue: 'critical' },
      'trace.id': { DataType: 'Number', StringValue: '7' },
    };
    send('alert', { MessageAttributes, DelaySeconds: 0 });
    const [plain] = receive({ VisibilityTimeout: 0 });
    expect(plain).not.toHaveProperty('Attributes');
    expect(plain).not.toHaveProperty('MessageAttributes');
    const [full] = receive({
      MessageAttributeNames: ['trace.*'],
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    });
    expect(full?.MessageAttributes).toEqual({ 'trace.id': MessageAttributes['trace.id'] });
    expect(full?.Attributes).toEqual({ ApproximateReceiveCount: '2' });
  });
});

describe('a batch', () => {
  beforeEach(() => create('jobs', { MaximumMessageSize: 1024 }));

  const sendBatch = (...Entries: { Id: string; MessageBody: string; DelaySeconds?: number }[]) =>
    sqs.operations.SendMessageBatch({ QueueUrl: url('jobs'), Entries }, scenario);
  const entries = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ Id: String(index), MessageBody: 'x' }));

  it('fails entry by entry', () => {
    const { Successful, Failed } = sendBatch(
      { Id: 'good', MessageBody: 'kept' },
      { Id: 'long', MessageBody: 'x'.repeat(1025) },
      { Id: 'late', MessageBody: 'x', DelaySeconds: -1 },
    );
    expect(Successful).toMatchObject([{ Id: 'good' }]);
    expect(Failed).toMatchObject([
      { Id: 'long', Code: 'InvalidParameterValue', SenderFault: true },
      { Id: 'late', Code: 'InvalidParameterValue', SenderFault: true },
    ]);
    expect(bodies()).toEqual(['kept']);
  });

  it.each([
    ['nothing', [], 'EmptyBatchRequest'],
    ['eleven entries', entries(11), 'TooManyEntriesInBatchRequest'],
    ['one id twice', [...entries(1), ...entries(1)], 'BatchEntryIdsNotDistinct'],
    ['a malformed id', [{ Id: 'a b', MessageBody: 'x' }], 'InvalidBatchEntryId'],
    ['more than 1 MiB', [{ Id: 'a', MessageBody: 'x'.repeat(1_048_577) }], 'BatchRequestTooLong'],
  ])('is refused as a whole with %s', (_what, batch, code) => {
    expect(() => sendBatch(...batch)).toThrow(
      expect.objectContaining({ code: `AWS.SimpleQueueService.${code}` }),
    );
    expect(bodies()).toEqual([]);
  });

  it('can be made to fail in part', () => {
    setUp({
      entryFails: (operation, _queue, id) =>
        operation === 'SendMessageBatch' && id === '1'
          ? new AwsError('InternalError', 'ill', 500)
          : undefined,
    });
    create('jobs');
    const { Successful, Failed } = sendBatch(...entries(3));
    expect(Successful?.map(({ Id }) => Id)).toEqual(['0', '2']);
    expect(Failed).toEqual([{ Id: '1', Code: 'InternalError', Message: 'ill', SenderFault: false }]);
  });
});

describe('permissions', () => {
  const role = { kind: 'role', arn: roleArn('worker') } as const;
  const events = {
    kind: 'service',
    name: 'events.amazonaws.com',
    sourceArn: 'arn:aws:events:rule/r',
  } as const;

  it('asks for the action on the queue; a batch needs that of the single action', () => {
    create('jobs');
    sqs.operations.DeleteMessageBatch(
      { QueueUrl: url('jobs'), Entries: [{ Id: 'a', ReceiptHandle: handleOf('x') }] },
      { principal: role, region },
    );
    expect(kernel.asked.at(-1)).toEqual({
      principal: role,
      action: 'sqs:DeleteMessage',
      resource: queueArn('jobs'),
    });
  });

  it('asks for the key of an encrypted queue: more to send than to receive', () => {
    const kms = new Kms(kernel);
    sqs = new Sqs(kernel, kms);
    const key = `arn:aws:kms:${region}:${account}:key/1`;
    kms.createKey(key);
    kms.createAlias('alias/ops', key);
    create('jobs', { KmsMasterKeyId: 'alias/ops' });
    sqs.deliver(queueArn('jobs'), { body: 'x' }, 'events.amazonaws.com', events);
    sqs.operations.ReceiveMessage({ QueueUrl: url('jobs') }, { principal: role, region });
    expect(kernel.asked.map(({ action, resource }) => [action, resource])).toEqual([
      ['sqs:SendMessage', queueArn('jobs')],
      ['kms:GenerateDataKey', key],
      ['kms:Decrypt', key],
      ['sqs:ReceiveMessage', queueArn('jobs')],
      ['kms:Decrypt', key],
    ]);
    // EventBridge does not tell KMS which rule it acts for.
    expect(kernel.asked[1]?.principal).toEqual({ kind: 'service', name: 'events.amazonaws.com' });
    kernel.refuse(({ action }) => action === 'kms:Decrypt');
    expect(() =>
      sqs.operations.ReceiveMessage({ QueueUrl: url('jobs') }, { principal: role, region }),
    ).toThrow(expect.objectContaining({ code: 'KMS.AccessDeniedException' }));
  });

  it('lets no service use the AWS managed key', () => {
    create('jobs', { KmsMasterKeyId: 'alias/aws/sqs' });
    sqs.operations.SendMessage({ QueueUrl: url('jobs'), MessageBody: 'x' }, { principal: role, region });
    expect(() => sqs.deliver(queueArn('jobs'), { body: 'x' }, 'events.amazonaws.com', events)).toThrow(
      expect.objectContaining({ code: 'KMS.AccessDeniedException' }),
    );
    expect(kernel.entries('call')).toMatchObject([
      {
        caller: 'events.amazonaws.com',
        service: 'sqs',
        operation: 'SendMessage',
        outcome: 'KMS.AccessDeniedException',
      },
    ]);
  });
});
