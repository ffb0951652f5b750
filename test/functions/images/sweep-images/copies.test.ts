import { describe, expect, it } from '@jest/globals';
import {
  type AskedCopy,
  awaitedCopies,
  decideCopyGaps,
  unrecorded,
} from '../../../../functions/images/sweep-images/copies.ts';
import type { ListedImage } from '../../../../shared/aws/image-registry.ts';
import type { ReplicaStatus } from '../../../../shared/aws/image-replication.ts';
import { policy } from '../../../builders.ts';

const now = new Date('2026-03-02T12:00:00Z');

function image(digest: string, over: Partial<ListedImage> = {}): ListedImage {
  return {
    digest,
    kind: 'index',
    tags: [`api-prod-${digest}-4f1c2ab`],
    pushedAt: new Date('2026-03-02T10:55:00Z'),
    ...over,
  };
}

const status = (of: ReplicaStatus['status'], failureCode = ''): ReplicaStatus => ({
  status: of,
  failureCode,
});

function gapsOf(copies: readonly AskedCopy[], open: readonly string[] = []) {
  return decideCopyGaps(copies, {
    repository: 'api',
    arn: 'arn:aws:ecr:us-east-1:123456789012:repository/api',
    policy,
    isOpen: (gap) => open.includes(gap),
    now,
  });
}

describe('awaitedCopies', () => {
  it.each([
    ['2026-03-02T11:00:00Z', ['us-west-2', 'eu-west-1']],
    ['2026-03-02T11:00:01Z', []],
  ])('an hour after its push an image should be in every other Region: pushed at %s', (pushedAt, regions) => {
    const copies = awaitedCopies([image('a', { pushedAt: new Date(pushedAt) })], policy, now);
    expect(copies.map(({ region }) => region)).toEqual(regions);
  });

  it('of what has no tag no copy is awaited', () => {
    expect(awaitedCopies([image('a', { tags: [] })], policy, now)).toEqual([]);
  });

  it('those of which something is recorded in their Region are there', () => {
    const copies = awaitedCopies([image('a')], policy, now);
    const left = unrecorded(copies, 'api', new Map([['eu-west-1#api@a', {}]]));
    expect(left.map(({ region }) => region)).toEqual(['us-west-2']);
  });
});

describe('decideCopyGaps', () => {
  it.each<[string, ReplicaStatus | undefined, readonly [string, string] | undefined]>([
    ['complete', status('COMPLETE'), undefined],
    [
      'under way',
      status('IN_PROGRESS'),
      ['copy-late', 'the replication to us-west-2 is still under way, 1 h 5 min after its push'],
    ],
    [
      'failed',
      status('FAILED', 'AccessDenied'),
      ['copy-failed', 'the replication to us-west-2 failed (AccessDenied), 1 h 5 min after its push'],
    ],
    [
      'not known of',
      undefined,
      ['copy-missing', 'no replication to us-west-2 is known of, 1 h 5 min after its push'],
    ],
  ])('a copy that ECR says is %s', (_what, told, gap) => {
    const gaps = gapsOf([{ image: image('a'), region: 'us-west-2', status: told }]);
    expect(gaps.map(({ facts, reason }) => [facts.kind, reason])).toEqual(gap === undefined ? [] : [gap]);
  });

  it('belongs to the environment of its tags, and names the image and the Region', () => {
    const [gap] = gapsOf([
      {
        image: image('a', { tags: ['api-dev-1-a', 'api-staging-1-a'] }),
        region: 'us-west-2',
        status: undefined,
      },
    ]);
    expect(gap).toMatchObject({
      scope: 'copies/api',
      environment: 'staging',
      subject: 'arn:aws:ecr:us-east-1:123456789012:repository/api/a',
      facts: { digest: 'a', copyRegion: 'us-west-2', tags: ['api-dev-1-a', 'api-staging-1-a'] },
    });
  });

  describe('where many are missing', () => {
    const many = ['a', 'b', 'c', 'd', 'e'].map((digest, hour) => ({
      image: image(digest, { pushedAt: new Date(`2026-03-02T0${hour}:00:00Z`) }),
      region: 'us-west-2',
      status: undefined,
    }));
    const namesOf = (open: readonly string[]) => gapsOf(many, open).map(({ facts }) => facts.gap);

    it('tells of the three newest one by one, and of the others together', () => {
      expect(namesOf([])).toEqual([
        'copy/us-west-2/api@e',
        'copy/us-west-2/api@d',
        'copy/us-west-2/api@c',
        'copies/us-west-2/api',
      ]);
      expect(gapsOf(many).at(-1)).toMatchObject({
        reason: '2 more images have no copy in us-west-2, the oldest 12 h 0 min after its push',
        facts: { kind: 'copy-missing' },
      });
    });

    it('goes on telling of those one by one that it has told of so', () => {
      expect(namesOf(['copy/us-west-2/api@a'])).toEqual([
        'copy/us-west-2/api@a',
        'copy/us-west-2/api@e',
        'copy/us-west-2/api@d',
        'copies/us-west-2/api',
      ]);
    });

    it('counts each Region on its own', () => {
      const elsewhere = many.slice(0, 1).map((copy) => ({ ...copy, region: 'eu-west-1' }));
      expect(gapsOf([...many, ...elsewhere])).toHaveLength(5);
    });
  });
});
