import { ECRClient } from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { connectClient } from '../../../rehearsal/aws/connect.ts';
import { Ecr } from '../../../rehearsal/aws/ecr.ts';
import type { Operations } from '../../../rehearsal/kernel.ts';
import { imageArchive } from '../../../shared/aws/image-archive.ts';
import { client, role, testKernel } from '../../rehearsal/aws/stand.ts';

const region = 'us-east-1';
const absent = `sha256:${'00'.repeat(32)}`;

let ecr: Ecr;
let calls: number;

beforeEach(() => {
  ecr = new Ecr(testKernel());
  ecr.createRepository(region, 'api');
  calls = 0;
});

function archive() {
  const connected = client(ECRClient, region);
  const operations: Operations = ecr.operations;
  connectClient(connected, async ({ operation, input }) => {
    calls += 1;
    const perform = operations[operation];
    if (perform === undefined) throw new RangeError(`${operation} is not simulated`);
    return perform(input as never, { principal: role, region });
  });
  return imageArchive(connected);
}

const push = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) =>
    ecr.push(region, 'api', { tags: [`api-prod-1.0.${index}-4f1c2ab`] }),
  );

describe('the images of some digests', () => {
  it('are asked for a hundred at a time, archived ones among them', async () => {
    const digests = push(101);
    await archive().archive({ repository: 'api', digest: digests[7] ?? '' });
    calls = 0;
    const images = await archive().imagesOf('api', digests);
    expect(calls).toBe(2);
    expect(images.size).toBe(101);
    expect(images.get(digests[7] ?? '')).toMatchObject({
      state: 'ARCHIVED',
      kind: 'image',
      tags: ['api-prod-1.0.7-4f1c2ab'],
    });
    expect(images.get(digests[8] ?? '')?.state).toBe('ACTIVE');
  });

  it('are asked for one by one when one of them is not there', async () => {
    const digests = push(3);
    const images = await archive().imagesOf('api', [...digests, absent]);
    expect([...images.keys()].toSorted()).toEqual(digests.toSorted());
    expect(calls).toBe(5);
  });

  it('are none in a repository that is not there, after one call', async () => {
    expect((await archive().imagesOf('gone', [absent, absent])).size).toBe(0);
    expect(calls).toBe(1);
  });
});

describe('all images of a repository', () => {
  it('are listed with those that are archived or being restored', async () => {
    const [active = '', archived = '', back = ''] = push(3);
    const to = archive();
    for (const digest of [archived, back]) await to.archive({ repository: 'api', digest });
    await to.restore({ repository: 'api', digest: back });
    calls = 0;
    const images = await to.list('api');
    expect(calls).toBe(1);
    expect([active, archived, back].map((digest) => images?.get(digest)?.state)).toEqual([
      'ACTIVE',
      'ARCHIVED',
      'ACTIVATING',
    ]);
  });

  it('are unknown where there is no such repository', async () => {
    expect(await archive().list('gone')).toBeUndefined();
  });
});
