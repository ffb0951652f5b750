import { describe, expect, it } from '@jest/globals';
import { type AlarmStateChange, parseAlarmStateChange } from '../../../shared/events/cloudwatch-alarm.ts';
import { parseSnsEvent } from '../../../shared/events/sns.ts';
import { absent, refusal, sample, spoil } from './sample.ts';

const firing = sample('cloudwatch/alarm.firing.json');
const direct = sample('cloudwatch/alarm.direct.json');
const message = messageOf('alarm.sns');

function event(name: string): AlarmStateChange {
  return parseAlarmStateChange(sample(`cloudwatch/${name}.json`));
}

function messageOf(name: string): Record<string, unknown> {
  const [notification] = parseSnsEvent(sample(`cloudwatch/${name}.json`));
  return JSON.parse(notification?.message ?? '');
}

const requestsFailing = {
  kind: 'metrics',
  metrics: [
    {
      namespace: 'AWS/ApplicationELB',
      name: 'HTTPCode_Target_5XX_Count',
      dimensions: [{ name: 'LoadBalancer', value: 'app/aeon-dt/50dc6c495c0c9188' }],
    },
  ],
  expressions: [],
};

const scansFailing = {
  kind: 'metrics',
  metrics: [
    { namespace: 'AeonOps', name: 'ScansFailed', dimensions: [] },
    { namespace: 'AeonOps', name: 'ScansEnded', dimensions: [] },
  ],
  expressions: ['100 * failed / total'],
};

const rule = 'ALARM(aeon-dt-api-5xx) OR ALARM(aeon-dt-api-latency)';

describe('parseAlarmStateChange', () => {
  it.each([
    ['an EventBridge event', firing],
    ['an action of the alarm', direct],
    ['the message of an SNS topic', message],
  ])('reads the same change out of %s', (_form, given) => {
    expect(parseAlarmStateChange(given)).toEqual({
      name: 'aeon-dt-api-5xx',
      arn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:aeon-dt-api-5xx',
      state: 'ALARM',
      previousState: 'OK',
      reason: expect.stringMatching(/^Threshold Crossed: 1 out of the last 1 datapoints \[64\.0 /),
      description: expect.stringMatching(/^The API answers more than 20 requests /),
      at: '2026-03-02T10:02:12.121Z',
      account: '123456789012',
      region: 'us-east-1',
      initial: false,
      watch: requestsFailing,
    });
  });

  it.each([
    ['alarm.resolved', 'OK', 'ALARM'],
    ['alarm.no-data', 'INSUFFICIENT_DATA', 'OK'],
  ])('reads the states of %s', (name, state, previousState) => {
    expect(event(name)).toMatchObject({ state, previousState, initial: false });
  });

  it('tells the state in which an alarm is created from the first that it finds out', () => {
    expect(event('alarm.created')).toMatchObject({ state: 'INSUFFICIENT_DATA', initial: true });
    expect(event('alarm.first-evaluation')).toMatchObject({
      state: 'ALARM',
      previousState: 'INSUFFICIENT_DATA',
      initial: false,
    });
    const created = { ...message, NewStateReason: 'Unchecked: Initial alarm creation' };
    expect(parseAlarmStateChange(created).initial).toBe(true);
  });

  it('reads what a composite alarm watches, and what suppresses it', () => {
    expect(event('alarm.composite-suppressed')).toMatchObject({
      actionsSuppressedBy: 'WaitPeriod',
      description: '',
      watch: { kind: 'alarms', rule },
    });
    expect(parseAlarmStateChange(messageOf('alarm.sns-composite'))).toMatchObject({
      state: 'ALARM',
      description: '',
      watch: { kind: 'alarms', rule },
    });
  });

  it('reads the metrics and expressions of an alarm that does math', () => {
    expect(event('alarm.math-muted').watch).toEqual(scansFailing);
    expect(parseAlarmStateChange(messageOf('alarm.sns-math')).watch).toEqual(scansFailing);
  });

  it('reads a query as an expression without metrics', () => {
    expect(event('alarm.metrics-insights').watch).toEqual({
      kind: 'metrics',
      metrics: [],
      expressions: [expect.stringMatching(/^SELECT AVG\(ConsumedWriteCapacityUnits\) /)],
    });
  });

  it.each<[string, string, string | undefined]>([
    ['before', '2026-03-02T21:59:59.999+0000', undefined],
    ['at the start of', '2026-03-02T22:00:00.000+0000', 'muted'],
    ['at the end of', '2026-03-02T23:00:00.000+0000', 'muted'],
    ['after', '2026-03-02T23:00:00.001+0000', undefined],
  ])('counts as muted only inside the window: %s it', (_when, timestamp, muted) => {
    const { mutedBy } = parseAlarmStateChange(
      spoil(sample('cloudwatch/alarm.math-muted.json'), 'detail.state.timestamp', timestamp),
    );
    expect(mutedBy).toBe(
      muted && 'arn:aws:cloudwatch:us-east-1:123456789012:alarm-mute-rule:registry-maintenance',
    );
  });

  it('takes an old message, and does not make up what it lacks', () => {
    expect(parseAlarmStateChange(messageOf('alarm.sns-minimal'))).toMatchObject({
      name: 'aeon-dt-api-5xx',
      arn: undefined,
      account: '123456789012',
      region: '',
      state: 'ALARM',
      watch: undefined,
    });
  });

  it.each<[string, string, unknown, object]>([
    [
      'no resources',
      'resources',
      [],
      { arn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:aeon-dt-api-5xx' },
    ],
    ['no previous state', 'detail.previousState', absent, { previousState: undefined }],
    ['no time of its own', 'detail.state.timestamp', absent, { at: '2026-03-02T10:02:12.000Z' }],
    ['a time that cannot be read', 'detail.state.timestamp', 'now', { at: '2026-03-02T10:02:12.000Z' }],
    ['no reason', 'detail.state.reason', absent, { reason: '' }],
    ['no configuration', 'detail.configuration', absent, { description: '', watch: undefined }],
    [
      'metrics that cannot be read',
      'detail.configuration.metrics',
      [{ metricStat: 'x' }],
      { watch: undefined },
    ],
    [
      'dimensions as a list',
      'detail.configuration.metrics.0.metricStat.metric.dimensions',
      [{ name: 'LoadBalancer', value: 'app/aeon-dt/50dc6c495c0c9188' }],
      { watch: requestsFailing },
    ],
  ])('takes an event with %s: an alarm is told all the same', (_what, path, value, expected) => {
    expect(parseAlarmStateChange(spoil(firing, path, value))).toMatchObject({ state: 'ALARM', ...expected });
  });

  it.each<[string, string, unknown, object]>([
    ['no description', 'AlarmDescription', null, { description: '' }],
    ['no old state', 'OldStateValue', absent, { previousState: undefined }],
    ['a trigger that cannot be read', 'Trigger', 'x', { watch: undefined }],
    ['an ARN without a Region', 'AlarmArn', 'arn:aws:cloudwatch:REGION:ACCOUNT:alarm:x', { region: '' }],
  ])('takes a message with %s: an alarm is told all the same', (_what, path, value, expected) => {
    expect(parseAlarmStateChange(spoil(message, path, value))).toMatchObject({ state: 'ALARM', ...expected });
  });

  it.each<[string, Record<string, unknown>, string, unknown, string]>([
    ['state', firing, 'detail.state.value', 'WOBBLY', 'detail.state.value: expected'],
    ['state', message, 'NewStateValue', absent, 'NewStateValue: expected'],
    ['name', firing, 'detail.alarmName', '', "detail.alarmName: expected some text (given '')"],
    ['time', message, 'StateChangeTime', 'now', 'StateChangeTime: expected a time such as'],
    ['time', direct, 'time', '2023-08-04T12: 56: 46.138+0000', 'time: expected a time such as'],
    ['account', direct, 'accountId', absent, 'accountId: expected string (given nothing)'],
  ])('refuses one without a readable %s', (_what, given, path, value, problem) => {
    expect(refusal(() => parseAlarmStateChange(spoil(given, path, value)))).toContain(problem);
  });

  it.each(['CloudWatch Alarm Configuration Change', 'CloudWatch Alarm Contributor State Change'])(
    'refuses %s, which is not a change of the alarm’s state',
    (detailType) => {
      expect(refusal(() => parseAlarmStateChange(spoil(firing, 'detail-type', detailType)))).toBe(
        "The event 'CloudWatch Alarm State Change' cannot be understood: " +
          `detail-type: expected 'CloudWatch Alarm State Change' (given '${detailType}')`,
      );
    },
  );
});
