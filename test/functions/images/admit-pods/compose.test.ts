import { describe, expect, it } from '@jest/globals';
import { admission, images, registry, row, sampleReview, stand, token, verdictRow } from './stand.ts';

/** The deployment's pod, with other containers. */
function podOf(names: readonly string[], namespace = 'production') {
  const review = sampleReview('pod.of-deployment');
  review.request.namespace = namespace;
  review.request.object = { spec: { containers: names.map((image, n) => ({ name: `c${n}`, image })) } };
  return review;
}

describe('a review', () => {
  it('of images that are good is answered by one question to DynamoDB', async () => {
    const webhook = stand();
    webhook.rows.push(verdictRow(images.api), verdictRow(images.worker, { verdict: 'monitor' }));
    expect(await webhook.review(sampleReview('pod.of-deployment'))).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: '2a1f7c1b-8c1c-4a1d-9b64-1a2a4b6c8d02', allowed: true },
    });
    expect(webhook.calls()).toEqual(['GetSecretValue', 'BatchGetItem']);
    await webhook.review(sampleReview('pod.of-deployment'));
    expect(webhook.calls()).toEqual(['GetSecretValue', 'BatchGetItem', 'BatchGetItem']);
  });

  it('of an image that is blocked is refused, with its name and the reason', async () => {
    const webhook = stand();
    webhook.rows.push(
      verdictRow(images.api, { verdict: 'block', reason: '1 CRITICAL finding: CVE-2026-0001' }),
      verdictRow(images.worker),
    );
    const { response } = await webhook.review(sampleReview('pod.of-deployment'));
    expect(response).toEqual({
      uid: '2a1f7c1b-8c1c-4a1d-9b64-1a2a4b6c8d02',
      allowed: false,
      status: {
        code: 403,
        reason: 'Forbidden',
        message: `aeon-ops: an image may not run in production: ${images.api}: block in us-east-1: 1 CRITICAL finding: CVE-2026-0001`,
      },
    });
    expect(webhook.world.logged).toMatchObject([
      {
        message: 'outcome',
        facts: {
          outcome: 'not admitted',
          subject: 'blue/production/Pod/aeon-dt-api-6c9f7d8b5c-x2k4p',
          environment: 'production',
          user: 'system:serviceaccount:kube-system:replicaset-controller',
        },
      },
    ]);
  });

  it('names every image that is refused', async () => {
    const webhook = stand();
    const { response } = await webhook.review(sampleReview('pod.of-deployment'));
    expect(response.status?.message).toBe(
      `aeon-ops: 2 images may not run in production: ${images.api}: it has no verdict; ${images.worker}: it has no verdict`,
    );
  });

  it('of an image that nobody judged is refused in production and warned of in development', async () => {
    const webhook = stand();
    const review = sampleReview('cronjob.create');
    expect((await webhook.review(review)).response.allowed).toBe(false);
    review.request.namespace = 'development';
    expect((await webhook.review(review)).response).toEqual({
      uid: review.request.uid,
      allowed: true,
      warnings: [`aeon-ops: ${images.backup}: it has no verdict`],
    });
  });

  it('of an image without a digest asks nobody which one is meant', async () => {
    const webhook = stand();
    const tagged = `${registry}/aeon-dt-api:3.0.0`;
    expect((await webhook.review(podOf([tagged]))).response).toMatchObject({ allowed: false });
    expect((await webhook.review(podOf([tagged], 'development'))).response).toMatchObject({
      allowed: true,
      warnings: [expect.stringContaining('without its digest')],
    });
    expect(webhook.calls()).toEqual(['GetSecretValue']);
  });

  it.each(['somewhere', 'constructor', '__proto__'])(
    'in the namespace %s, which is not listed, goes by the strictest rules',
    async (namespace) => {
      const review = podOf([images.api], namespace);
      expect((await stand().review(review)).response.status?.message).toContain('may not run in production');
    },
  );

  it('in kube-system is always admitted', async () => {
    const webhook = stand(admission({ foreignImages: 'refuse' }));
    expect((await webhook.review(podOf(['anything at all'], 'kube-system'))).response.allowed).toBe(true);
    expect(webhook.calls()).toEqual(['GetSecretValue']);
  });

  it('of a workload that changes asks only about what is new in it', async () => {
    const webhook = stand();
    webhook.rows.push(
      verdictRow(images.nextApi),
      verdictRow(images.worker, { verdict: 'block', reason: 'new' }),
    );
    expect((await webhook.review(sampleReview('deployment.update'))).response.allowed).toBe(true);
  });

  it('of a pod that is debugged lets it be, and looks at the new container alone', async () => {
    const webhook = stand(admission({ foreignImages: 'refuse' }));
    const { response } = await webhook.review(sampleReview('pod.debugged'));
    expect(response.status?.message).toContain(`an image may not run in production: ${images.foreign}`);
    expect(webhook.calls()).toEqual(['GetSecretValue']);
  });

  it('of what runs in this cluster is admitted, and only in this one', async () => {
    const webhook = stand();
    webhook.rows.push(verdictRow(images.backup, { verdict: 'block', reason: 'new' }));
    webhook.rows.push(row(images.backup, 'running#green'));
    expect((await webhook.review(sampleReview('job.of-cronjob'))).response.allowed).toBe(false);
    webhook.rows.push(row(images.backup, 'running#blue'));
    expect((await webhook.review(sampleReview('job.of-cronjob'))).response).toMatchObject({
      allowed: true,
      warnings: [expect.stringContaining('it runs in this cluster, although')],
    });
  });

  it('of what a person has allowed is admitted, said and logged', async () => {
    const webhook = stand();
    webhook.rows.push(
      verdictRow(images.backup, { verdict: 'block', reason: 'new' }),
      row(images.backup, 'allow#production', {
        image: images.backup,
        by: 'arn:aws:iam::111122223333:user/ada',
        reason: 'it is the only backup there is',
        since: '2026-03-02T11:00:00Z',
        until: '2026-03-02T13:00:00Z',
      }),
    );
    const { response } = await webhook.review(sampleReview('job.of-cronjob'));
    expect(response).toMatchObject({
      allowed: true,
      warnings: [expect.stringContaining('user/ada allowed it')],
    });
    expect(webhook.world.logged).toMatchObject([
      { level: 'warn', message: 'break-glass', facts: { image: images.backup, environment: 'production' } },
      { facts: { outcome: 'admitted' } },
    ]);
  });

  it('while a failover is open admits a release that was good', async () => {
    const webhook = stand();
    const lastGood = { verdict: 'pass', at: '2026-02-20T08:00:00.000Z' } as const;
    webhook.rows.push(verdictRow(images.backup, { verdict: 'block', reason: 'new', lastGood }));
    expect((await webhook.review(sampleReview('job.of-cronjob'))).response.allowed).toBe(false);
    webhook.switches.push({
      switch: { S: 'interlock' },
      by: { S: 'run-failover' },
      reason: { S: 'failover' },
    });
    expect((await webhook.review(sampleReview('job.of-cronjob'))).response.allowed).toBe(true);
  });

  it('of an object whose images nobody knows is refused where unknown images are', async () => {
    const review = sampleReview('deployment.update');
    review.request.kind = { group: 'argoproj.io', version: 'v1alpha1', kind: 'Rollout' };
    const webhook = stand();
    expect((await webhook.review(review)).response).toMatchObject({
      allowed: false,
      status: { message: expect.stringContaining('argoproj.io/Rollout: nobody knows where') },
    });
    review.request.namespace = 'development';
    expect((await webhook.review(review)).response.allowed).toBe(true);
  });

  it('in mode observe admits everything, and says what it would refuse', async () => {
    const webhook = stand(admission({ mode: 'observe' }));
    const { response } = await webhook.review(sampleReview('cronjob.create'));
    expect(response).toEqual({
      uid: '5d4caf4e-bf4f-4d40-8e97-4d5d7e9fb005',
      allowed: true,
      warnings: [`aeon-ops: would be refused in production: ${images.backup}: it has no verdict`],
    });
    expect(webhook.world.logged).toMatchObject([{ facts: { outcome: 'would be refused' } }]);
  });

  it('of 64 containers with a few images is one question', async () => {
    const webhook = stand();
    webhook.rows.push(verdictRow(images.api), verdictRow(images.worker));
    const names = Array.from({ length: 64 }, (_, n) => (n % 2 === 0 ? images.api : images.worker));
    expect((await webhook.review(podOf(names))).response.allowed).toBe(true);
    expect(webhook.calls().filter((call) => call === 'BatchGetItem')).toHaveLength(1);
  });

  it('of 64 images is answered in full, and said no longer than people and API servers take', async () => {
    const webhook = stand();
    const names = Array.from(
      { length: 64 },
      (_, n) => `${registry}/api@sha256:${String(n).padStart(64, '0')}`,
    );
    const { response } = await webhook.review(podOf(names));
    expect(response.status?.message).toMatch(/^aeon-ops: 64 images may not run in production: /);
    expect(response.status?.message.length).toBe(2000);

    const warned = await webhook.review(podOf(names, 'development'));
    expect(warned.response.allowed).toBe(true);
    const { warnings = [] } = warned.response;
    expect(Math.max(...warnings.map(({ length }) => length))).toBeLessThanOrEqual(256);
    expect(warnings.join('').length).toBeLessThanOrEqual(4096);
  });
});

describe('when DynamoDB gives no answer', () => {
  it('nothing is admitted where the policy fails closed, and everything with a warning elsewhere', async () => {
    const webhook = stand();
    webhook.rows.push(verdictRow(images.backup));
    webhook.failures.set('BatchGetItem', {
      error: 'InternalServerError',
      message: 'table arn:secret',
      status: 500,
    });
    const review = sampleReview('cronjob.create');
    const refused = await webhook.review(review);
    expect(refused.response.status?.message).toContain('its verdict could not be read');
    expect(JSON.stringify(refused)).not.toContain('arn:secret');
    expect(webhook.world.logged[0]).toMatchObject({ level: 'error', message: 'verdicts unreadable' });

    review.request.namespace = 'development';
    expect((await webhook.review(review)).response.allowed).toBe(true);
  });

  it('a record that cannot be read is no verdict', async () => {
    const webhook = stand();
    webhook.rows.push(
      row(images.backup, 'us-east-1#aeon-dt-database-backup', { record: '{"verdict":"pass"}' }),
    );
    expect((await webhook.review(sampleReview('cronjob.create'))).response.allowed).toBe(false);
  });
});

describe('a request', () => {
  const body = JSON.stringify(sampleReview('cronjob.create'));
  const other = 'a1'.repeat(32);

  it.each([
    ['no path', { rawPath: '/' }, 404],
    ['another path', { rawPath: '/admin/login' }, 404],
    ['no cluster', { rawPath: `/${token}` }, 404],
    ['a cluster that is no name', { rawPath: `/${token}/..` }, 404],
    ['something after the cluster', { rawPath: `/${token}/blue/more` }, 404],
    ['a wrong token', { rawPath: `/${other}/blue` }, 404],
    ['the beginning of a token', { rawPath: `/${token.slice(0, 32)}/blue` }, 404],
    ['a token in capitals', { rawPath: `/${token.toUpperCase()}/blue` }, 404],
    ['a wrong token and another method', { rawPath: `/${other}/blue`, method: 'GET' }, 404],
    ['another method', { method: 'GET' }, 405],
    ['no body', { body: '' }, 400],
    ['what is not JSON', { body: '{' }, 400],
    ['another object', { body: '{"kind":"Pod"}' }, 400],
    ['more than 1 MiB', { body: `"${'a'.repeat(1024 * 1024)}"` }, 413],
    ['more than 1 MiB by its bytes', { body: `"${'ä'.repeat(600_000)}"` }, 413],
  ])('with %s is turned away, with the words of its status alone', async (_what, over, statusCode) => {
    const webhook = stand();
    const words = {
      400: 'Bad Request',
      404: 'Not Found',
      405: 'Method Not Allowed',
      413: 'Content Too Large',
    };
    const answered = await webhook.send({ body, ...over });
    expect(answered).toEqual({
      statusCode,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ message: words[statusCode as keyof typeof words] }),
    });
    expect(webhook.calls()).not.toContain('BatchGetItem');
    expect(JSON.stringify(webhook.world.logged)).not.toContain(token);
  });

  it('of exactly 1 MiB is read', async () => {
    const webhook = stand();
    const review = sampleReview('cronjob.create');
    const padded = { ...review, padding: '' };
    padded.padding = 'a'.repeat(1024 * 1024 - JSON.stringify(padded).length);
    expect((await webhook.send({ body: JSON.stringify(padded) })).statusCode).toBe(200);
  });

  it('in base64 is read', async () => {
    const encoded = Buffer.from(body).toString('base64');
    expect((await stand().send({ body: encoded, isBase64Encoded: true })).statusCode).toBe(200);
  });

  it('never leaves its token in a log', async () => {
    const webhook = stand();
    await webhook.send({ body });
    await webhook.send({ body, rawPath: `/${other}/blue` });
    webhook.failures.set('BatchGetItem', { error: 'InternalServerError', status: 500 });
    await webhook.send({ body });
    expect(webhook.world.logged.length).toBeGreaterThan(2);
    expect(JSON.stringify(webhook.world.logged)).not.toMatch(/(5e){32}|(a1){32}/);
  });

  it('fails while no token is known', async () => {
    const webhook = stand();
    webhook.failures.set('GetSecretValue', { error: 'ResourceNotFoundException' });
    await expect(webhook.send({ body })).rejects.toThrow();
    expect(webhook.world.logged).toMatchObject([{ level: 'error', message: 'failed' }]);
  });
});
