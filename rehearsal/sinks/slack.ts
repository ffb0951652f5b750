import type { HttpsAnswer, HttpsPost, HttpsRequest } from '../../shared/lambda/world.ts';
import type { Kernel } from '../kernel.ts';
import type { Random } from '../random.ts';

/** How Slack is at the moment. */
export type SlackWeather =
  /** Takes messages, within its rate. */
  | 'well'
  /** Answers every message with HTTP 429. */
  | 'busy'
  /** Answers HTTP 500; one message in two is posted all the same. */
  | 'sick'
  /** Does not answer; what was sent may have been posted. */
  | 'silent';

export interface SlackPost {
  readonly at: Date;
  readonly channel: string;
  readonly text: string;
  readonly blocks: readonly unknown[];
}

export interface SlackSettings {
  /** The bot token it accepts. */
  readonly botToken: string;
  /** The incoming webhooks it knows: URL to channel. */
  readonly webhooks: ReadonlyMap<string, string>;
}

/** Posts that a channel takes at once, before the rate below counts. */
const burst = 5;
/** Slack's documented pace: about one message a second and channel. */
const millisecondsPerPost = 1000;
const retryAfterSeconds = 10;

/**
 * Slack, as far as posting goes: chat.postMessage and incoming webhooks, with the rate limit and the limits of Block
 * Kit that refuse a message.
 * @see https://docs.slack.dev/apis/web-api/rate-limits
 */
export class Slack {
  readonly posts: SlackPost[] = [];
  weather: SlackWeather = 'well';
  /** Every so many-th post is answered 429 whatever the weather; 0: none. */
  refuseEvery = 0;
  readonly #kernel: Kernel;
  readonly #random: Random;
  readonly #settings: SlackSettings;
  readonly #fullUntil = new Map<string, number>();
  #offered = 0;

  constructor(kernel: Kernel, random: Random, settings: SlackSettings) {
    this.#kernel = kernel;
    this.#random = random;
    this.#settings = settings;
  }

  /** The network of a function in a Region. Answers after 60 to 200 ms. */
  connect(region: string): HttpsPost {
    return async (request) => {
      await this.#wait(60 + this.#random.next() * 140);
      if (this.weather === 'silent') {
        if (this.#random.next() < 0.5) this.#take(request, region);
        await this.#wait(request.timeoutMs);
        throw new Error(`no answer within ${request.timeoutMs} ms`);
      }
      return this.#answer(request, region);
    };
  }

  #answer(request: HttpsRequest, region: string): HttpsAnswer {
    const channel = this.#channelOf(request);
    this.#offered += 1;
    if (this.weather === 'busy' || (this.refuseEvery > 0 && this.#offered % this.refuseEvery === 0)) {
      return this.#refuse(region, channel ?? 'no channel', 429, 'ratelimited');
    }
    if (this.weather === 'sick') {
      if (this.#random.next() < 0.5) this.#take(request, region);
      return this.#refuse(region, channel ?? 'no channel', 500, 'internal_error');
    }
    return this.#take(request, region);
  }

  #take(request: HttpsRequest, region: string): HttpsAnswer {
    const isApi = request.url === apiUrl;
    const channel = this.#channelOf(request);
    if (channel === undefined) {
      return isApi
        ? ok({ ok: false, error: 'invalid_auth' })
        : { status: 404, headers: {}, body: 'no_service' };
    }
    const message = readMessage(request.body);
    if (message === undefined) {
      return isApi
        ? ok({ ok: false, error: 'invalid_blocks' })
        : { status: 400, headers: {}, body: 'invalid_blocks' };
    }
    if (this.#isFull(channel)) return this.#refuse(region, channel, 429, 'ratelimited');

    this.posts.push({ at: this.#kernel.now(), channel, ...message });
    this.#kernel.trace({ kind: 'message', region, sink: `slack:${channel}`, text: message.text });
    return isApi ? ok({ ok: true, channel, ts: String(this.#kernel.now().getTime() / 1000) }) : plain('ok');
  }

  /** A bucket of `burst` posts, refilled at Slack's pace. */
  #isFull(channel: string): boolean {
    const now = this.#kernel.now().getTime();
    const emptyAt = Math.max(now, this.#fullUntil.get(channel) ?? 0);
    if (emptyAt - now >= burst * millisecondsPerPost) return true;
    this.#fullUntil.set(channel, emptyAt + millisecondsPerPost);
    return false;
  }

  #refuse(region: string, channel: string, status: number, body: string): HttpsAnswer {
    this.#kernel.trace({ kind: 'refused', region, sink: `slack:${channel}`, status });
    const headers = status === 429 ? { 'retry-after': String(retryAfterSeconds) } : {};
    return { status, headers, body };
  }

  /** Undefined for a URL or a token that Slack does not know. */
  #channelOf({ url, headers, body }: HttpsRequest): string | undefined {
    if (url !== apiUrl) return this.#settings.webhooks.get(url);
    if (headers.authorization !== `Bearer ${this.#settings.botToken}`) return undefined;
    const channel = member(JSON.parse(body), 'channel');
    return typeof channel === 'string' ? channel : undefined;
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.#kernel.after(ms, resolve));
  }
}

const apiUrl = 'https://slack.com/api/chat.postMessage';

function ok(answer: object): HttpsAnswer {
  return plain(JSON.stringify(answer));
}

function plain(body: string): HttpsAnswer {
  return { status: 200, headers: {}, body };
}

/** Undefined for a message that breaks a limit of Block Kit. */
function readMessage(body: string): { text: string; blocks: readonly unknown[] } | undefined {
  const message: unknown = JSON.parse(body);
  const text = member(message, 'text');
  const blocks = member(message, 'blocks');
  if (typeof text !== 'string' || text === '' || !Array.isArray(blocks) || blocks.length > 50)
    return undefined;
  return blocks.every(isWithinLimits) ? { text, blocks } : undefined;
}

/** @see https://docs.slack.dev/reference/block-kit/blocks */
function isWithinLimits(block: unknown): boolean {
  const text = member(block, 'text');
  const fields = member(block, 'fields') ?? [];
  const elements = member(block, 'elements') ?? [];
  return (
    (text === undefined || lengthOf(text) <= 3000) &&
    Array.isArray(fields) &&
    fields.length <= 10 &&
    fields.every((field) => lengthOf(field) <= 2000) &&
    Array.isArray(elements) &&
    elements.length <= 10
  );
}

function lengthOf(text: unknown): number {
  const value = member(text, 'text');
  return typeof value === 'string' && value !== '' ? value.length : Number.POSITIVE_INFINITY;
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
