import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ImageReference } from '../../../shared/domain/image-reference.ts';
import { indexUses } from '../../../shared/workloads/in-use.ts';
import type { ImageUse, UsedImage } from '../../../shared/workloads/inventory.ts';

const source = { kind: 'ecs', account: '111122223333', region: 'us-east-1' } as const;

const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;

function use(image: ImageReference, isRunning = false): ImageUse {
  return { image, source, by: 'task definition api:1', isRunning };
}

function isUsed(image: Partial<UsedImage>, ...uses: readonly ImageUse[]): boolean {
  const asked = { repository: 'api', digest: digestOf('a'), tags: [], ...image };
  return indexUses({ uses }).usesOf(asked).length > 0;
}

describe('an image is in use', () => {
  it.each<[string, boolean, Partial<UsedImage>, ImageReference]>([
    ['its digest is named', true, {}, { repository: 'api', digest: digestOf('a') }],
    [
      'its digest is named in another registry',
      true,
      {},
      { registry: 'ghcr.io', repository: 'other', digest: digestOf('a') },
    ],
    ['another digest is named', false, {}, { repository: 'api', digest: digestOf('b') }],
    ['it has the tag that is named', true, { tags: ['v1', 'v2'] }, { repository: 'api', tag: 'v2' }],
    [
      'a copy of it is named by tag in another Region',
      true,
      { tags: ['v1'] },
      { registry: '111122223333.dkr.ecr.eu-west-1.amazonaws.com', repository: 'api', tag: 'v1' },
    ],
    ['it has another tag', false, { tags: ['v1'] }, { repository: 'api', tag: 'v2' }],
    ['another repository has the tag', false, { tags: ['v1'] }, { repository: 'api/v1', tag: 'v1' }],
    ['it is named without tag, and is the latest', true, { tags: ['latest'] }, { repository: 'api' }],
    ['it is named without tag, and is not the latest', false, { tags: ['v1'] }, { repository: 'api' }],
    [
      'its tag is named together with the digest of another: that is what is pulled',
      false,
      { tags: ['v1'] },
      { repository: 'api', tag: 'v1', digest: digestOf('b') },
    ],
  ])('when %s: %s', (_when, expected, image, named) => {
    expect(isUsed(image, use(named))).toBe(expected);
  });
});

describe('for any inventory', () => {
  const repository = fc.constantFrom('api', 'worker', 'team/api');
  const tag = fc.constantFrom('latest', 'v1', 'v2');
  const digest = fc.constantFrom('a', 'b', 'c').map(digestOf);
  const uses = fc.array(
    fc
      .record(
        { registry: fc.constantFrom('one.example', 'two.example'), repository, tag, digest },
        { requiredKeys: ['repository'] },
      )
      .map((image) => use(image)),
    { maxLength: 20 },
  );
  const image = fc.record({ repository, digest, tags: fc.uniqueArray(tag) });

  it('gives the uses that speak of the image, and no other', () => {
    const speaksOf = (
      { image: named }: ImageUse,
      { repository: held, digest: of, tags }: UsedImage,
    ): boolean =>
      named.digest === undefined
        ? named.repository === held && tags.includes(named.tag ?? 'latest')
        : named.digest === of;
    fc.assert(
      fc.property(uses, image, (all, asked) => {
        const expected = all.filter((each) => speaksOf(each, asked));
        expect(new Set(indexUses({ uses: all }).usesOf(asked))).toEqual(new Set(expected));
      }),
    );
  });

  it('gives each use once, in whatever order they are known', () => {
    fc.assert(
      fc.property(uses, image, (all, asked) => {
        const found = indexUses({ uses: all }).usesOf(asked);
        expect(new Set(found).size).toBe(found.length);
        expect(new Set(indexUses({ uses: all.toReversed() }).usesOf(asked))).toEqual(new Set(found));
      }),
    );
  });

  it('lets nothing out of use when more is known', () => {
    fc.assert(
      fc.property(uses, uses, image, (some, more, asked) => {
        const before = indexUses({ uses: some }).usesOf(asked);
        expect(indexUses({ uses: [...some, ...more] }).usesOf(asked)).toEqual(
          expect.arrayContaining([...before]),
        );
      }),
    );
  });

  it('finds what is used in every repository and Region that holds the same bytes', () => {
    fc.assert(
      fc.property(uses, image, repository, (all, asked, elsewhere) => {
        const { usesOf } = indexUses({ uses: all });
        const byDigest = usesOf(asked).filter((each) => each.image.digest !== undefined);
        expect(usesOf({ ...asked, repository: elsewhere })).toEqual(expect.arrayContaining(byDigest));
      }),
    );
  });
});
