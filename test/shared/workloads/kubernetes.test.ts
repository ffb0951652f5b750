import type { Server } from 'node:http';
import { createServer } from 'node:https';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { https } from '../../../shared/lambda/https.ts';
import type { HttpsAnswer, HttpsGet, HttpsGetRequest } from '../../../shared/lambda/world.ts';
import { listWorkloads } from '../../../shared/workloads/kubernetes.ts';
import { authority, server as identity } from '../lambda/certificates.ts';

const role = 'arn:aws:iam::111122223333:role/aeon-ops-workload-reader';
const waiting = new AbortController().signal;
const empty = { metadata: {}, items: [] };

function pod(name: string): object {
  const spec = { containers: [{ name: 'api', image: `api:${name}` }] };
  return { metadata: { name, namespace: 'production' }, spec, status: { phase: 'Running' } };
}

function answer(status: number, body: unknown): HttpsAnswer {
  return { status, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

/** Lists what a cluster holds that answers so. Lists other than that of the pods are empty. */
function list(
  answerPods: (request: HttpsGetRequest) => HttpsAnswer | Promise<HttpsAnswer>,
  signal = waiting,
) {
  const get: HttpsGet = async (request) =>
    request.url.includes('/api/v1/pods') ? answerPods(request) : answer(200, empty);
  const api = { endpoint: 'https://cluster.example', ca: 'ca', token: 'k8s-aws-v1.token', role };
  return listWorkloads(api, get, signal);
}

describe('a cluster on the wire', () => {
  let server: Server;
  const asked: { readonly url: string | undefined; readonly headers: object }[] = [];

  beforeEach(async () => {
    asked.length = 0;
    const pods = Array.from({ length: 1200 }, (_, index) => pod(`p${index}`));
    server = createServer(identity, ({ url, headers }, response) => {
      asked.push({ url, headers });
      const { pathname, searchParams } = new URL(url ?? '', 'https://cluster');
      const from = Number(searchParams.get('continue')?.replace('from=', '') ?? 0);
      const to = from + Number(searchParams.get('limit'));
      const held = pathname === '/api/v1/pods' ? pods : [];
      const metadata = to < held.length ? { continue: `from=${to}`, remainingItemCount: 1 } : {};
      const items = held.slice(from, to);
      response.end(JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata, items }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('is asked for every kind of workload, page by page, over TLS with its own authority', async () => {
    const { port } = server.address() as { port: number };
    const { get } = https(() => new Date('2026-01-01T00:00:00Z'));
    const endpoint = `https://127.0.0.1:${port}`;
    const api = { endpoint, ca: authority, token: 'k8s-aws-v1.token', role };
    const images = await listWorkloads(api, get, waiting);

    expect(images).toHaveLength(1200);
    expect(new Set(images.map(({ image }) => image.tag)).size).toBe(1200);
    expect(asked.map(({ url }) => url)).toEqual([
      '/api/v1/pods?limit=500',
      '/api/v1/pods?limit=500&continue=from%3D500',
      '/api/v1/pods?limit=500&continue=from%3D1000',
      '/api/v1/replicationcontrollers?limit=500',
      '/apis/apps/v1/deployments?limit=500',
      '/apis/apps/v1/replicasets?limit=500',
      '/apis/apps/v1/statefulsets?limit=500',
      '/apis/apps/v1/daemonsets?limit=500',
      '/apis/apps/v1/controllerrevisions?limit=500',
      '/apis/batch/v1/jobs?limit=500',
      '/apis/batch/v1/cronjobs?limit=500',
    ]);
    expect(asked[0]?.headers).toMatchObject({
      authorization: 'Bearer k8s-aws-v1.token',
      accept: 'application/json',
    });
  });
});

describe('a cluster that does not tell all', () => {
  it.each([
    [401, `the cluster does not know the role ${role}`, /access entry with AmazonEKSViewPolicy/],
    [
      403,
      `the cluster does not let the role ${role} look at everything`,
      /access entry with AmazonEKSViewPolicy/,
    ],
    [404, 'the cluster answered HTTP 404 for /api/v1/pods', /404/],
  ])('because it answers %d is not known, and says what to do', async (status, message, remedy) => {
    const asking = list(() => answer(status, { kind: 'Status', code: status }));
    await expect(asking).rejects.toThrow(message);
    await expect(asking).rejects.toThrow(remedy);
  });

  it.each([
    ['that is cut off', '{"metadata":{},"items":[', /no whole JSON; 24 bytes were read/],
    ['of another kind', '<html></html>', /no whole JSON/],
    ['that is no list', '{}', /cannot be understood/],
  ])('in an answer %s is not known', async (_what, body, expected) => {
    await expect(list(() => answer(200, body))).rejects.toThrow(expected);
  });

  it('is not asked on when nobody waits any more', async () => {
    const abort = new AbortController();
    let pages = 0;
    const asking = list(() => {
      if (++pages === 2) abort.abort();
      return answer(200, { metadata: { continue: 'more' }, items: [] });
    }, abort.signal);
    await expect(asking).rejects.toThrow();
    expect(pages).toBe(2);
  });
});

describe('a list whose token has run out', () => {
  /** Expires so often on the second page. */
  function expiring(times: number) {
    let begun = 0;
    const asking = list(({ url }) => {
      if (!url.includes('continue')) {
        begun += 1;
        return answer(200, { metadata: { continue: 'more' }, items: [pod(`first-${begun}`)] });
      }
      return begun <= times
        ? answer(410, { reason: 'Expired' })
        : answer(200, { metadata: {}, items: [pod('last')] });
    });
    return { asking, begun: () => begun };
  }

  it('is read again from its beginning, and nothing of the first reading counts', async () => {
    const { asking } = expiring(2);
    expect((await asking).map(({ image }) => image.tag)).toEqual(['first-3', 'last']);
  });

  it('is given up after the third time', async () => {
    const { asking, begun } = expiring(3);
    await expect(asking).rejects.toThrow(/changed faster than it could be read, 3 times in a row/);
    expect(begun()).toBe(3);
  });
});

describe('a page that is not answered', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const failures: readonly [string, () => HttpsAnswer, RegExp][] = [
    ['the cluster is busy', () => answer(429, 'slow down'), /HTTP 429 for \/api\/v1\/pods/],
    ['the cluster fails', () => answer(503, 'etcd'), /HTTP 503 for \/api\/v1\/pods/],
    [
      'it cannot be reached',
      () => {
        throw new Error('no answer within 10000 ms');
      },
      /could not be reached \(no answer within 10000 ms\): see that its endpoint is public/,
    ],
  ];

  it.each(failures)('because %s is asked for once more', async (_why, fail) => {
    let turn = 0;
    const asking = list(() => (turn++ === 0 ? fail() : answer(200, { metadata: {}, items: [pod('one')] })));
    await jest.advanceTimersByTimeAsync(1000);
    expect(await asking).toHaveLength(1);
  });

  it.each(failures)('because %s, twice, is not known', async (_why, fail, expected) => {
    const asking = expect(list(fail)).rejects.toThrow(expected);
    await jest.advanceTimersByTimeAsync(1000);
    await asking;
  });
});
