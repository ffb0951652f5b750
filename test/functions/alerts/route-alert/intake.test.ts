import { describe, expect, it } from '@jest/globals';
import { readSignals, type Signal } from '../../../../functions/alerts/route-alert/intake.ts';
import { imageJudged } from '../../../builders.ts';
import { refusal, sample, spoil } from '../../../shared/events/sample.ts';

const opsEvent = (detail: unknown): Record<string, unknown> => ({
  version: '0',
  id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  'detail-type': 'Image Judged',
  source: 'aeon-ops.judge-scan',
  account: '123456789012',
  time: '2026-03-02T08:00:05Z',
  region: 'us-east-1',
  resources: [],
  detail,
});

const said = (signal: Signal | undefined): unknown =>
  signal?.kind === 'alarm' ? [signal.change.name, signal.change.state] : signal?.event.outcome;

describe('readSignals', () => {
  it('reads a verdict from the ops bus, as it was published', () => {
    const event = imageJudged('block');
    expect(readSignals(opsEvent(event))).toEqual([{ kind: 'image-judged', event }]);
  });

  it('reads a verdict of the sweep too', () => {
    const event = imageJudged('review');
    const published = { ...opsEvent(event), source: 'aeon-ops.sweep-images' };
    expect(readSignals(published)).toEqual([{ kind: 'image-judged', event }]);
  });

  it('reads an inspection from the ops bus, as it was published', () => {
    const event = {
      identity: 'one',
      subject: 'arn:aws:ecr:us-east-1:123456789012:repository/api/sha256:ab',
      environment: 'production',
      outcome: 'wrong',
      reason: 'it runs as root',
      occurredAt: '2026-03-02T08:00:05.000Z',
      facts: {
        repository: 'api',
        digest: 'sha256:ab',
        region: 'us-east-1',
        tags: ['latest'],
        about: 'image',
        name: 'sha256:ab',
        findings: [{ check: 'user', problem: 'it runs as root', given: 'no USER', action: 'Name one.' }],
      },
    };
    const told = { ...opsEvent(event), 'detail-type': 'Image Inspected', source: 'aeon-ops.inspect-push' };
    expect(readSignals(told)).toEqual([{ kind: 'image-inspected', event }]);
  });

  it('reads a finding of watch-backups as it was published, and one of anybody else not at all', () => {
    const event = {
      identity: 'one',
      subject: 'arn:aws:rds:us-east-1:123456789012:db:metadata',
      environment: 'unknown',
      outcome: 'open',
      reason: 'the plan has made no job',
      occurredAt: '2026-03-02T08:22:00.000Z',
      facts: {
        finding: 'never-started us-east-1 hourly arn',
        name: 'never-started',
        about: 'hourly',
        region: 'us-east-1',
        watchedIn: 'us-east-1',
        since: '2026-03-02T08:22:00.000Z',
      },
    };
    const told = { ...opsEvent(event), 'detail-type': 'Backup Finding', source: 'aeon-ops.watch-backups' };
    expect(readSignals(told)).toEqual([{ kind: 'backup-finding', event }]);
    expect(refusal(() => readSignals({ ...told, source: 'aeon-ops.judge-scan' }))).toContain(
      'Backup Finding',
    );
  });

  it.each([
    ['as an EventBridge event', 'cloudwatch/alarm.firing.json', 'ALARM'],
    ['as an EventBridge event of a composite alarm', 'cloudwatch/alarm.composite-suppressed.json', 'ALARM'],
    ['resolved', 'cloudwatch/alarm.resolved.json', 'OK'],
    ['as an SNS notification', 'cloudwatch/alarm.sns.json', 'ALARM'],
    ['as an SNS notification of an alarm that does math', 'cloudwatch/alarm.sns-math.json', 'OK'],
    ['as an SNS notification with the least there is', 'cloudwatch/alarm.sns-minimal.json', 'ALARM'],
    ['from CloudWatch directly', 'cloudwatch/alarm.direct.json', 'ALARM'],
  ])('reads an alarm %s', (_form, file, state) => {
    const signals = readSignals(sample(file));
    expect(signals).toHaveLength(1);
    expect(said(signals[0])).toEqual([expect.stringMatching(/./), state]);
  });

  it('reads every notification that SNS hands over', () => {
    const one = sample('cloudwatch/alarm.sns.json');
    const records = one.Records as object[];
    expect(readSignals({ Records: [...records, ...records] })).toHaveLength(2);
  });

  describe('refuses for good, and says what was given,', () => {
    it.each<[string, unknown, RegExp]>([
      ['an event of another kind', sample('ecr/image-action.push.json'), /'ECR Image Action' from aws\.ecr/],
      [
        'a verdict of a verdict that is not known',
        opsEvent({ ...imageJudged('pass'), outcome: 'fine' }),
        /outcome/,
      ],
      ['a verdict without facts', opsEvent({ ...imageJudged('pass'), facts: undefined }), /facts/],
      [
        'a verdict from another source',
        { ...opsEvent(imageJudged('pass')), source: 'somebody.else' },
        /aeon-ops\.judge-scan/,
      ],
      [
        'an alarm from another source',
        spoil(sample('cloudwatch/alarm.firing.json'), 'source', 'somebody.else'),
        /aws\.cloudwatch/,
      ],
      [
        'a notification that is no JSON',
        spoil(sample('cloudwatch/alarm.sns.json'), 'Records.0.Sns.Message', 'The disk is full'),
        /The disk is full/,
      ],
      [
        'a notification that is no alarm',
        spoil(sample('cloudwatch/alarm.sns.json'), 'Records.0.Sns.Message', '{"hello":"world"}'),
        /cannot be understood/,
      ],
      ['messages of a queue', sample('sqs/messages.json'), /SNS/],
      [
        'an alarm in a state that is not known',
        spoil(sample('cloudwatch/alarm.direct.json'), 'alarmData.state.value', 'MAYBE'),
        /state/,
      ],
      ['an object that is no event', {}, /cannot be understood/],
      ['a text', 'hello', /cannot be understood/],
      ['nothing', undefined, /cannot be understood/],
      ['null', null, /cannot be understood/],
      ['a list', [], /cannot be understood/],
    ])('%s', (_what, event, reason) => {
      expect(refusal(() => readSignals(event))).toMatch(reason);
    });
  });
});
