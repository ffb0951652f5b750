import * as http from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { https } from '../../../shared/lambda/https.ts';
import type { HttpsRequest } from '../../../shared/lambda/world.ts';

describe('a request over HTTPS', () => {
  let server: http.Server;
  let answer: (request: http.IncomingMessage, response: http.ServerResponse, body: string) => void;
  let connections: number;
  let now: Date;

  beforeEach(async () => {
    connections = 0;
    now = new Date('2026-01-01T00:00:00Z');
    server = http.createServer(async (request, response) => {
      const chunks = await request.toArray();
      answer(request, response, Buffer.concat(chunks).toString());
    });
    server.on('connection', () => {
      connections++;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const request = (changes: Partial<HttpsRequest> = {}): HttpsRequest => ({
    url: `http://${host()}/services/T0/B0/hush`,
    headers: { 'content-type': 'application/json', authorization: 'Bearer xoxb-hush' },
    body: '{"text":"ü"}',
    timeoutMs: 5000,
    ...changes,
  });
  const host = (): string => {
    const address = server.address();
    return typeof address === 'object' && address ? `127.0.0.1:${address.port}` : '';
  };
  const client = () => https(() => now, http);
  const poster = () => client().post;

  it('sends the body with its headers and length, and gives the answer back', async () => {
    answer = ({ method, url, headers }, response, body) => {
      response.writeHead(201, { 'X-Seen': 'yes', 'Set-Cookie': ['a=1', 'b=2'] });
      response.end(
        JSON.stringify({
          method,
          url,
          type: headers['content-type'],
          length: headers['content-length'],
          body,
        }),
      );
    };
    const got = await poster()(request());
    expect(got).toMatchObject({ status: 201, headers: { 'x-seen': 'yes', 'set-cookie': 'a=1, b=2' } });
    expect(JSON.parse(got.body)).toEqual({
      method: 'POST',
      url: '/services/T0/B0/hush',
      type: 'application/json',
      length: '13',
      body: '{"text":"ü"}',
    });
  });

  it('gets a text, sending neither body nor headers of its own', async () => {
    answer = ({ method, url, headers }, response, body) => {
      response.end(JSON.stringify({ method, url, headers: Object.keys(headers).sort(), body }));
    };
    const got = await client().get({ url: request().url, timeoutMs: 5000 });
    expect(JSON.parse(got.body)).toEqual({
      method: 'GET',
      url: '/services/T0/B0/hush',
      headers: ['connection', 'host'],
      body: '',
    });
  });

  it('takes every HTTP status for an answer', async () => {
    answer = (_request, response) => response.writeHead(500).end('no');
    expect(await poster()(request())).toMatchObject({ status: 500, body: 'no' });
  });

  it.each([
    ['64 KB of the answer to a post', 64 * 1024, () => poster()(request())],
    ['1 MiB of the answer to a get', 1024 * 1024, () => client().get(request())],
  ])('reads no more than %s, however long it goes on', async (_what, bytes, ask) => {
    answer = (_request, response) => {
      const more = (): void => {
        while (response.writable && response.write('x'.repeat(10_000)));
        response.once('drain', more);
      };
      more();
    };
    expect((await ask()).body).toBe('x'.repeat(bytes));
  });

  it('uses a connection again, but not after it was idle for long', async () => {
    answer = (_request, response) => response.end();
    const post = poster();
    await post(request());
    await post(request());
    expect(connections).toBe(1);

    now = new Date(now.getTime() + 60_000);
    await post(request());
    expect(connections).toBe(2);
  });

  it.each([
    ['no answer comes', (): void => undefined],
    [
      'the body of the answer does not end',
      (_request: unknown, response: http.ServerResponse) => response.write('x'),
    ],
  ])('gives up in time when %s', async (_case, silent) => {
    answer = silent;
    await expect(poster()(request({ timeoutMs: 30 }))).rejects.toMatchObject({
      name: 'RetryableError',
      message: `${host()} gave no answer within 30 ms`,
    });
  });

  it('fails when the connection breaks', async () => {
    answer = (_request, response) => response.destroy();
    await expect(poster()(request())).rejects.toThrow(`${host()} gave no answer (socket hang up)`);
  });

  it('fails when the answer breaks off', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': 10 });
      response.write('half', () => response.destroy());
    };
    await expect(poster()(request())).rejects.toThrow(`${host()} gave no answer (aborted)`);
  });

  const addresses = [
    ['nobody listens', { url: 'http://127.0.0.1:1/services/hush' }],
    ['the address is none', { url: '//services/hush' }],
    ['the protocol is another', { url: 'ftp://127.0.0.1/services/hush' }],
  ] as const;

  it.each([...addresses, ['a header cannot be sent', { headers: { authorization: 'Bearer hush\n' } }]])(
    'tells nothing secret of a post when %s',
    async (_case, changes) => {
      await expectDiscretion(poster()(request(changes)));
    },
  );

  it.each(addresses)('tells nothing secret of a get when %s', async (_case, changes) => {
    await expectDiscretion(client().get(request(changes)));
  });
});

async function expectDiscretion(asking: Promise<unknown>): Promise<void> {
  const error: unknown = await asking.catch((thrown) => thrown);
  expect(error).toBeInstanceOf(Error);
  expect(everythingIn(error)).not.toContain('hush');
}

/** Message, stack and every property of an error and its causes, hidden ones too. */
function everythingIn(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  return Object.getOwnPropertyNames(error)
    .map((name) => `${name}: ${everythingIn(Reflect.get(error, name))}`)
    .join('\n');
}
