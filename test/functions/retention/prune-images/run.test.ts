import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { AwsError } from '../../../../rehearsal/kernel.ts';
import { putApproval } from '../../../../shared/aws/approval-table.ts';
import { clientOf, role } from '../../../rehearsal/aws/stand.ts';
import { due, of, Region, region } from './region.ts';

/** Three releases to go back to, so that nothing older is kept for that. */
function withReleases(): Region {
  const place = new Region();
  for (const commit of ['aaaaaaa1', 'aaaaaaa2', 'aaaaaaa3']) {
    place.push([`api-prod-3.0.0-${commit}`], { age: 1 });
    place.push([`api-dev-3.0.0-${commit}`], { age: 1 });
  }
  return place;
}

describe('pruneImages', () => {
  it('archives what is past its retention, an index before its parts, and deletes it when its grace is over', async () => {
    const place = withReleases();
    const old = place.pushIndex(['api-dev-1.0.0-0f1c2ab9'], { age: 31 });
    const young = place.pushIndex(['api-dev-2.0.0-1f1c2ab9'], { age: 29 });

    expect(of(await place.run())).toMatchObject({ outcome: 'well', ends: { archived: 5, deleted: 0 } });
    for (const digest of old) expect(place.left().get(digest)).toBe('ARCHIVED');
    for (const digest of young) expect(place.left().get(digest)).toBe('ACTIVE');
    expect(place.journal()).toEqual(new Set());

    place.pass(89);
    for (const digest of young) place.backdate(digest, { age: 29 });
    place.pass(0.5);
    await place.run('2027-02-21T04:25:00.000Z');
    expect([...place.left().keys()]).toEqual(expect.arrayContaining([...old]));

    place.pass(1);
    const report = await place.run('2027-02-22T04:25:00.000Z');
    expect(of(report)).toMatchObject({ outcome: 'well', ends: { deleted: 5 } });
    for (const digest of old) expect(place.left().has(digest)).toBe(false);
    expect(place.journal()).toEqual(new Set(old));
  });

  it('writes down what would make a deleted image again', async () => {
    const place = withReleases();
    const digest = place.push(['api-dev-1.4.2-0f1c2ab9'], { age: 200, archivedAgo: 91 });
    await place.run();
    const [key = ''] = place.s3.keysOf('ops', 'journal/');
    expect(JSON.parse(place.s3.text('ops', key) ?? '')).toMatchObject({
      repository: 'api',
      images: [{ digest, tags: ['api-dev-1.4.2-0f1c2ab9'], rebuild: ['1.4.2-0f1c2ab9'] }],
    });
  });

  it('counts a tag that was given since the last look as a sign of life, and a push time that moved not', async () => {
    const place = withReleases();
    const digest = place.push(['api-staging-1.0.0-0f1c2ab9'], { age: 89 });
    place.push(['api-staging-1.0.0-0f1c2ab8'], { age: 89 });
    await place.run();
    const { manifest } = place.images().find((image) => image.digest === digest) ?? {};
    place.push(['api-dev-1.0.0-0f1c2ab9'], { age: 89 }, { manifest: manifest ?? '' });
    place.pass(2);
    await place.run('2026-11-26T04:25:00.000Z');
    expect(place.left().get(digest)).toBe('ACTIVE');
    expect([...place.left().values()].filter((status) => status === 'ARCHIVED')).toHaveLength(0);
    place.pass(90);
    await place.run('2027-02-24T04:25:00.000Z');
    expect(place.left().get(digest)).toBe('ACTIVE');
  });

  it('touches nothing in a repository of which something could not be found out, and goes on with the others', async () => {
    const place = withReleases();
    place.pushIndex(['api-dev-1.0.0-0f1c2ab9'], { age: 31 });
    for (const commit of ['1', '2', '3', '4']) {
      place.push(
        [`api-gateway-dev-1.0.0-000000${commit}`],
        { age: 31 + Number(commit) },
        { repository: 'api-gateway' },
      );
    }
    place.fails = (operation) =>
      operation === 'BatchGetImage' ? new AwsError('AccessDeniedException', 'not authorized') : undefined;
    const report = await place.run();
    expect(of(report)).toMatchObject({ outcome: 'incomplete' });
    expect(of(report).reason).toContain('the manifests of its indexes');
    expect([...place.left().values()]).not.toContain('ARCHIVED');
    expect(of(report, 'api-gateway')).toMatchObject({ outcome: 'well', ends: { archived: 1 } });
  });

  it('touches nothing at all while something that uses images cannot be asked', async () => {
    const place = withReleases();
    place.push(['api-dev-1.0.0-0f1c2ab9'], { age: 31 });
    const source = { kind: 'eks', account: '444455556666', region: 'us-west-2', cluster: 'standby' } as const;
    place.missing = [{ source, reason: 'access denied' }];
    const report = await place.run();
    expect(of(report).reason).toContain('standby (EKS, us-west-2, account 444455556666): access denied');
    expect([...place.left().values()]).not.toContain('ARCHIVED');
    expect(place.published).toMatchObject([{ outcome: 'stuck' }]);
  });

  it.each([
    [
      'observes',
      (place: Region) => {
        place.mode = 'observe';
      },
      'the policy has this automation observe',
    ],
    [
      'is paused',
      (place: Region) => {
        place.switches = { rows: [{ switch: 'pause/retention', by: 'ana', reason: 'audit' }] };
      },
      'paused by ana',
    ],
    [
      'stands still for a failover',
      (place: Region) => {
        place.switches = { rows: [{ switch: 'interlock', by: 'run-failover', reason: 'open' }] };
      },
      'interlocked by run-failover',
    ],
    [
      'cannot read the switches',
      (place: Region) => {
        place.switches = { unreadable: 'timeout' };
      },
      'paused',
    ],
  ])('plans and tells, and touches nothing, while it %s', async (_what, set, reason) => {
    const place = withReleases();
    place.push(['api-dev-1.0.0-0f1c2ab9'], { age: 31 });
    place.push(['api-dev-0.9.0-0f1c2ab9'], { age: 300, archivedAgo: 100 });
    set(place);
    const before = place.left();
    const report = await place.run();
    expect(of(report)).toMatchObject({ outcome: 'observed', planned: { archive: 1, delete: 1 } });
    expect(of(report).reason).toContain(reason);
    expect(place.left()).toEqual(before);
    expect(place.journal()).toEqual(new Set());
    expect(place.published).toMatchObject([
      { outcome: 'well', facts: { repositories: [{ wouldDelete: 1 }, {}] } },
    ]);
  });

  it('stops between two batches when it is paused meanwhile', async () => {
    const place = withReleases();
    for (let count = 0; count < 250; count++) place.push([`api-dev-1.0.${count}-0f1c2ab9`], { age: 31 });
    let archived = 0;
    place.meanwhile = (operation) => {
      if (operation === 'UpdateImageStorageClass') archived += 1;
      if (archived === 30) place.switches = { rows: [{ switch: 'pause/all', by: 'ana', reason: 'stop' }] };
    };
    const report = await place.run();
    expect(of(report)).toMatchObject({ outcome: 'unfinished' });
    expect(of(report).reason).toContain('paused by ana');
  });

  it('spares what has come into use since the plan, with all that it needs', async () => {
    const place = withReleases();
    place.retention = { archive: 'no' };
    const deployed = place.pushIndex(['api-dev-1.0.0-0f1c2ab9'], { age: 40 });
    const [index = ''] = deployed;
    const signature = place.sign(index, { age: 40 });
    const other = place.push(['api-dev-1.0.1-0f1c2ab9'], { age: 40 });
    place.meanwhile = (operation) => {
      if (operation !== 'PutObject' || place.uses.length > 0) return;
      place.use(index);
    };
    const report = await place.run();
    for (const digest of [...deployed, signature]) expect(place.left().get(digest)).toBe('ACTIVE');
    expect(place.left().has(other)).toBe(false);
    expect(of(report)).toMatchObject({ outcome: 'well', ends: { deleted: 1, spared: 6 } });
  });

  it('spares what was pushed again since it was listed, and what got a tag, with all that they need', async () => {
    const place = withReleases();
    const [back = '', ...parts] = place.pushIndex(['api-dev-1.0.0-0f1c2ab9'], { age: 200 });
    for (const digest of [back, ...parts]) place.backdate(digest, { age: 200, archivedAgo: 91 });
    const promoted = place.push(['api-dev-1.0.1-0f1c2ab9'], { age: 40 });
    const gone = place.push(['api-dev-1.0.2-0f1c2ab9'], { age: 40 });
    const manifestOf = (digest: string): string =>
      place.images().find((image) => image.digest === digest)?.manifest ?? '';
    place.meanwhile = (operation) => {
      if (operation !== 'PutObject' || place.calls.includes('DescribeImages') === false) return;
      place.meanwhile = () => undefined;
      place.pass(10 / 86_400);
      place.push([], { age: 200 }, { manifest: manifestOf(back) });
      place.push(['api-prod-1.0.1-0f1c2ab9'], { age: 40 }, { manifest: manifestOf(promoted) });
    };
    const report = await place.run();
    expect(place.left().get(back)).toBe('ACTIVE');
    for (const digest of parts) expect(place.left().has(digest)).toBe(true);
    expect(place.left().get(promoted)).toBe('ACTIVE');
    expect(place.left().get(gone)).toBe('ARCHIVED');
    expect(of(report)).toMatchObject({ outcome: 'well', ends: { archived: 1, spared: 6, deleted: 0 } });
  });

  it('stops where it cannot see whether something has changed since', async () => {
    const place = withReleases();
    place.push(['api-dev-1.0.0-0f1c2ab9'], { age: 40 });
    place.meanwhile = (operation) => {
      if (operation === 'PutObject') place.pass(10 / 86_400);
    };
    let listed = 0;
    place.fails = (operation) => {
      if (operation !== 'DescribeImages') return undefined;
      listed += 1;
      return listed > 2 ? new AwsError('ThrottlingException', 'Rate exceeded') : undefined;
    };
    const report = await place.run();
    expect(of(report)).toMatchObject({ outcome: 'unfinished', ends: { archived: 0, 'not-reached': 1 } });
    expect(of(report).reason).toContain('could not be looked at once more');
  });

  it('goes on with what is left when somebody has deleted some of it since', async () => {
    const place = withReleases();
    const [one = '', other = ''] = ['1', '2'].map((number) =>
      place.push([`api-dev-1.0.${number}-0f1c2ab9`], { age: 40 }),
    );
    place.meanwhile = (operation) => {
      if (operation !== 'PutObject' || !place.left().has(one)) return;
      place.pass(10 / 86_400);
      place.ecr.operations.BatchDeleteImage?.(
        { repositoryName: 'api', imageIds: [{ imageDigest: one }] },
        { principal: role, region },
      );
    };
    expect(of(await place.run())).toMatchObject({ outcome: 'well', ends: { archived: 1, gone: 1 } });
    expect(place.left().get(other)).toBe('ARCHIVED');
  });

  it('leaves alone what somebody has brought back from the archive lately', async () => {
    const place = withReleases();
    const digest = place.push(['api-dev-1.0.0-0f1c2ab9'], { age: 40, archivedAgo: 5 });
    const { manifest = '' } = place.images().find((image) => image.digest === digest) ?? {};
    place.push([], { age: 40 }, { manifest });
    place.pass(1);
    await place.run();
    expect(place.left().get(digest)).toBe('ACTIVE');
    place.pass(30);
    await place.run('2026-12-25T04:25:00.000Z');
    expect(place.left().get(digest)).toBe('ARCHIVED');
  });

  it('takes an image that ECR lists twice, while pages change, for one', async () => {
    const place = withReleases();
    const [, part = ''] = place.pushIndex(['api-prod-1.0.0-0f1c2ab9'], { age: 100 });
    place.twice = part;
    expect(of(await place.run())).toMatchObject({ outcome: 'well', planned: { archive: 0 }, images: 11 });
  });

  it('asks before it does more than one run may, and does it when a person agrees to so many', async () => {
    const place = withReleases();
    place.retention = { caps: { share: 0.25, count: 500 } };
    for (let count = 0; count < 20; count++) place.push([`api-dev-1.0.${count}-0f1c2ab9`], { age: 31 });
    const asked = await place.run();
    expect(of(asked)).toMatchObject({ outcome: 'over-cap', planned: { archive: 20 } });
    expect(place.calls).not.toContain('UpdateImageStorageClass');

    const dynamodb = clientOf(DynamoDBClient, place.dynamodb);
    const approval = { subject: 'api', by: 'ana', reason: 'first run', until: '2026-11-25T04:00:00.000Z' };
    await putApproval(dynamodb, 'switches', 'prune-images', { ...approval, most: 19 });
    expect(of(await place.run())).toMatchObject({ outcome: 'over-cap' });
    await putApproval(dynamodb, 'switches', 'prune-images', { ...approval, most: 20 });
    expect(of(await place.run())).toMatchObject({
      ...{ outcome: 'well', ends: { archived: 20 } },
      approved: 'ana approved of 20: first run',
    });
  });

  it('deletes by a hundred, and tells of each that ECR does not delete', async () => {
    const place = withReleases();
    place.retention = { archive: 'no' };
    const digests = Array.from({ length: 230 }, (_none, count) =>
      place.push([`api-dev-1.0.${count}-0f1c2ab9`], { age: 31 }),
    );
    const report = await place.run();
    expect(place.calls.filter((call) => call === 'BatchDeleteImage')).toHaveLength(3);
    expect(of(report).ends.deleted).toBe(230);
    expect(place.journal()).toEqual(new Set(digests));
    expect(of(report).bytes.deleted).toBeGreaterThan(0);
  });

  it('goes on after a call that fails, says so, and stops after three in a row', async () => {
    const place = withReleases();
    place.retention = { archive: 'no' };
    for (let count = 0; count < 250; count++) place.push([`api-dev-1.0.${count}-0f1c2ab9`], { age: 31 });
    let failed = 0;
    place.fails = (operation) => {
      if (operation !== 'BatchDeleteImage' || failed > 0) return undefined;
      failed += 1;
      return new AwsError('ThrottlingException', 'Rate exceeded');
    };
    const report = await place.run();
    expect(of(report)).toMatchObject({ outcome: 'unfinished', ends: { deleted: 150, failed: 100 } });
    expect(of(report).reason).toContain('ThrottlingException');
    expect(of(await place.run('2026-11-25T04:25:00.000Z'))).toMatchObject({
      outcome: 'well',
      ends: { deleted: 100 },
    });
  });

  it('keeps the parts of an archived index that was never read, by the verdict on it or by their age', async () => {
    const place = withReleases();
    const [index = '', ...parts] = place.pushIndex(['api-prod-1.0.0-0f1c2ab9'], { age: 200 });
    const later = place.push([], { age: 150 });
    place.backdate(index, { age: 200, archivedAgo: 199 });
    const report = await place.run();
    for (const part of parts) expect(place.left().get(part)).toBe('ACTIVE');
    expect(place.left().get(later)).toBe('ARCHIVED');
    expect(of(report).notes.join()).toContain('1 archived index cannot be read');
  });

  it('calls ECR once for each thousand images and each hundred indexes that it has not read yet', async () => {
    const place = withReleases();
    for (let count = 0; count < 230; count++)
      place.pushIndex([`api-prod-1.0.${count}-0f1c2ab9`], { age: 20 });
    await place.run();
    const count = (operation: string): number => place.calls.filter((call) => call === operation).length;
    expect([count('DescribeImages'), count('BatchGetImage')]).toEqual([2 + 1, 3]);
    await place.run();
    expect([count('DescribeImages'), count('BatchGetImage')]).toEqual([2 + 1, 0]);
  });

  it('tells of what an attempt deleted that died before it could, in the report and to people', async () => {
    const place = withReleases();
    const digest = place.push(['api-dev-1.0.0-0f1c2ab9'], { age: 200, archivedAgo: 91 });
    place.fails = (operation) => {
      if (operation !== 'PutObject' || place.left().has(digest)) return undefined;
      return new AwsError('SlowDown', 'Please reduce your request rate');
    };
    await expect(place.run()).rejects.toThrow();
    place.fails = () => undefined;
    place.pass(1 / 24);
    const report = await place.run();
    expect(of(report)).toMatchObject({
      outcome: 'well',
      planned: { archive: 0, delete: 1 },
      ends: { deleted: 1 },
      lines: [{ digest, end: 'deleted' }],
    });
    expect(place.published).toMatchObject([
      { facts: { repositories: [{ deleted: 1, wouldDelete: 1 }, {}] } },
    ]);
  });

  it('tells of what an attempt archived that died before it could, and leaves what that had written', async () => {
    const place = withReleases();
    const digests = place.pushIndex(['api-dev-1.0.0-0f1c2ab9'], { age: 31 });
    place.push(['api-dev-1.0.1-0f1c2ab9'], { age: 40, archivedAgo: 5 });
    place.busFails = true;
    await expect(place.run()).rejects.toThrow('the bus is gone');
    const written = place.report();
    expect(of(written)).toMatchObject({ ends: { archived: 5 } });
    place.busFails = false;
    place.pass(1 / 24);
    const report = await place.run();
    expect(of(report)).toMatchObject({
      ...{ outcome: 'well', reason: '5 archived, 0 deleted of 12 images', waiting: 6 },
      ...{ planned: { archive: 5, delete: 0 }, ends: { archived: 5, deleted: 0 } },
      bytes: of(written).bytes,
    });
    const told = of(report).lines.filter(({ end }) => end === 'archived');
    expect(new Set(told.map(({ digest }) => digest))).toEqual(new Set(digests));
    expect(place.s3.keysOf('ops', `reports/prune-images/${due}/`)).toHaveLength(2);
    place.pass(1);
    const next = await place.run('2026-11-25T04:25:00.000Z');
    expect(of(next)).toMatchObject({ ends: { archived: 0 }, waiting: 6 });
  });

  it('publishes what it came to, once, with where the report is', async () => {
    const place = withReleases();
    place.push(['api-dev-1.0.0-0f1c2ab9'], { age: 31 });
    await place.run();
    expect(place.published).toMatchObject([
      {
        identity: `images-pruned/us-east-1/${due}`,
        outcome: 'well',
        subject: `arn:aws:s3:::ops/reports/prune-images/${due}/${due}.json`,
        facts: { repositories: [{ repository: 'api', archived: 1, kept: 6 }, { repository: 'api-gateway' }] },
      },
    ]);
  });
});
