import type { ClientRequest, Agent as HttpAgent, IncomingMessage } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import { RetryableError } from './errors.ts';
import type { HttpsAnswer, HttpsGet, HttpsPost } from './world.ts';

/** What we need of node:https; node:http has it too. */
export interface Transport {
  readonly Agent: new (options: { keepAlive: boolean }) => HttpAgent;
  readonly request: (
    url: string,
    options: RequestOptions,
    answered: (response: IncomingMessage) => void,
  ) => ClientRequest;
}

/** Bytes of the answer to a post that are read. The services that are posted to answer in a few hundred. */
const mostOfPost = 64 * 1024;

/** Bytes of the answer to a get that are read, unless more are asked for. The config of an image has a few thousand. */
const mostOfGet = 1024 * 1024;

/**
 * Milliseconds for which a connection is used again. While Lambda has a function frozen, nobody hears the server close
 * the connection, and a request on it would fail: a function that thaws after longer than this opens a new one.
 */
const connectionKeptMs = 5000;

interface Exchange {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  readonly mostBytes: number;
  readonly ca?: string;
}

/**
 * Makes the `post` and the `get` of a world. They stand on node:https, which the AWS SDK has loaded already, and not on
 * `fetch`, which loads undici: nearly as much work as the start of Node.js itself.
 *
 * The address of a webhook is a secret, and so is a presigned URL: no error tells more of an address than the host.
 */
export function https(
  now: () => Date,
  transport: Transport = { Agent, request },
): { readonly post: HttpsPost; readonly get: HttpsGet } {
  let agent = new transport.Agent({ keepAlive: true });
  let usedAt = 0;

  async function exchange(asked: Exchange): Promise<HttpsAnswer> {
    const host = hostOf(asked.url);
    if (now().getTime() - usedAt > connectionKeptMs) agent = new transport.Agent({ keepAlive: true });
    const signal = AbortSignal.timeout(asked.timeoutMs);
    try {
      return await readAnswer(await send(asked, transport, agent, signal), asked.mostBytes);
    } catch (cause) {
      const why = signal.aborted ? `within ${asked.timeoutMs} ms` : `(${describe(cause)})`;
      throw new RetryableError(`${host} gave no answer ${why}`, { cause, facts: { host } });
    } finally {
      usedAt = now().getTime();
    }
  }

  return {
    post: ({ url, headers, body, timeoutMs }) => {
      const length = { 'content-length': String(Buffer.byteLength(body)) };
      const withLength = { ...headers, ...length };
      return exchange({
        method: 'POST',
        url,
        headers: withLength,
        body,
        timeoutMs,
        mostBytes: mostOfPost,
      });
    },
    get: ({ url, timeoutMs, headers = {}, ca, mostBytes = mostOfGet }) => {
      const authority = ca === undefined ? {} : { ca };
      return exchange({ method: 'GET', url, headers, body: '', timeoutMs, mostBytes, ...authority });
    },
  };
}

function hostOf(url: string): string {
  const parsed = URL.parse(url);
  if (parsed) return parsed.host;
  throw new Error('The address to ask is not a URL. It is not shown, because it may be a secret.');
}

function send(
  { url, body, method, headers, ca }: Exchange,
  transport: Transport,
  agent: HttpAgent,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // The agent keeps connections apart by the authorities that were asked for: none is used for another request.
    const options = { method, agent, signal, headers, ...(ca !== undefined && { ca }) };
    transport.request(url, options, resolve).on('error', reject).end(body);
  });
}

async function readAnswer(response: IncomingMessage, mostBytes: number): Promise<HttpsAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const data of response) {
    const chunk: Buffer = data;
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= mostBytes) break;
  }
  return {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
    ),
    body: Buffer.concat(chunks).subarray(0, mostBytes).toString('utf8'),
  };
}

function describe(error: unknown): string {
  return Error.isError(error) ? error.message : String(error);
}
