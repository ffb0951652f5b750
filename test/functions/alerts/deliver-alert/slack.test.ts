import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SinkAnswer, Tell } from '../../../../functions/alerts/deliver-alert/sink.ts';
import { slackSink } from '../../../../functions/alerts/deliver-alert/slack.ts';
import { slackMessage } from '../../../../functions/alerts/deliver-alert/slack-message.ts';
import type { Secrets } from '../../../../shared/aws/secrets.ts';
import type { HttpsAnswer, HttpsRequest } from '../../../../shared/lambda/world.ts';
import { alert } from '../../../builders.ts';

const asNew: Tell = { do: 'tell', as: 'new', mayRepeat: false, reason: 'it fires for the first time' };

const token = 'xoxb-1234-secret';
const newToken = 'xoxb-5678-secret';
const webhook = 'https://hooks.slack.com/services/T0/B0/secret';
const newWebhook = 'https://hooks.slack.com/services/T0/B0/newsecret';

const botToken = (value: string): string => JSON.stringify({ botToken: value });
const webhookUrl = (value: string): string => JSON.stringify({ webhookUrl: value });

/** Slack's answer to chat.postMessage. */
const api = (body: object, status = 200, headers: Record<string, string> = {}): HttpsAnswer => ({
  status,
  headers,
  body: JSON.stringify(body),
});
const plain = (status: number, body: string, headers: Record<string, string> = {}): HttpsAnswer => ({
  status,
  headers,
  body,
});

/** A sink of one kind, with its secret and with Slack's answers, in turn. */
class Stand {
  readonly posts: HttpsRequest[] = [];
  readonly answers: (HttpsAnswer | Error)[] = [];
  /** What Secrets Manager holds now. */
  secret: string;
  #kept: string | undefined;

  constructor(secret: string) {
    this.secret = secret;
    this.#kept = secret;
  }

  readonly #secrets: Secrets = {
    text: async () => {
      this.#kept ??= this.secret;
      return this.#kept;
    },
    forget: () => {
      this.#kept = undefined;
    },
  };

  tell(auth: 'bot-token' | 'incoming-webhook'): Promise<SinkAnswer> {
    const settings = { auth, channel: 'C0123456789', secret: 'ops/slack' };
    const sink = slackSink(settings, this.#secrets, async (request) => {
      this.posts.push(request);
      const answer = this.answers.shift();
      if (answer === undefined) throw new Error('nothing was prepared for this post');
      if (answer instanceof Error) throw answer;
      return answer;
    });
    return sink.tell(alert(), asNew);
  }
}

let stand: Stand;

describe('with a bot token', () => {
  beforeEach(() => {
    stand = new Stand(botToken(token));
  });

  it('posts the message to the channel by chat.postMessage', async () => {
    stand.answers.push(api({ ok: true, ts: '1772438400.000100' }));
    expect(await stand.tell('bot-token')).toEqual({ said: 'told' });
    const [post] = stand.posts;
    expect(post).toMatchObject({
      url: 'https://slack.com/api/chat.postMessage',
      headers: { 'content-type': 'application/json; charset=utf-8', authorization: `Bearer ${token}` },
    });
    expect(JSON.parse(post?.body ?? '')).toEqual({
      channel: 'C0123456789',
      ...slackMessage(alert(), asNew),
    });
  });

  it.each<[string, HttpsAnswer | Error, SinkAnswer]>([
    [
      '429 with Retry-After',
      api({ ok: false, error: 'ratelimited' }, 429, { 'retry-after': '30' }),
      { said: 'busy', retryAfterSeconds: 30 },
    ],
    ['429 without Retry-After', plain(429, ''), { said: 'busy', retryAfterSeconds: 1 }],
    [
      '429 with a Retry-After of nothing',
      plain(429, '', { 'retry-after': '0' }),
      { said: 'busy', retryAfterSeconds: 1 },
    ],
    [
      '429 with a Retry-After that is no number',
      plain(429, '', { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }),
      { said: 'busy', retryAfterSeconds: 1 },
    ],
    [
      'ratelimited beside HTTP 200',
      api({ ok: false, error: 'ratelimited' }, 200, { 'retry-after': '7' }),
      { said: 'busy', retryAfterSeconds: 7 },
    ],
    [
      'rate_limited beside HTTP 200',
      api({ ok: false, error: 'rate_limited' }),
      { said: 'busy', retryAfterSeconds: 1 },
    ],
    ['HTTP 500', plain(500, 'oops'), { said: 'unclear', why: 'Slack answered HTTP 500' }],
    ['HTTP 503', plain(503, ''), { said: 'unclear', why: 'Slack answered HTTP 503' }],
    [
      'internal_error',
      api({ ok: false, error: 'internal_error' }),
      { said: 'unclear', why: 'Slack answered internal_error' },
    ],
    [
      'fatal_error',
      api({ ok: false, error: 'fatal_error' }),
      { said: 'unclear', why: 'Slack answered fatal_error' },
    ],
    [
      'an answer that is no JSON',
      plain(200, '<html>'),
      { said: 'unclear', why: 'Slack answered service_unavailable' },
    ],
    [
      'an answer of another form',
      api({ hello: 'world' }),
      { said: 'unclear', why: 'Slack answered service_unavailable' },
    ],
    [
      'no answer',
      new Error('slack.com gave no answer within 5000 ms'),
      { said: 'unclear', why: expect.stringContaining('within 5000 ms') as unknown as string },
    ],
  ])('%s', async (_what, answer, said) => {
    stand.answers.push(answer);
    expect(await stand.tell('bot-token')).toEqual(said);
    expect(stand.posts).toHaveLength(1);
  });

  it.each([
    'channel_not_found',
    'is_archived',
    'not_in_channel',
    'msg_too_long',
    'invalid_blocks',
    'missing_scope',
    'an_error_that_is_new',
  ])('%s is a refusal, and no reason to read the secret again', async (error) => {
    stand.answers.push(api({ ok: false, error }));
    stand.secret = botToken(newToken);
    expect(await stand.tell('bot-token')).toMatchObject({ said: 'refused', why: `Slack answered ${error}` });
    expect(stand.posts).toHaveLength(1);
  });

  it('a refusal that names no error is a refusal', async () => {
    stand.answers.push(api({ ok: false }));
    expect(await stand.tell('bot-token')).toMatchObject({
      said: 'refused',
      why: 'Slack answered no error named',
    });
  });

  describe('when Slack does not accept the token', () => {
    it.each(['invalid_auth', 'token_revoked', 'token_expired', 'account_inactive', 'not_authed'])(
      '%s: posts once more, with the token that the secret holds now',
      async (error) => {
        stand.answers.push(api({ ok: false, error }), api({ ok: true }));
        stand.secret = botToken(newToken);
        expect(await stand.tell('bot-token')).toEqual({ said: 'told' });
        expect(stand.posts.map(({ headers }) => headers.authorization)).toEqual([
          `Bearer ${token}`,
          `Bearer ${newToken}`,
        ]);
      },
    );

    it('posts no third time', async () => {
      stand.answers.push(
        api({ ok: false, error: 'token_revoked' }),
        api({ ok: false, error: 'invalid_auth' }),
      );
      stand.secret = botToken(newToken);
      expect(await stand.tell('bot-token')).toMatchObject({
        said: 'refused',
        why: 'Slack answered invalid_auth',
      });
      expect(stand.posts).toHaveLength(2);
    });

    it('posts no second time when the secret is still the same', async () => {
      stand.answers.push(api({ ok: false, error: 'token_revoked' }));
      expect(await stand.tell('bot-token')).toMatchObject({
        said: 'refused',
        why: 'Slack answered token_revoked',
      });
      expect(stand.posts).toHaveLength(1);
    });

    it('says how the second post ended, whatever that is', async () => {
      stand.answers.push(api({ ok: false, error: 'token_expired' }), plain(429, '', { 'retry-after': '9' }));
      stand.secret = botToken(newToken);
      expect(await stand.tell('bot-token')).toEqual({ said: 'busy', retryAfterSeconds: 9 });
    });
  });
});

describe('with an incoming webhook', () => {
  beforeEach(() => {
    stand = new Stand(webhookUrl(webhook));
  });

  it('posts the message to its address, and names no channel', async () => {
    stand.answers.push(plain(200, 'ok'));
    expect(await stand.tell('incoming-webhook')).toEqual({ said: 'told' });
    const [post] = stand.posts;
    expect(post?.url).toBe(webhook);
    expect(post?.headers).not.toHaveProperty('authorization');
    expect(JSON.parse(post?.body ?? '')).toEqual(slackMessage(alert(), asNew));
  });

  it.each<[string, HttpsAnswer | Error, SinkAnswer['said']]>([
    ['429 with Retry-After', plain(429, 'rate_limited', { 'retry-after': '30' }), 'busy'],
    ['429 without Retry-After', plain(429, ''), 'busy'],
    ['HTTP 500', plain(500, 'rollup_error'), 'unclear'],
    ['HTTP 504', plain(504, ''), 'unclear'],
    ['no answer', new Error('socket hang up'), 'unclear'],
    ['HTTP 400: the message', plain(400, 'invalid_blocks'), 'refused'],
    ['HTTP 410: the channel is archived', plain(410, 'channel_is_archived'), 'refused'],
    ['HTTP 301', plain(301, ''), 'refused'],
    ['HTTP 200 with another word', plain(200, 'okay'), 'refused'],
    ['HTTP 200 with nothing', plain(200, ''), 'refused'],
    ['HTTP 200 and a line break', plain(200, 'ok\n'), 'told'],
  ])('%s: %s', async (_what, answer, said) => {
    stand.answers.push(answer);
    stand.secret = webhookUrl(newWebhook);
    expect(await stand.tell('incoming-webhook')).toMatchObject({ said });
    expect(stand.posts).toHaveLength(1);
  });

  it.each([403, 404])(
    'HTTP %d: posts once more, to the address that the secret holds now',
    async (status) => {
      stand.answers.push(plain(status, 'no_service'), plain(200, 'ok'));
      stand.secret = webhookUrl(newWebhook);
      expect(await stand.tell('incoming-webhook')).toEqual({ said: 'told' });
      expect(stand.posts.map(({ url }) => url)).toEqual([webhook, newWebhook]);
    },
  );

  it('says what came in place of an answer of Slack', async () => {
    stand.answers.push(plain(200, '<html>Sign in to the proxy</html>'));
    expect(await stand.tell('incoming-webhook')).toMatchObject({
      said: 'refused',
      why: 'Slack answered HTTP 200 (<html>Sign in to the proxy</html>)',
    });
  });

  it('says what Slack answered, and no more of it than a line', async () => {
    stand.answers.push(plain(400, 'x'.repeat(10_000)));
    const answer = await stand.tell('incoming-webhook');
    expect('why' in answer && answer.why).toMatch(/^Slack answered HTTP 400 \(x{60}\)$/);
  });
});

describe('what the secret holds', () => {
  it.each<[string, 'bot-token' | 'incoming-webhook', string]>([
    ['a token alone', 'bot-token', token],
    ['another form', 'bot-token', JSON.stringify({ token })],
    ['a webhook where a token is asked for', 'bot-token', webhookUrl(webhook)],
    ['a token of something else', 'bot-token', botToken('ghp_secret')],
    ['an address alone', 'incoming-webhook', webhook],
    ['a token where a webhook is asked for', 'incoming-webhook', botToken(token)],
    ['an address that is not encrypted', 'incoming-webhook', webhookUrl('http://hooks.slack.com/secret')],
    ['nothing', 'incoming-webhook', ''],
  ])('is posted nowhere when it is %s, and the error says what to store', async (_what, auth, secret) => {
    stand = new Stand(secret);
    const expected =
      auth === 'bot-token'
        ? '{"botToken": "xoxb-…"}'
        : '{"webhookUrl": "https://hooks.slack.com/services/…"}';
    await expect(stand.tell(auth)).rejects.toThrow(`store ${expected} in it`);
    expect(stand.posts).toEqual([]);
  });

  it('is never in an error', async () => {
    for (const secret of [
      token,
      `{"token":"${token}"`,
      botToken('ghp_secret'),
      webhookUrl('ftp://x/secret'),
    ]) {
      for (const auth of ['bot-token', 'incoming-webhook'] as const) {
        stand = new Stand(secret);
        const error = await stand.tell(auth).catch((thrown: unknown) => thrown as Error);
        expect(error).toBeInstanceOf(Error);
        expect(`${(error as Error).message} ${String((error as Error).cause ?? '')}`).not.toMatch(
          /-secret|_secret|\/secret/,
        );
      }
    }
  });

  it('is never in an answer', async () => {
    const answers = [
      plain(429, ''),
      plain(500, ''),
      plain(400, 'invalid_payload'),
      plain(404, 'no_service'),
      api({ ok: false, error: 'invalid_auth' }),
      new Error('slack.com gave no answer (ECONNRESET)'),
    ];
    for (const answer of answers) {
      for (const [auth, secret] of [
        ['bot-token', botToken(token)],
        ['incoming-webhook', webhookUrl(webhook)],
      ] as const) {
        stand = new Stand(secret);
        stand.answers.push(answer);
        expect(JSON.stringify(await stand.tell(auth))).not.toMatch(/secret/);
      }
    }
  });
});
