import {
  InternalErrorException,
  InvalidParameterException,
  SNSServiceException,
  ThrottledException,
} from '@aws-sdk/client-sns';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SinkAnswer, Tell } from '../../../../functions/alerts/deliver-alert/sink.ts';
import { snsSink, snsSubject, snsText } from '../../../../functions/alerts/deliver-alert/sns.ts';
import type { Topic } from '../../../../shared/aws/topic.ts';
import { alert } from '../../../builders.ts';
import { anyTelling, hostileAlert } from './hostile.ts';

const asNew: Tell = { do: 'tell', as: 'new', mayRepeat: false, reason: 'it fires for the first time' };

describe('snsSubject', () => {
  it.each<[string, string]>([
    ['Disk full', '[WARNING production] Disk full'],
    ['Größe: 5 € — „voll“', '[WARNING production] Gr??e: 5 ? ? ?voll?'],
    ['one\ntwo', '[WARNING production] one two'],
  ])('says %j in ASCII', (title, subject) => {
    expect(snsSubject(alert({ title }), asNew)).toBe(subject);
  });

  it('begins with the state', () => {
    expect(snsSubject(alert({ title: 'Disk full', state: 'resolved' }), { ...asNew, as: 'resolved' })).toBe(
      '[RESOLVED production] Disk full',
    );
  });

  it.each([
    [77, 98, 'x'],
    [78, 99, 'x'],
    [79, 99, '.'],
    [500, 99, '.'],
  ])('with a title of %d characters it has %d', (length, characters, end) => {
    const subject = snsSubject(alert({ title: 'x'.repeat(length), environment: 'production' }), asNew);
    expect(subject).toHaveLength(characters);
    expect(subject.at(-1)).toBe(end);
  });

  it('is printable ASCII of fewer than 100 characters, whatever the alert says', () => {
    fc.assert(
      fc.property(hostileAlert, anyTelling, (given, telling) => {
        expect(snsSubject(given, telling)).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
      }),
    );
  });
});

describe('snsText', () => {
  it('says everything in plain text', () => {
    expect(snsText(alert(), { ...asNew, mayRepeat: true })).toBe(
      [
        '🟠 Image needs a review: api-prod-1.0.0-4f1c2ab',
        '1 HIGH finding: CVE-2026-0001.',
        'What to do: Look at the findings.',
        'Repository: api',
        'Image in ECR: https://example.com/image',
        'warning · production · us-east-1\nbegan 2026-03-02 08:00:00 UTC\nmay be a repeat: an earlier attempt ended without an answer',
      ].join('\n\n'),
    );
  });

  it('cuts what is long, and no character in half', () => {
    const text = snsText(alert({ meaning: `${'x'.repeat(3998)}😀 and more` }), asNew);
    expect(text.isWellFormed()).toBe(true);
    expect(text).toContain(`${'x'.repeat(3998)}…\n`);
  });

  it('is taken by SNS whatever the alert says', () => {
    fc.assert(
      fc.property(hostileAlert, anyTelling, (given, telling) => {
        const text = snsText(given, telling);
        expect(text).not.toBe('');
        expect(text).toMatch(/^[\P{C}\n]*$/u);
        expect(Buffer.byteLength(text)).toBeLessThan(256 * 1024);
      }),
    );
  });
});

describe('snsSink', () => {
  it('publishes subject, text and what subscriptions can filter by', async () => {
    const published: unknown[] = [];
    const topic: Topic = { publish: async (...all) => void published.push(all) };
    expect(await snsSink(topic).tell(alert(), asNew)).toEqual({ said: 'told' });
    expect(published).toEqual([
      [
        snsSubject(alert(), asNew),
        snsText(alert(), asNew),
        { severity: 'warning', environment: 'production', state: 'firing' },
      ],
    ]);
  });

  const $metadata = { httpStatusCode: 400 };
  const other = (name: string, httpStatusCode: number, $fault: 'client' | 'server' = 'client') =>
    new SNSServiceException({ name, $fault, message: 'no', $metadata: { httpStatusCode } });

  it.each<[string, Error, SinkAnswer['said']]>([
    ['a throttle that is modelled', new ThrottledException({ message: 'slow down', $metadata }), 'busy'],
    ['a throttle by code', other('Throttled', 400), 'busy'],
    ['HTTP 429', other('TooManyRequests', 429), 'busy'],
    [
      'a fault of SNS',
      new InternalErrorException({ message: 'no', $metadata: { httpStatusCode: 500 } }),
      'unclear',
    ],
    ['a fault that is not modelled', other('ServiceUnavailable', 503, 'server'), 'unclear'],
    ['no answer', new Error('socket hang up'), 'unclear'],
    [
      'a message that SNS does not take',
      new InvalidParameterException({ message: 'no', $metadata }),
      'refused',
    ],
    ['no permission, until somebody gives it', other('AuthorizationError', 403), 'unclear'],
    ['a key that throttles', other('KMSThrottling', 400), 'busy'],
    ['a topic that is gone', other('NotFound', 404), 'refused'],
  ])('%s: %s', async (_what, error, said) => {
    const topic: Topic = { publish: () => Promise.reject(error) };
    const answer = await snsSink(topic).tell(alert(), asNew);
    expect(answer.said).toBe(said);
    if (answer.said === 'busy') expect(answer.retryAfterSeconds).toBeGreaterThan(0);
    if ('why' in answer) expect(answer.why).toContain(error.message);
  });
});
