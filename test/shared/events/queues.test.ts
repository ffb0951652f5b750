import { describe, expect, it } from '@jest/globals';
import { parseSnsBody, parseSnsEvent } from '../../../shared/events/sns.ts';
import { parseSqsEvent } from '../../../shared/events/sqs.ts';
import { absent, refusal, sample, spoil } from './sample.ts';

const toLambda = sample('cloudwatch/alarm.sns.json');
const messages = sample('sqs/messages.json');
const [queued] = parseSqsEvent(sample('sqs/sns-notification.json'));

describe('SNS notifications', () => {
  it('are the same whether Lambda or a queue received them', () => {
    const notification = {
      messageId: expect.any(String),
      topicArn: 'arn:aws:sns:us-east-1:123456789012:aeon-ops-alarms',
      subject: 'ALARM: "aeon-dt-api-5xx" in US East (N. Virginia)',
      message: expect.stringMatching(/^\{"AlarmName":"aeon-dt-api-5xx",/),
      at: '2026-03-02T10:02:12.190Z',
    };
    expect(parseSnsEvent(toLambda)).toEqual([notification]);
    expect(parseSnsBody(queued?.body ?? '')).toEqual(notification);
  });

  it.each(['', null, absent])('may lack a subject (%p)', (subject) => {
    expect(parseSnsEvent(spoil(toLambda, 'Records.0.Sns.Subject', subject))[0]?.subject).toBeUndefined();
  });

  it('may be plain text, and empty', () => {
    expect(parseSnsEvent(spoil(toLambda, 'Records.0.Sns.Message', ''))[0]?.message).toBe('');
  });

  it('refuses a subscription that waits to be confirmed, and keeps its token out of the message', () => {
    const confirmation = JSON.stringify({
      ...JSON.parse(queued?.body ?? ''),
      Type: 'SubscriptionConfirmation',
      Token: 'tok-1234',
    });
    const message = refusal(() => parseSnsBody(confirmation));
    expect(message).toBe(
      'The SQS message body from SNS cannot be understood: ' +
        "Type: expected 'Notification' (given 'SubscriptionConfirmation')",
    );
  });

  it('refuses a body that is not JSON', () => {
    expect(refusal(() => parseSnsBody('Hello'))).toBe(
      "The SQS message body from SNS is not JSON (given 'Hello')",
    );
  });

  it('refuses the records of another service', () => {
    expect(refusal(() => parseSnsEvent(messages))).toContain(
      "Records.0.EventSource: expected 'aws:sns' (given nothing)",
    );
  });
});

describe('parseSqsEvent', () => {
  it('reads numbers that are text, and the attributes that are text', () => {
    expect(parseSqsEvent(messages)[0]).toEqual({
      messageId: expect.any(String),
      receiptHandle: expect.any(String),
      body: '{"fingerprint":"cloudwatch-alarm/aeon-dt-api-5xx"}',
      receiveCount: 1,
      sentAt: '2026-03-02T10:02:13.000Z',
      attributes: { priority: 'page' },
    });
  });

  it('reads every record in its order, and leaves the bodies as they are', () => {
    expect(parseSqsEvent(messages).map(({ body, receiveCount }) => [body, receiveCount])).toEqual([
      ['{"fingerprint":"cloudwatch-alarm/aeon-dt-api-5xx"}', 1],
      ['not JSON', 3],
    ]);
  });

  it('takes numbers that are numbers', () => {
    const numbers = { ApproximateReceiveCount: 4, SentTimestamp: 1772445733000 };
    expect(parseSqsEvent(spoil(messages, 'Records.0.attributes', numbers))[0]).toMatchObject({
      receiveCount: 4,
      sentAt: '2026-03-02T10:02:13.000Z',
    });
  });

  it('takes a record without message attributes', () => {
    expect(parseSqsEvent(spoil(messages, 'Records.0.messageAttributes', absent))[0]?.attributes).toEqual({});
  });

  it('never shows a receipt handle, which lets its holder delete the message', () => {
    const spoiled = spoil(messages, 'Records.0.receiptHandle', '');
    expect(refusal(() => parseSqsEvent(spoiled))).toBe(
      'The event from SQS cannot be understood: Records.0.receiptHandle: expected some text (given 0 characters, not shown)',
    );
  });

  it.each<[string, string, unknown]>([
    ['body', 'Records.0.body', absent],
    ['count', 'Records.0.attributes.ApproximateReceiveCount', 'some'],
    ['time', 'Records.0.attributes.SentTimestamp', '9'.repeat(30)],
    ['time that a Date can hold', 'Records.0.attributes.SentTimestamp', Number.MAX_SAFE_INTEGER],
    ['source', 'Records.0.eventSource', 'aws:kinesis'],
    ['list', 'Records', absent],
  ])('refuses an event without a readable %s', (_what, path, value) => {
    expect(refusal(() => parseSqsEvent(spoil(messages, path, value)))).toContain(`${path}: expected`);
  });
});
