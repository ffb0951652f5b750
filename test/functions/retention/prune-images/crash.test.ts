import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { of, Region } from './region.ts';

interface Seed {
  readonly form: 'image' | 'index' | 'leftover';
  readonly word: string;
  readonly age: number;
  readonly archivedAgo: number | undefined;
  readonly isSigned: boolean;
  readonly isUsed: boolean;
}

const anyImages: fc.Arbitrary<readonly Seed[]> = fc.array(
  fc.record({
    form: fc.constantFrom('image', 'index', 'leftover'),
    word: fc.constantFrom('prod', 'staging', 'dev'),
    age: fc.constantFrom(1, 20, 31, 100, 400),
    archivedAgo: fc.option(fc.constantFrom(10, 89, 90, 120), { nil: undefined, freq: 2 }),
    isSigned: fc.boolean(),
    isUsed: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, fc.constant(true)),
  }),
  { minLength: 1, maxLength: 8 },
);

/** The same seeds make the same images: digests come from the ids of the kernel. */
function furnished(seeds: readonly Seed[], archive: 'no' | { deleteAfterDays: number }): Region {
  const place = new Region();
  place.retention = { archive, keepGoodReleases: 1 };
  for (const [number, { form, word, age, archivedAgo, isSigned, isUsed }] of seeds.entries()) {
    const tags = [`api-${word}-1.0.${number}-0f1c2ab9`];
    const digests =
      form === 'index' ? place.pushIndex(tags, { age }) : [place.push(form === 'image' ? tags : [], { age })];
    const [first = ''] = digests;
    const all = isSigned ? [...digests, place.sign(first, { age })] : digests;
    if (archivedAgo !== undefined) for (const digest of all) place.backdate(digest, { age, archivedAgo });
    if (isUsed) place.use(first);
  }
  return place;
}

const anyArchive = fc.constantFrom('no' as const, { deleteAfterDays: 90 });

describe('a run of prune-images', () => {
  it('that died at any call, and is tried again, ends as one that did not', async () => {
    const anyDeath = fc.record({
      at: fc.integer({ min: 1, max: 40 }),
      when: fc.constantFrom('before' as const, 'after' as const),
    });
    await fc.assert(
      fc.asyncProperty(anyImages, anyArchive, anyDeath, async (seeds, archive, death) => {
        const undisturbed = furnished(seeds, archive);
        await undisturbed.run();

        const place = furnished(seeds, archive);
        place.dies = death;
        await place.run();
        place.dies = undefined;
        await place.run();

        expect(place.left()).toEqual(undisturbed.left());
        expect(place.journal()).toEqual(undisturbed.journal());
        const { archived, deleted } = of(undisturbed.report()).ends;
        expect(of(place.report()).ends).toMatchObject({ archived, deleted });
      }),
      { numRuns: 60 },
    );
  });

  it('that follows another does nothing more', async () => {
    await fc.assert(
      fc.asyncProperty(anyImages, anyArchive, async (seeds, archive) => {
        const place = furnished(seeds, archive);
        await place.run();
        const once = place.left();
        await place.run();
        expect(place.left()).toEqual(once);
        expect(place.calls).not.toContain('BatchDeleteImage');
        expect(place.calls).not.toContain('UpdateImageStorageClass');
      }),
      { numRuns: 25 },
    );
  });

  it('has written down whatever it deletes before it does, and leaves every index its parts', async () => {
    await fc.assert(
      fc.asyncProperty(anyImages, anyArchive, async (seeds, archive) => {
        const place = furnished(seeds, archive);
        const before = [...place.left().keys()];
        place.meanwhile = () => {
          const left = place.left();
          const gone = before.filter((digest) => !left.has(digest));
          expect([...place.journal()]).toEqual(expect.arrayContaining(gone));
          for (const { content, status } of place.images()) {
            if (status === 'ARCHIVED') continue;
            for (const part of content.children) expect(left.get(part)).toBe('ACTIVE');
          }
        };
        await place.run();
        for (const { content } of place.images()) {
          for (const part of content.children) expect(place.left().has(part)).toBe(true);
        }
        expect(place.journal().size).toBe(before.length - place.left().size);
      }),
      { numRuns: 25 },
    );
  });
});
