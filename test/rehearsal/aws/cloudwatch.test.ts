import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Services, services } from './services.ts';
import {
  account,
  functionArn,
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
  aws.cloudWatch.start();
});

afterEach(() => kernel[Symbol.dispose]());

const latency = { region, namespace: 'Platform', name: 'Latency', dimensions: { Service: 'api' } };
const alarm = (properties: Record<string, unknown> = {}, name = 'slow'): void =>
  aws.cloudWatch.createAlarm({
    region,
    name,
    properties: {
      Namespace: 'Platform',
      MetricName: 'Latency',
      Dimensions: [{ Name: 'Service', Value: 'api' }],
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 100,
      ComparisonOperator: 'GreaterThanThreshold',
      ...properties,
    },
  });
/** Reports one value a minute; undefined reports nothing. */
const report = async (...values: (number | undefined)[]): Promise<void> => {
  for (const value of values) {
    if (value !== undefined) aws.cloudWatch.putMetric(latency, value);
    await kernel.pass(60);
  }
};
const states = (): string[] => kernel.entries('alarm').map(({ from, to }) => `${from} -> ${to}`);
const state = (name = 'slow') => aws.cloudWatch.alarmState(region, name);

describe('an alarm', () => {
  it('goes into ALARM and back with its metric, and says why as CloudWatch does', async () => {
    alarm();
    await report(50, 150.5, 150.5, 20);
    expect(kernel.entries('alarm')).toEqual([
      {
        kind: 'alarm',
        region,
        name: 'slow',
        from: 'INSUFFICIENT_DATA',
        to: 'OK',
        reason:
          'Threshold Crossed: 1 out of the last 1 datapoints [50.0 (02/03/26 08:00:00)] was not greater than the threshold (100.0) (minimum 1 datapoint for ALARM -> OK transition).',
      },
      expect.objectContaining({
        from: 'OK',
        to: 'ALARM',
        reason:
          'Threshold Crossed: 1 out of the last 1 datapoints [150.5 (02/03/26 08:01:00)] was greater than the threshold (100.0) (minimum 1 datapoint for OK -> ALARM transition).',
      }),
      expect.objectContaining({ from: 'ALARM', to: 'OK' }),
    ]);
  });

  it('needs as many breaching datapoints as DatapointsToAlarm says', async () => {
    alarm({ EvaluationPeriods: 3, DatapointsToAlarm: 2 });
    await report(50, 50, 50, 150, 50);
    expect(state()).toBe('OK');
    await report(150);
    expect(state()).toBe('ALARM');
    expect(kernel.entries('alarm').at(-1)?.reason).toMatch(
      /^Threshold Crossed: 2 out of the last 3 datapoints \[150\.0 \(02\/03\/26 08:05:00\), 150\.0 \(02\/03\/26 08:03:00\)\] were greater/,
    );
  });

  it.each([
    ['Average', [90, 130], 110],
    ['Sum', [60, 60], 120],
    ['Maximum', [10, 110], 110],
    ['Minimum', [101, 200], 101],
  ])('takes the %s of a period', async (Statistic, values, expected) => {
    alarm({ Statistic });
    for (const value of values) aws.cloudWatch.putMetric(latency, value);
    await kernel.pass(60);
    expect(state()).toBe('ALARM');
    expect(kernel.entries('alarm')[0]?.reason).toContain(`[${expected}.0 (`);
  });

  it.each([
    ['GreaterThanThreshold', 'OK', 'ALARM'],
    ['GreaterThanOrEqualToThreshold', 'ALARM', 'ALARM'],
    ['LessThanThreshold', 'OK', 'OK'],
    ['LessThanOrEqualToThreshold', 'ALARM', 'OK'],
  ])('compares by %s', async (ComparisonOperator, atThreshold, above) => {
    alarm({ ComparisonOperator });
    await report(100);
    expect(state()).toBe(atThreshold);
    await report(101);
    expect(state()).toBe(above);
  });

  it('looks at whole periods that slide by the minute', async () => {
    alarm({ Period: 300, Statistic: 'Sum' });
    await report(60, 0, 60);
    expect(state()).toBe('ALARM');
    await report(0, 0, 0);
    expect(state()).toBe('OK');
  });

  /** X breaches, 0 does not, - is missing; oldest first, three periods of three must breach. */
  it.each([
    ['0-X-X', 'OK', 'OK', 'OK', 'OK'],
    ['0----', 'OK', 'OK', 'OK', 'OK'],
    ['-----', 'INSUFFICIENT_DATA', 'kept', 'ALARM', 'OK'],
    ['0XX-X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['--X--', 'ALARM', 'kept', 'ALARM', 'OK'],
  ])(
    'with the datapoints %s is %s, %s, %s or %s as it treats missing data',
    async (points, missing, ignore, breaching, notBreaching) => {
      const treatments = { missing, ignore, breaching, notBreaching };
      for (const TreatMissingData of Object.keys(treatments)) {
        alarm({ EvaluationPeriods: 3, TreatMissingData }, TreatMissingData);
      }
      await report(50, 50, 50, 50, 50, 50);
      const value = { X: 150, '0': 50 } as Record<string, number>;
      await report(...[...points].map((point) => value[point]));
      for (const [treatment, expected] of Object.entries(treatments)) {
        const kept = expected === 'kept' ? 'OK' : expected;
        expect([treatment, state(treatment)]).toEqual([treatment, kept]);
      }
    },
  );

  it('says how missing data was treated', async () => {
    alarm({ TreatMissingData: 'notBreaching' });
    alarm({ EvaluationPeriods: 2, TreatMissingData: 'breaching' }, 'silent');
    await report(undefined);
    expect(kernel.entries('alarm').map(({ reason }) => reason)).toEqual([
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
      'Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].',
    ]);
  });

  it('is put into a state by the scenario, and keeps it when nothing says otherwise', async () => {
    alarm({ TreatMissingData: 'ignore' });
    aws.cloudWatch.setAlarmState(region, 'slow', 'ALARM', 'the database is down');
    await report(undefined, undefined);
    expect(states()).toEqual(['INSUFFICIENT_DATA -> ALARM']);
    await report(50);
    expect(states()).toEqual(['INSUFFICIENT_DATA -> ALARM', 'ALARM -> OK']);
    expect(() => aws.cloudWatch.setAlarmState(region, 'none', 'OK', 'x')).toThrow("no alarm 'none'");
  });
});

describe('a change of state', () => {
  it('is an event on the default bus, in CloudWatch’s form', async () => {
    const events: unknown[] = [];
    aws.handler('router', async (event) => void events.push(event));
    aws.eventBridge.createRule({
      region,
      name: 'alarms',
      properties: {
        EventPattern: { source: ['aws.cloudwatch'], detail: { state: { value: ['ALARM'] } } },
        Targets: [{ Arn: functionArn('router') }],
      },
    });
    alarm({ AlarmDescription: 'The API is slow.' });
    await report(50, 150);
    await kernel.pass(1);
    const metricStat = {
      metric: { dimensions: { Service: 'api' }, name: 'Latency', namespace: 'Platform' },
      period: 60,
      stat: 'Maximum',
    };
    expect(events).toEqual([
      {
        version: '0',
        id: expect.any(String),
        'detail-type': 'CloudWatch Alarm State Change',
        source: 'aws.cloudwatch',
        account,
        time: '2026-03-02T08:02:00Z',
        region,
        resources: [`arn:aws:cloudwatch:${region}:${account}:alarm:slow`],
        detail: {
          alarmName: 'slow',
          configuration: {
            description: 'The API is slow.',
            metrics: [{ id: expect.any(String), metricStat, returnData: true }],
          },
          previousState: {
            value: 'OK',
            reason: expect.any(String),
            reasonData: expect.any(String),
            timestamp: '2026-03-02T08:01:00.000+0000',
          },
          state: {
            value: 'ALARM',
            reason: expect.stringMatching(/^Threshold Crossed: 1 out of/),
            reasonData: expect.any(String),
            timestamp: '2026-03-02T08:02:00.000+0000',
          },
        },
      },
    ]);
    const { detail } = events[0] as { detail: { state: { reasonData: string } } };
    expect(JSON.parse(detail.state.reasonData)).toEqual({
      version: '1.0',
      queryDate: '2026-03-02T08:02:00.000+0000',
      startDate: '2026-03-02T08:01:00.000+0000',
      statistic: 'Maximum',
      period: 60,
      recentDatapoints: [150],
      threshold: 100,
      evaluatedDatapoints: [{ timestamp: '2026-03-02T08:01:00.000+0000', sampleCount: 1, value: 150 }],
    });
  });

  const createTopic = (): void =>
    aws.sns.createTopic({
      region,
      name: 'alarms',
      properties: { Subscription: [{ Protocol: 'sqs', Endpoint: queueArn('inbox') }] },
    });

  it('is published to the topics of the new state', async () => {
    aws.queue('inbox');
    createTopic();
    alarm({ AlarmActions: [topicArn('alarms')] });
    await report(150, 50);
    const notifications = aws.messages('inbox').map(({ Body }) => JSON.parse(Body ?? ''));
    expect(notifications).toHaveLength(1);
    expect(notifications[0].Subject).toBe('ALARM: "slow" in US East (N. Virginia)');
    expect(JSON.parse(notifications[0].Message)).toMatchObject({
      AlarmName: 'slow',
      AWSAccountId: account,
      NewStateValue: 'ALARM',
      OldStateValue: 'INSUFFICIENT_DATA',
      StateChangeTime: '2026-03-02T08:01:00.000+0000',
      Region: 'US East (N. Virginia)',
      AlarmArn: `arn:aws:cloudwatch:${region}:${account}:alarm:slow`,
      Trigger: {
        MetricName: 'Latency',
        Namespace: 'Platform',
        Statistic: 'MAXIMUM',
        Dimensions: [{ name: 'Service', value: 'api' }],
        Threshold: 100,
      },
    });
    expect(kernel.asked[0]).toEqual({
      principal: {
        kind: 'service',
        name: 'cloudwatch.amazonaws.com',
        sourceArn: `arn:aws:cloudwatch:${region}:${account}:alarm:slow`,
      },
      action: 'sns:Publish',
      resource: topicArn('alarms'),
    });
  });

  it('invokes functions directly, without an envelope', async () => {
    const events: unknown[] = [];
    aws.handler('direct', async (event) => void events.push(event));
    alarm({ OKActions: [functionArn('direct')] });
    await report(50);
    await kernel.pass(1);
    expect(events).toMatchObject([
      {
        source: 'aws.cloudwatch',
        alarmArn: `arn:aws:cloudwatch:${region}:${account}:alarm:slow`,
        accountId: account,
        time: '2026-03-02T08:01:00.000+0000',
        alarmData: {
          alarmName: 'slow',
          state: { value: 'OK' },
          previousState: { value: 'INSUFFICIENT_DATA' },
        },
      },
    ]);
    expect(events[0]).not.toHaveProperty('detail');
    expect(kernel.asked[0]?.principal).toMatchObject({ name: 'lambda.alarms.cloudwatch.amazonaws.com' });
  });

  it('that may not be told is in the trace', async () => {
    createTopic();
    alarm({ AlarmActions: [topicArn('alarms')] });
    kernel.refuse(({ action }) => action === 'sns:Publish');
    await report(150);
    expect(kernel.entries('dead-letter')).toMatchObject([
      { queue: 'none', why: expect.stringMatching(/alarm slow could not tell .*sns:Publish/) },
    ]);
  });

  it('does nothing while actions are disabled, but is still an event', async () => {
    createTopic();
    alarm({ AlarmActions: [topicArn('alarms')], ActionsEnabled: false });
    await report(150);
    await kernel.pass(1);
    expect(kernel.asked).toEqual([]);
    expect(kernel.entries('event')).toHaveLength(1);
  });
});

describe('the metrics of services', () => {
  const watch = (Namespace: string, MetricName: string, Dimensions: object[], more = {}): void =>
    alarm({
      Namespace,
      MetricName,
      Dimensions,
      Threshold: 0,
      TreatMissingData: 'notBreaching',
      ...more,
    });

  it('show what waits in a queue, and for how long', async () => {
    aws.queue('dead');
    const Dimensions = [{ Name: 'QueueName', Value: 'dead' }];
    watch('AWS/SQS', 'ApproximateNumberOfMessagesVisible', Dimensions);
    alarm(
      { Namespace: 'AWS/SQS', MetricName: 'ApproximateAgeOfOldestMessage', Dimensions, Threshold: 100 },
      'old',
    );
    await kernel.pass(60);
    expect(state()).toBe('OK');
    aws.send('dead', 'x');
    await kernel.pass(60);
    expect(state()).toBe('ALARM');
    expect(state('old')).toBe('OK');
    await kernel.pass(60);
    expect(state('old')).toBe('ALARM');
  });

  it('show the errors of a function', async () => {
    aws.handler('worker', async (event) => {
      if (event === 'bad') throw new Error('ill');
    });
    watch('AWS/Lambda', 'Errors', [{ Name: 'FunctionName', Value: 'worker' }], { Statistic: 'Sum' });
    aws.lambda.deliver(functionArn('worker'), 'good', 'test', scenario.principal);
    await kernel.pass(60);
    expect(state()).toBe('OK');
    aws.lambda.deliver(functionArn('worker'), 'bad', 'test', scenario.principal);
    await kernel.pass(60);
    expect(state()).toBe('ALARM');
  });
});

describe('an alarm on the sum of several metrics', () => {
  const of = (name: string) => ({ region, namespace: 'Platform', name, dimensions: {} });
  const part = (MetricName: string, Period = 60) => ({
    Id: MetricName.toLowerCase(),
    MetricStat: { Metric: { Namespace: 'Platform', MetricName }, Period, Stat: 'Sum' },
    ReturnData: false,
  });
  const sum = { Id: 'sum', Expression: 'SUM(METRICS())', Label: 'together' };
  const alarmOn = (...Metrics: readonly object[]): void =>
    aws.cloudWatch.createAlarm({
      region,
      name: 'lost',
      properties: {
        Metrics,
        EvaluationPeriods: 1,
        Threshold: 3,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
      },
    });

  it('fires when they come to the threshold together, and by one alone', async () => {
    alarmOn(sum, part('Rule'), part('Topic'));
    aws.cloudWatch.putMetric(of('Rule'), 2);
    await kernel.pass(60);
    expect(state('lost')).toBe('OK');
    aws.cloudWatch.putMetric(of('Rule'), 2);
    aws.cloudWatch.putMetric(of('Topic'), 1);
    await kernel.pass(60);
    expect(state('lost')).toBe('ALARM');
    aws.cloudWatch.putMetric(of('Topic'), 0);
    await kernel.pass(60);
    expect(state('lost')).toBe('OK');
    aws.cloudWatch.putMetric(of('Topic'), 3);
    await kernel.pass(60);
    expect(state('lost')).toBe('ALARM');
  });

  it('is refused with periods of several lengths', () => {
    expect(() => alarmOn(sum, part('Rule'), part('Topic', 300))).toThrow('several of one period');
  });
});

describe('an alarm that fires when there is too little', () => {
  it('is calm when the story begins, and fires when nothing came for all its periods', async () => {
    const below = { ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'breaching' };
    alarm({ ...below, Statistic: 'Sum', EvaluationPeriods: 3, Threshold: 1 });
    await kernel.pass(60);
    expect(state()).toBe('OK');
    await report(1, undefined, undefined);
    expect(state()).toBe('OK');
    await report(undefined, undefined, undefined);
    expect(state()).toBe('ALARM');
    await report(1);
    expect(state()).toBe('OK');
  });
});

it('has told all that it had to tell of its making, where it was made long ago', async () => {
  const properties = {
    ...{ Namespace: 'Platform', MetricName: 'Latency', Statistic: 'Maximum', Period: 60 },
    ...{ EvaluationPeriods: 1, Threshold: 100, ComparisonOperator: 'GreaterThanThreshold' },
    TreatMissingData: 'notBreaching',
  };
  for (const made of ['now', 'long ago'] as const) {
    aws.cloudWatch.createAlarm({ region, name: made, properties }, made);
  }
  expect(state('long ago')).toBe('OK');
  await kernel.pass(120);
  expect(kernel.entries('alarm').map(({ name }) => name)).toEqual(['now']);
});

it('names what is not simulated', () => {
  const one = "alarm 'slow' in us-east-1 needs one metric, or several of one period";
  expect(() => alarm({ Metrics: [] })).toThrow(one);
  expect(() => alarm({ MetricName: undefined })).toThrow(one);
  const expression = { Id: 'e', Expression: 'MAX(METRICS())', ReturnData: true };
  expect(() => alarm({ Metrics: [expression] })).toThrow(/'slow'[\s\S]*at Metrics\[0\]/);
  expect(() => alarm({ Period: 10 })).toThrow('high resolution is not simulated');
  expect(() => alarm({ AlarmActions: ['arn:aws:ssm:us-east-1:123456789012:opsitem:1'] })).toThrow(
    'topics and functions',
  );
  expect(() => alarm({ Namespace: 'AWS/Lambda', MetricName: 'ConcurrentExecutions' })).toThrow(
    "alarm 'slow' in us-east-1 watches AWS/Lambda ConcurrentExecutions, which is not simulated",
  );
});
