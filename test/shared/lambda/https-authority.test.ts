import type { Server, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { https } from '../../../shared/lambda/https.ts';
import { authority, server as identity, otherAuthority } from './certificates.ts';

describe('a get of a server with an authority of its own', () => {
  let server: Server;
  let answer: (headers: Record<string, unknown>, response: ServerResponse) => void;

  beforeEach(async () => {
    answer = (_headers, response) => response.end('ok');
    server = createServer(identity, ({ headers }, response) => answer(headers, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const client = () => https(() => new Date('2026-01-01T00:00:00Z'));
  const request = (ca?: string) => {
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const url = `https://127.0.0.1:${port}/api/v1/pods`;
    return { url, timeoutMs: 5000, ...(ca !== undefined && { ca }) };
  };

  it('is answered when that authority is trusted', async () => {
    expect(await client().get(request(authority))).toMatchObject({ status: 200, body: 'ok' });
  });

  it.each([
    ['the usual authorities', undefined],
    ['another authority', otherAuthority],
  ])('is refused when %s alone are trusted', async (_whom, ca) => {
    await expect(client().get(request(ca))).rejects.toThrow(/gave no answer \(.*certificate/);
  });

  it.each([
    ['the usual authorities', undefined],
    ['another authority', otherAuthority],
  ])('never uses its connection again for whoever trusts %s', async (_whom, ca) => {
    const { get } = client();
    await get(request(authority));
    await expect(get(request(ca))).rejects.toThrow(/certificate/);
    expect((await get(request(authority))).status).toBe(200);
  });

  it('sends the headers that it is given', async () => {
    answer = ({ authorization }, response) => response.end(authorization);
    const headers = { authorization: 'Bearer token' };
    expect((await client().get({ ...request(authority), headers })).body).toBe('Bearer token');
  });

  it('reads as much as it is asked to', async () => {
    answer = (_headers, response) => response.end('x'.repeat(2 * 1024 * 1024));
    const { get } = client();
    expect((await get({ ...request(authority), mostBytes: 3 * 1024 * 1024 })).body).toHaveLength(
      2 * 1024 * 1024,
    );
    expect((await get({ ...request(authority), mostBytes: 10 })).body).toBe('x'.repeat(10));
  });
});
