import * as z from 'zod/mini';
import type { Secrets } from '../../../shared/aws/secrets.ts';
import type { HttpsAnswer, HttpsPost } from '../../../shared/lambda/world.ts';
import type { Sink, SinkAnswer } from './sink.ts';
import { type SlackMessage, slackMessage } from './slack-message.ts';

interface SlackSettings {
  readonly auth: 'bot-token' | 'incoming-webhook';
  readonly channel: string;
  /** The secret's name. */
  readonly secret: string;
}

/** Longer than Slack usually takes, shorter than the function's own time allows for ten messages. */
const timeoutMs = 5000;

/** A Slack channel. The secret is read again when Slack does not accept it, so that a rotated one takes effect at once. */
export function slackSink({ auth, channel, secret }: SlackSettings, secrets: Secrets, post: HttpsPost): Sink {
  const send = auth === 'bot-token' ? sendByToken : sendByWebhook;
  return {
    async tell(alert, telling) {
      const message = slackMessage(alert, telling);
      const used = await secrets.text(secret);
      const answer = await send(used, channel, message, post);
      if (answer.said !== 'refused' || !answer.credentials) return answer;

      secrets.forget(secret);
      const current = await secrets.text(secret);
      return current === used ? answer : send(current, channel, message, post);
    },
  };
}

type SlackAnswer = SinkAnswer & { readonly credentials?: boolean };
type Send = (secret: string, channel: string, message: SlackMessage, post: HttpsPost) => Promise<SlackAnswer>;

const sendByToken: Send = async (secret, channel, message, post) => {
  const { botToken } = readSecret(BotToken, secret, '{"botToken": "xoxb-…"}');
  const answer = await attempt(
    post,
    'https://slack.com/api/chat.postMessage',
    { channel, ...message },
    botToken,
  );
  if ('said' in answer) return answer;
  const common = readStatus(answer);
  if (common) return common;
  const { ok, error = 'no error named' } = readApiAnswer(answer.body);
  if (ok) return { said: 'told' };
  if (error === 'ratelimited' || error === 'rate_limited')
    return { said: 'busy', retryAfterSeconds: retryAfter(answer) };
  if (transientErrors.has(error)) return { said: 'unclear', why: `Slack answered ${error}` };
  return { said: 'refused', why: `Slack answered ${error}`, credentials: credentialErrors.has(error) };
};

const sendByWebhook: Send = async (secret, _channel, message, post) => {
  const { webhookUrl } = readSecret(
    WebhookUrl,
    secret,
    '{"webhookUrl": "https://hooks.slack.com/services/…"}',
  );
  const answer = await attempt(post, webhookUrl, message);
  if ('said' in answer) return answer;
  const common = readStatus(answer);
  if (common) return common;
  // A message that was posted is answered by this word alone; a page of somebody in between is not.
  if (answer.status === 200 && answer.body.trim() === 'ok') return { said: 'told' };
  const why = `Slack answered HTTP ${answer.status} (${answer.body.slice(0, 60)})`;
  return { said: 'refused', why, credentials: answer.status === 403 || answer.status === 404 };
};

/**
 * Errors of chat.postMessage that say nothing about the message or the credentials.
 * @see https://docs.slack.dev/reference/methods/chat.postMessage#errors
 */
const transientErrors: ReadonlySet<string> = new Set([
  'fatal_error',
  'internal_error',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
]);

const credentialErrors: ReadonlySet<string> = new Set([
  'account_inactive',
  'invalid_auth',
  'not_authed',
  'token_expired',
  'token_revoked',
]);

async function attempt(
  post: HttpsPost,
  url: string,
  body: object,
  token?: string,
): Promise<HttpsAnswer | Extract<SinkAnswer, { said: 'unclear' }>> {
  try {
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      ...(token && { authorization: `Bearer ${token}` }),
    };
    return await post({ url, headers, body: JSON.stringify(body), timeoutMs });
  } catch (error) {
    return {
      said: 'unclear',
      why: `no answer from Slack (${error instanceof Error ? error.message : String(error)})`,
    };
  }
}

function readStatus(answer: HttpsAnswer): SinkAnswer | undefined {
  if (answer.status === 429) return { said: 'busy', retryAfterSeconds: retryAfter(answer) };
  if (answer.status >= 500) return { said: 'unclear', why: `Slack answered HTTP ${answer.status}` };
  return undefined;
}

/** Slack says in whole seconds how long to wait; where it does not, its usual pace is one message a second. */
function retryAfter({ headers }: HttpsAnswer): number {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 1;
}

const ApiAnswer = z.object({ ok: z.boolean(), error: z.optional(z.string()) });

function readApiAnswer(body: string): z.infer<typeof ApiAnswer> {
  try {
    return ApiAnswer.parse(JSON.parse(body));
  } catch {
    return { ok: false, error: 'service_unavailable' };
  }
}

const BotToken = z.object({ botToken: z.string().check(z.startsWith('xox')) });
const WebhookUrl = z.object({ webhookUrl: z.url({ protocol: /^https$/ }) });

/** A secret of the wrong form can be mended, so the alert waits in the queue; what the secret holds is never shown. */
function readSecret<Form>(form: z.ZodMiniType<Form>, text: string, expected: string): Form {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const read = form.safeParse(value);
  if (!read.success)
    throw new Error(
      `The sink's secret does not have the form that the policy asks for: store ${expected} in it.`,
    );
  return read.data;
}
