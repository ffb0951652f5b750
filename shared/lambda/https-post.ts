import type { ClientRequest, Agent as HttpAgent, IncomingMessage, RequestOptions } from 'node:http';
import { Agent, request } from 'node:https';
import { RetryableError } from './errors.ts';
import type { HttpsAnswer, HttpsPost, HttpsRequest } from './world.ts';

/** What we need of node:https; node:http has it too. */
export interface Transport {
  readonly Agent: new (options: { keepAlive: boolean }) => HttpAgent;
  readonly request: (
    url: string,
    options: RequestOptions,
    answered: (response: IncomingMessage) => void,
  ) => ClientRequest;
}

/** Bytes of an answer's body that are read. The services that are posted to answer in a few hundred. */
const mostBodyBytes = 64 * 1024;

/**
 * Milliseconds for which a connection is used again. While Lambda has a function frozen, nobody hears the server close
 * the connection, and a post on it would fail: a function that thaws after longer than this opens a new one.
 */
const connectionKeptMs = 5000;

/**
 * Makes the `post` of a world. It stands on node:https, which the AWS SDK has loaded already, and not on `fetch`, which
 * loads undici: nearly as much work as the start of Node.js itself.
 *
 * The address of a webhook is a secret, so no error tells more of it than the host.
 */
export function httpsPost(now: () => Date, transport: Transport = { Agent, request }): HttpsPost {
  let agent = new transport.Agent({ keepAlive: true });
  let usedAt = 0;
  return async (post) => {
    const host = hostOf(post.url);
    if (now().getTime() - usedAt > connectionKeptMs) agent = new transport.Agent({ keepAlive: true });
    const signal = AbortSignal.timeout(post.timeoutMs);
    try {
      return await readAnswer(await send(post, transport, agent, signal));
    } catch (cause) {
      const why = signal.aborted ? `within ${post.timeoutMs} ms` : `(${describe(cause)})`;
      throw new RetryableError(`${host} gave no answer ${why}`, { cause, facts: { host } });
    } finally {
      usedAt = now().getTime();
    }
  };
}

function hostOf(url: string): string {
  const parsed = URL.parse(url);
  if (parsed) return parsed.host;
  throw new Error('The address to post to is not a URL. It is not shown, because it may be a secret.');
}

function send(
  { url, headers, body }: HttpsRequest,
  transport: Transport,
  agent: HttpAgent,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    transport
      .request(url, { method: 'POST', agent, signal, headers: { ...headers, ...length } }, resolve)
      .on('error', reject)
      .end(body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<HttpsAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const data of response) {
    const chunk: Buffer = data;
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= mostBodyBytes) break;
  }
  return {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
    ),
    body: Buffer.concat(chunks).subarray(0, mostBodyBytes).toString('utf8'),
  };
}

function describe(error: unknown): string {
  return Error.isError(error) ? error.message : String(error);
}
