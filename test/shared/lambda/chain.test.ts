import { beforeEach, describe, expect, it } from '@jest/globals';
import { deadLetter, opsHandler } from '../../../shared/lambda/chain.ts';
import { PermanentError, RetryableError } from '../../../shared/lambda/errors.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import { lambdaContext } from '../aws/world.ts';

interface Letter {
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

let letters: Letter[];
let logged: { level: string; message: string; facts: Readonly<Record<string, unknown>> }[];
let queueFails: Error | undefined;

const queue = {
  send: async (body: string, attributes: Readonly<Record<string, string>> = {}): Promise<void> => {
    if (queueFails) throw queueFails;
    letters.push({ body, attributes });
  },
};

beforeEach(() => {
  letters = [];
  logged = [];
  queueFails = undefined;
});

const event = { detail: { repository: 'api' } };

/** The function whose work is this, invoked once with `event`. */
function invoke(work: () => Outcome): Promise<unknown> {
  const log = (level: string, message: string, facts: Readonly<Record<string, unknown>>): void =>
    void logged.push({ level, message, facts });
  return opsHandler<Outcome>({ log }, queue).handler(async () => work())(event, lambdaContext());
}

function failWith(error: unknown): () => never {
  return () => {
    throw error;
  };
}

describe('opsHandler', () => {
  it('gives back what the work gives, and logs nothing of its own', async () => {
    const outcome = { outcome: 'pass', reason: 'the scan found nothing', subject: 'api' };
    expect(await invoke(() => outcome)).toBe(outcome);
    expect(letters).toEqual([]);
    expect(logged).toEqual([]);
  });

  describe('what can never succeed', () => {
    const error = new PermanentError('the digest is no digest (given 7)', { facts: { repository: 'api' } });

    it('is put aside whole, with the reason, and is not tried again', async () => {
      const refused = {
        outcome: 'refused',
        reason: 'the digest is no digest (given 7)',
        subject: 'event',
        facts: { repository: 'api' },
      };
      expect(await invoke(failWith(error))).toEqual(refused);
      expect(letters).toEqual([
        {
          body: JSON.stringify(event),
          attributes: { ErrorCode: 'PermanentError', ErrorMessage: 'the digest is no digest (given 7)' },
        },
      ]);
      expect(logged).toEqual([
        {
          level: 'info',
          message: 'outcome',
          facts: {
            outcome: 'refused',
            reason: 'the digest is no digest (given 7)',
            subject: 'event',
            repository: 'api',
          },
        },
      ]);
    });

    it('fails after all when it cannot be put aside', async () => {
      queueFails = new Error('the dead-letter queue is away');
      await expect(invoke(failWith(error))).rejects.toThrow('the dead-letter queue is away');
    });

    it('leaves in the log why it was refused, also when it cannot be put aside', async () => {
      queueFails = new Error('the dead-letter queue is away');
      await expect(invoke(failWith(error))).rejects.toThrow();
      expect(JSON.stringify(logged)).toContain('the digest is no digest');
    });
  });

  describe('every other error', () => {
    it.each([
      new RetryableError('ECR throttled', { facts: { subject: 'api' } }),
      new Error('nobody foresaw this'),
      new TypeError('undefined is not a function'),
    ])('is logged and thrown on: $name', async (error) => {
      await expect(invoke(failWith(error))).rejects.toBe(error);
      expect(letters).toEqual([]);
      expect(logged).toMatchObject([
        { level: 'error', message: 'failed', facts: { error: error.name, reason: error.message } },
      ]);
    });

    it('is logged with its facts and its cause', async () => {
      const cause = new Error('socket hang up');
      await expect(
        invoke(failWith(new RetryableError('no answer', { cause, facts: { subject: 'api' } }))),
      ).rejects.toThrow();
      expect(logged[0]?.facts).toMatchObject({
        facts: { subject: 'api' },
        cause: 'Error: socket hang up',
        stack: expect.stringContaining('no answer'),
      });
    });
  });
});

describe('deadLetter', () => {
  const bodyOf = async (refused: unknown): Promise<string | undefined> => {
    await deadLetter(queue, refused, new PermanentError('no'));
    return letters.at(-1)?.body;
  };

  it.each<[unknown, string]>([
    [{ a: 1 }, '{"a":1}'],
    ['hello', 'hello'],
    ['', '(empty)'],
    [null, 'null'],
    [undefined, 'undefined'],
  ])('writes %j as a body that SQS takes', async (refused, body) => {
    expect(await bodyOf(refused)).toBe(body);
  });

  const messageOf = async (message: string): Promise<string | undefined> => {
    await deadLetter(queue, 'x', new PermanentError(message));
    return letters.at(-1)?.attributes.ErrorMessage;
  };

  it.each([
    ['one\ntwo\u0000three', 'one two three'],
    ['\u202eturned', 'turned'],
    ['half a \ud83d character', 'half a   character'],
    ['', '(no message)'],
    ['\u0000', '(no message)'],
    ['x'.repeat(1000), 'x'.repeat(1000)],
    ['x'.repeat(1001), 'x'.repeat(1000)],
  ])('writes a reason that SQS takes', async (message, legal) => {
    expect(await messageOf(message)).toBe(legal);
  });

  it('cuts no character in half', async () => {
    const message = await messageOf(`${'x'.repeat(999)}😀`);
    expect(message?.isWellFormed()).toBe(true);
  });
});
