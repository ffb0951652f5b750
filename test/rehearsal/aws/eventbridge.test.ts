import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventBridgeFaults } from '../../../rehearsal/aws/eventbridge.ts';
import { AwsError } from '../../../rehearsal/kernel.ts';
import { type Services, services } from './services.ts';
import { clientOf } from './stand.ts';
import {
  account,
  functionArn,
  queueArn,
  region,
  roleArn,
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

const busArn = (name: string, where = region): string =>
  `arn:aws:events:${where}:${account}:event-bus/${name}`;
const rule = (
  name: string,
  Targets: object[],
  properties: Record<string, unknown> = {},
  where = region,
): void =>
  aws.eventBridge.createRule({
    region: where,
    name,
    properties: { EventPattern: { source: ['aws.ecr'] }, Targets, ...properties },
  });
const toQueue = { Id: 'q', Arn: queueArn('inbox') };
const emit = (more = {}): void =>
  aws.eventBridge.emit({
    region,
    source: 'aws.ecr',
    detailType: 'ECR Image Scan',
    resources: ['arn:aws:ecr:repository'],
    detail: { 'scan-status': 'COMPLETE' },
    ...more,
  });
const entry = (more = {}) => ({ Source: 'aeon-ops.test', DetailType: 'Tested', Detail: '{"id":1}', ...more });
const put = (...Entries: object[]) => aws.eventBridge.operations.PutEvents({ Entries }, scenario);
const inbox = (name = 'inbox'): unknown[] => aws.messages(name).map(({ Body }) => JSON.parse(Body ?? ''));
const withFaults = (faults: EventBridgeFaults): void => {
  aws = services(kernel, faults);
  aws.queue('inbox');
  rule('scans', [toQueue]);
};

describe('an event of an AWS service', () => {
  it('reaches the targets of the rules that match, in AWS’s envelope', async () => {
    aws.queue('inbox');
    rule('scans', [toQueue]);
    rule('others', [toQueue], { EventPattern: { source: ['aws.rds'] } });
    rule('off', [toQueue], { State: 'DISABLED' });
    emit();
    await kernel.pass(1);
    expect(inbox()).toEqual([
      {
        version: '0',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        'detail-type': 'ECR Image Scan',
        source: 'aws.ecr',
        account,
        time: '2026-03-02T08:00:00Z',
        region,
        resources: ['arn:aws:ecr:repository'],
        detail: { 'scan-status': 'COMPLETE' },
      },
    ]);
    expect(kernel.entries('event')).toEqual([
      {
        kind: 'event',
        region,
        bus: 'default',
        source: 'aws.ecr',
        detailType: 'ECR Image Scan',
        subject: 'arn:aws:ecr:repository',
        rules: ['scans'],
      },
    ]);
    expect(aws.eventBridge.counters).toEqual({ published: 1, matched: 1, dropped: 0 });
  });

  it('stays in its Region', async () => {
    aws.queue('inbox');
    rule('scans', [toQueue]);
    emit({ region: 'us-west-2' });
    await kernel.pass(1);
    expect(inbox()).toEqual([]);
    expect(kernel.entries('event')).toMatchObject([{ region: 'us-west-2', rules: [] }]);
  });

  it('invokes functions and notifies topics, each asked on behalf of the rule', async () => {
    const events: unknown[] = [];
    aws.handler('judge', async (event) => void events.push(event));
    aws.sns.createTopic({
      region,
      name: 'alerts',
      properties: { Subscription: [{ Protocol: 'email', Endpoint: 'a@example.com' }] },
    });
    rule('scans', [{ Arn: functionArn('judge') }, { Arn: topicArn('alerts') }]);
    emit();
    await kernel.pass(1);
    expect(events).toMatchObject([{ source: 'aws.ecr' }]);
    expect(kernel.entries('message')).toMatchObject([{ text: expect.stringContaining('"aws.ecr"') }]);
    const principal = {
      kind: 'service',
      name: 'events.amazonaws.com',
      sourceArn: `arn:aws:events:${region}:${account}:rule/scans`,
    };
    expect(kernel.asked).toEqual([
      { principal, action: 'lambda:InvokeFunction', resource: functionArn('judge') },
      { principal, action: 'sns:Publish', resource: topicArn('alerts') },
    ]);
  });
});

describe('PutEvents', () => {
  it('puts events on the bus it names, by name or ARN', async () => {
    aws.eventBridge.createBus(region, 'ops');
    aws.queue('inbox');
    rule('ops-rule', [toQueue], { EventBusName: 'ops', EventPattern: { source: ['aeon-ops.test'] } });
    const answer = put(
      entry({ EventBusName: 'ops', Time: new Date('2026-03-01T00:00:00.9Z'), Resources: ['arn:x'] }),
      entry({ EventBusName: busArn('ops') }),
    );
    await kernel.pass(1);
    expect(answer).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }, {}] });
    expect(inbox()).toMatchObject([
      { source: 'aeon-ops.test', time: '2026-03-01T00:00:00Z', resources: ['arn:x'], detail: { id: 1 } },
      { resources: [] },
    ]);
    expect(kernel.entries('event')).toMatchObject([{ bus: 'ops' }, { bus: 'ops' }]);
  });

  it('fails entry by entry', () => {
    const answer = put(
      entry(),
      entry({ Source: undefined }),
      entry({ DetailType: '' }),
      entry({ Detail: '[1]' }),
      entry({ Detail: '{' }),
      entry({ Source: 'aws.ecr' }),
    );
    expect(answer).toEqual({
      FailedEntryCount: 5,
      Entries: [
        { EventId: expect.any(String) },
        { ErrorCode: 'InvalidArgument', ErrorMessage: expect.stringContaining('Source') },
        { ErrorCode: 'InvalidArgument', ErrorMessage: expect.stringContaining('DetailType') },
        { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
        { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
        { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' },
      ],
    });
  });

  it('accepts an event for a bus that does not exist, and drops it', async () => {
    const answer = put(entry({ EventBusName: 'opps' }));
    await kernel.pass(1);
    expect(answer).toMatchObject({ FailedEntryCount: 0 });
    expect(aws.eventBridge.counters).toEqual({ published: 0, matched: 0, dropped: 1 });
    expect(kernel.entries('dead-letter')).toMatchObject([
      { queue: 'none', why: expect.stringContaining('bus opps') },
    ]);
  });

  it.each([
    ['no entries', []],
    ['eleven entries', Array.from({ length: 11 }, () => entry())],
    ['more than 1 MB', [entry({ Detail: JSON.stringify({ text: 'x'.repeat(1_048_576) }) })]],
  ])('refuses a call of %s', (_what, entries) => {
    expect(() => put(...entries)).toThrow(expect.objectContaining({ code: 'ValidationException' }));
  });

  it('asks for the bus with source and detail-type; one refusal refuses all', () => {
    aws.eventBridge.createBus(region, 'ops');
    kernel.refuse(({ context }) => context?.['events:source'] === 'somebody.else');
    const call = { principal: { kind: 'role', arn: roleArn('judge') }, region } as const;
    const Entries = [entry({ EventBusName: 'ops' }), entry({ Source: 'somebody.else' })];
    expect(() => aws.eventBridge.operations.PutEvents({ Entries }, call)).toThrow(
      expect.objectContaining({ code: 'AccessDeniedException' }),
    );
    expect(kernel.asked[0]).toEqual({
      principal: call.principal,
      action: 'events:PutEvents',
      resource: busArn('ops'),
      context: { 'events:source': 'aeon-ops.test', 'events:detail-type': 'Tested' },
    });
    expect(aws.eventBridge.counters.published).toBe(0);
  });

  it('can be made to fail in part', () => {
    aws = services(kernel, {
      entryFails: ({ DetailType }) =>
        DetailType === 'Ill' ? new AwsError('InternalFailure', 'try again', 500) : undefined,
    });
    expect(put(entry(), entry({ DetailType: 'Ill' }))).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ EventId: expect.any(String) }, { ErrorCode: 'InternalFailure' }],
    });
  });

  it('answers the SDK’s client', async () => {
    kernel[Symbol.dispose]();
    const client = clientOf(EventBridgeClient, aws.eventBridge);
    await expect(client.send(new PutEventsCommand({ Entries: [entry()] }))).resolves.toMatchObject({
      FailedEntryCount: 0,
    });
  });
});

describe('a target that cannot be reached', () => {
  const withDlq = { ...toQueue, DeadLetterConfig: { Arn: queueArn('dead') } };

  it('without permission: the event goes to the dead-letter queue at once, with the reasons', async () => {
    aws.queue('inbox');
    aws.queue('dead');
    rule('scans', [withDlq]);
    kernel.refuse(
      ({ resource, principal }) => resource === queueArn('inbox') && principal.kind === 'service',
    );
    emit();
    await kernel.pass(1);
    const [dead] = aws.messages('dead');
    expect(JSON.parse(dead?.Body ?? '')).toMatchObject({ source: 'aws.ecr' });
    expect(dead?.MessageAttributes).toEqual({
      RULE_ARN: { DataType: 'String', StringValue: `arn:aws:events:${region}:${account}:rule/scans` },
      TARGET_ARN: { DataType: 'String', StringValue: queueArn('inbox') },
      ERROR_CODE: { DataType: 'String', StringValue: 'NO_PERMISSIONS' },
      ERROR_MESSAGE: { DataType: 'String', StringValue: expect.stringContaining('sqs:SendMessage') },
      RETRY_ATTEMPTS: { DataType: 'Number', StringValue: '0' },
    });
    expect(kernel.entries('dead-letter')).toMatchObject([{ queue: 'dead' }]);
    expect(aws.total('AWS/Events', 'InvocationsSentToDlq', { RuleName: 'scans' })).toBe(1);
    expect(aws.eventBridge.counters.dropped).toBe(0);
  });

  it('that does not exist: likewise', async () => {
    aws.queue('dead');
    rule('scans', [withDlq]);
    emit();
    await kernel.pass(1);
    expect(aws.messages('dead')[0]?.MessageAttributes?.ERROR_CODE?.StringValue).toBe('NO_RESOURCE');
  });

  it.each([
    ['there is no dead-letter queue', toQueue],
    ['the dead-letter queue does not take it', withDlq],
  ])('and the event is lost when %s', async (_when, target) => {
    aws.queue('inbox');
    aws.queue('dead');
    rule('scans', [target]);
    kernel.refuse(({ action, principal }) => action === 'sqs:SendMessage' && principal.kind === 'service');
    emit();
    await kernel.pass(1);
    expect(kernel.entries('dead-letter')).toMatchObject([
      { queue: 'none', why: expect.stringContaining('scans') },
    ]);
    expect(aws.eventBridge.counters.dropped).toBe(1);
  });

  it('for a while: the event comes late', async () => {
    withFaults({
      targetFails: () =>
        kernel.now() < new Date('2026-03-02T08:10:00Z')
          ? new AwsError('Throttling', 'slow down', 429)
          : undefined,
    });
    emit();
    await kernel.pass(600);
    expect(inbox()).toEqual([]);
    await kernel.pass(600);
    expect(inbox()).toHaveLength(1);
  });

  it.each([
    ['MaximumRetryAttempts', { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 86_400 }],
    ['MaximumEventAgeInSeconds', { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 60 }],
  ])('for too long: %s ends it', async (limit, RetryPolicy) => {
    aws = services(kernel, { targetFails: () => new AwsError('InternalError', 'ill', 500) });
    aws.queue('dead');
    rule('scans', [{ ...withDlq, RetryPolicy }]);
    emit();
    await kernel.pass(600);
    expect(aws.messages('dead')[0]?.MessageAttributes).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: { StringValue: limit },
      ERROR_CODE: { StringValue: 'ERROR_FROM_TARGET' },
      ...(limit === 'MaximumRetryAttempts' ? { RETRY_ATTEMPTS: { StringValue: '2' } } : {}),
    });
  });
});

describe('a bus as a target', () => {
  const forward = (from: string, to: string, properties = {}): void =>
    rule(
      `to-${to}`,
      [
        {
          Arn: busArn('ops', to),
          RoleArn: roleArn('forwarder'),
          DeadLetterConfig: { Arn: queueArn('dead', from) },
        },
      ],
      properties,
      from,
    );

  beforeEach(() => {
    for (const where of ['us-east-1', 'us-west-2', 'eu-west-1']) {
      aws.eventBridge.createBus(where, 'ops');
      aws.sqs.createQueue({ region: where, name: 'dead', properties: {} });
    }
  });

  it('takes events to another Region, as the target’s role', async () => {
    forward('us-east-1', 'us-west-2');
    emit();
    await kernel.pass(1);
    expect(kernel.entries('event')).toMatchObject([
      { region: 'us-east-1', bus: 'default', rules: ['to-us-west-2'] },
      { region: 'us-west-2', bus: 'ops', rules: [] },
    ]);
    expect(kernel.asked).toMatchObject([
      {
        principal: { kind: 'role', arn: roleArn('forwarder') },
        action: 'events:PutEvents',
        resource: busArn('ops', 'us-west-2'),
      },
    ]);
  });

  it('takes them no further', async () => {
    forward('us-east-1', 'us-west-2');
    forward('us-west-2', 'eu-west-1', { EventBusName: 'ops' });
    emit();
    await kernel.pass(1);
    expect(kernel.entries('event')).toHaveLength(2);
    expect(kernel.entries('dead-letter')).toMatchObject([
      { region: 'us-west-2', queue: 'dead', why: expect.stringContaining('THIRD_REGION_HOP_DETECTED') },
    ]);
  });

  it('takes nothing when the role may not, or there is no role', async () => {
    kernel.refuse(({ action }) => action === 'events:PutEvents');
    forward('us-east-1', 'us-west-2');
    rule('no-role', [{ Arn: busArn('ops', 'eu-west-1') }]);
    emit();
    await kernel.pass(1);
    expect(kernel.entries('event')).toHaveLength(1);
    expect(kernel.entries('dead-letter')).toMatchObject([
      { queue: 'dead', why: expect.stringContaining('AccessDenied') },
      { queue: 'none', why: expect.stringContaining('RoleArn') },
    ]);
  });
});

describe('a fault', () => {
  it('loses an event', async () => {
    withFaults({ disturb: () => ({ drop: true }) });
    emit();
    await kernel.pass(1);
    expect(inbox()).toEqual([]);
    expect(kernel.entries('fault')).toMatchObject([{ what: expect.stringContaining('lost aws.ecr') }]);
    expect(aws.eventBridge.counters).toEqual({ published: 1, matched: 0, dropped: 1 });
  });

  it('delivers an event twice, the second time late', async () => {
    withFaults({ disturb: () => ({ copies: 2, delayMs: [0, 5000] }) });
    emit();
    await kernel.pass(1);
    expect(inbox()).toHaveLength(1);
    await kernel.pass(5);
    expect(new Set(inbox().map((event) => (event as { id: string }).id)).size).toBe(1);
    expect(inbox()).toHaveLength(2);
  });

  it('lets events overtake each other', async () => {
    withFaults({ disturb: ({ detail }) => ({ delayMs: [detail.first ? 1000 : 0] }) });
    emit({ detail: { first: true } });
    emit({ detail: { first: false } });
    await kernel.pass(2);
    expect(inbox()).toMatchObject([{ detail: { first: false } }, { detail: { first: true } }]);
  });
});

it('names what is not simulated', () => {
  expect(() => rule('timer', [], { ScheduleExpression: 'rate(1 hour)' })).toThrow(
    /'timer'[\s\S]*"ScheduleExpression"/,
  );
  expect(() => rule('shaped', [{ ...toQueue, InputTransformer: {} }])).toThrow('"InputTransformer"');
  expect(() => rule('machine', [{ Arn: `arn:aws:states:${region}:${account}:stateMachine:m` }])).toThrow(
    'targets are',
  );
  expect(() => rule('lost', [], { EventBusName: 'nowhere' })).toThrow('Event bus nowhere does not exist');
  expect(() => rule('odd', [], { EventPattern: { source: [{ regex: '.*' }] } })).toThrow(AwsError);
});
