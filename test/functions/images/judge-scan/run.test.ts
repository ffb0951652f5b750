import { beforeEach, describe, expect, it } from '@jest/globals';
import { type BatchResult, judgeBatch, judgeEvent } from '../../../../functions/images/judge-scan/run.ts';
import type { OutgoingQueue } from '../../../../shared/aws/queue.ts';
import { type ImageEvent, parseImageEvent } from '../../../../shared/events/image-event.ts';
import type { SqsMessage } from '../../../../shared/events/sqs.ts';
import { digest, finding, mayAct, scan, scanWithout } from '../../../builders.ts';
import { sample, spoil } from '../../../shared/events/sample.ts';
import { Place, tagged } from '../../../shared/judging/place.ts';

const critical = scan({ findings: [finding('CRITICAL')] });

/** The event of a basic scan of an image in the place. */
const scanned = (of = digest): Record<string, unknown> =>
  spoil(
    spoil(sample('ecr/image-scan.complete-critical.json'), 'detail.repository-name', 'api'),
    'detail.image-digest',
    of,
  );

const parsed = (tells: ImageEvent['tells']): ImageEvent => ({ ...parseImageEvent(scanned()), tells });

let place: Place;

beforeEach(() => {
  place = new Place();
});

describe('judgeEvent', () => {
  it('judges by what ECR says now, whatever the event says', async () => {
    expect(await judgeEvent(parsed('scan ended'), mayAct, place.deps)).toMatchObject([{ outcome: 'pass' }]);
  });

  describe('while ECR says that the scan is under way', () => {
    beforeEach(() => {
      place.scan = scanWithout({ status: 'IN_PROGRESS' });
    });

    it('records that, and is tried again when the event told of the scan’s end', async () => {
      await expect(judgeEvent(parsed('scan ended'), mayAct, place.deps)).rejects.toMatchObject({
        name: 'RetryableError',
        message: expect.stringContaining('although its end was announced'),
      });
      expect(place.record).toMatchObject({ verdict: 'unknown', pending: true });
      expect(place.published).toEqual([]);
    });

    it.each<ImageEvent['tells']>(['pushed', 'replicated', 'finding changed'])(
      'is done for now when the event told of something else: %s',
      async (tells) => {
        expect(await judgeEvent(parsed(tells), mayAct, place.deps)).toMatchObject([{ outcome: 'unknown' }]);
        expect(place.record).toMatchObject({ pending: true });
      },
    );
  });
});

describe('judgeBatch', () => {
  const letters: { body: string; reason: string }[] = [];
  let deadLettersFail: Error | undefined;
  const deadLetters: OutgoingQueue = {
    send: async (body, attributes) => {
      if (deadLettersFail) throw deadLettersFail;
      letters.push({ body, reason: attributes?.ErrorMessage ?? '' });
    },
  };

  beforeEach(() => {
    letters.length = 0;
    deadLettersFail = undefined;
    place.described.set('sha256:2', tagged);
    place.scans.set('sha256:2', critical);
  });

  const message = (messageId: string, body: unknown): SqsMessage => ({
    messageId,
    receiptHandle: messageId,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    receiveCount: 1,
    sentAt: '2026-03-02T08:00:00.000Z',
    attributes: {},
  });

  const judge = (...messages: readonly SqsMessage[]): Promise<BatchResult> =>
    judgeBatch(messages, mayAct, deadLetters, place.deps);

  it('judges each image once, however many messages are about it', async () => {
    let asked = 0;
    const { scanOf } = place.registry;
    const registry = {
      ...place.registry,
      scanOf: (...image: Parameters<typeof scanOf>) => {
        asked += 1;
        return scanOf(...image);
      },
    };
    const messages = ['a', 'b', 'c'].map((id) => message(id, scanned()));
    const { outcomes, failed } = await judgeBatch(
      [...messages, message('d', scanned('sha256:2'))],
      mayAct,
      deadLetters,
      { ...place.deps, registry },
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['pass', 'block']);
    expect(failed).toEqual([]);
    expect(asked).toBe(2);
  });

  it('tries again every message about an image whose judgement failed, and no other', async () => {
    place.scan = scanWithout({ status: 'PENDING' });
    const { outcomes, failed } = await judge(
      message('a', scanned()),
      message('b', scanned('sha256:2')),
      message('c', scanned()),
    );
    expect(outcomes).toMatchObject([
      { outcome: 'failed', reason: expect.stringContaining('although its end was announced') },
      { outcome: 'block' },
    ]);
    expect(failed).toEqual(['a', 'c']);
  });

  it.each([
    ['no JSON', 'hello'],
    ['no event', { hello: 'world' }],
    ['an event of another kind', sample('cloudwatch/alarm.firing.json')],
  ])('puts aside what cannot be understood (%s), and judges the rest', async (_what, body) => {
    const { outcomes, failed } = await judge(message('a', body), message('b', scanned()));
    expect(outcomes).toMatchObject([{ outcome: 'refused', subject: 'message a' }, { outcome: 'pass' }]);
    expect(failed).toEqual([]);
    expect(letters).toEqual([{ body: message('a', body).body, reason: expect.stringMatching(/./) }]);
  });

  it('leaves in the queue what cannot be put aside, and judges the rest', async () => {
    deadLettersFail = new Error('the dead-letter queue is away');
    const { outcomes, failed } = await judge(message('a', 'hello'), message('b', scanned()));
    expect(failed).toEqual(['a']);
    expect(outcomes.map(({ outcome }) => outcome)).toContain('pass');
  });
});
