import fc from 'fast-check';
import opsPolicy from '../../../ops.config.ts';
import type { RetentionPolicy } from '../../../shared/retention/policy.ts';
import type { RegistryImage, RepositoryState } from '../../../shared/retention/registry-state.ts';
import { indexUses, type UseIndex } from '../../../shared/workloads/in-use.ts';
import type { ImageUse } from '../../../shared/workloads/inventory.ts';

/* Registries for the tests of retention: by hand, and generated. */

export const now = new Date('2027-06-15T04:00:00Z');

export const policy: RetentionPolicy = {
  environments: opsPolicy.environments,
  services: opsPolicy.services,
  images: { environmentWhenUnclear: 'production' },
  retention: {
    images: { production: 365, staging: 90, development: 30 },
    untaggedImages: 14,
    keepGoodReleases: 2,
    archive: { deleteAfterDays: 90 },
  },
};

export const repository = 'aeon-dt-api';

const dayMs = 24 * 60 * 60 * 1000;

export function daysAgo(days: number): Date {
  return new Date(now.getTime() - days * dayMs);
}

/** A digest that can be read in a test: the name, and zeros. */
export function digestOf(name: string): string {
  return `sha256:${Buffer.from(name).toString('hex').padEnd(64, '0')}`;
}

/** An image that nothing speaks for: development, pushed long ago. */
export function image(name: string, over: Partial<RegistryImage> = {}): RegistryImage {
  return {
    digest: digestOf(name),
    kind: 'image',
    tags: [`aeon-dt-api-dev-1.0.0-${name}`],
    pushedAt: daysAgo(400),
    sizeBytes: 1_000_000,
    status: 'ACTIVE',
    ...over,
  };
}

/** Without a tag: a part of an index, or left over. */
export function part(name: string, over: Partial<RegistryImage> = {}): RegistryImage {
  return image(name, { tags: [], ...over });
}

export function stateOf(
  images: readonly RegistryImage[],
  {
    parts = {},
    ...over
  }: Partial<Omit<RepositoryState, 'images' | 'parts'>> & {
    readonly parts?: Readonly<Record<string, readonly string[]>>;
  } = {},
): RepositoryState {
  return {
    repository,
    images,
    parts: new Map(
      Object.entries(parts).map(([name, of]) => [
        digestOf(name),
        { digests: of.map(digestOf), isComplete: true },
      ]),
    ),
    taggedAt: new Map(),
    known: new Map(),
    missing: [],
    ...over,
  };
}

export const noUses = indexUses({ uses: [] });

export function useOf(names: readonly string[]): UseIndex {
  return indexUses({ uses: names.map((name) => usage(digestOf(name))) });
}

export function usage(digest: string): ImageUse {
  return {
    image: { repository, digest },
    source: { kind: 'eks', account: '111122223333', region: 'us-east-1', cluster: 'prod' },
    by: 'Deployment production/api',
    isRunning: true,
  };
}

export interface Generated {
  readonly state: RepositoryState;
  readonly uses: readonly ImageUse[];
}

const anAge = fc.constantFrom(0.5, 13, 14, 15, 29, 30, 31, 60, 89, 90, 91, 200, 364, 365, 366, 500);

interface Seed {
  readonly kind: RegistryImage['kind'];
  readonly words: readonly string[];
  readonly age: number;
  readonly archivedFor: number | undefined;
  readonly isActivating: boolean;
  readonly pulledAgo: number | undefined;
  readonly hasPushTime: boolean;
  readonly parts: readonly number[];
  readonly isRead: boolean;
  readonly isComplete: boolean;
  readonly subject: number | undefined;
  readonly byTag: boolean;
  readonly verdict: 'good' | 'bad' | undefined;
  readonly taggedAgo: number | undefined;
  readonly isUsed: boolean;
}

const rarely = (weight: number) =>
  fc.oneof({ weight, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });

const seed: fc.Arbitrary<Seed> = fc.record({
  kind: fc.constantFrom('image', 'image', 'index', 'index', 'artifact'),
  words: fc.subarray(['prod', 'staging', 'dev', 'odd'], { maxLength: 2 }),
  age: anAge,
  archivedFor: fc.option(anAge, { nil: undefined, freq: 2 }),
  isActivating: rarely(20),
  pulledAgo: fc.option(anAge, { nil: undefined, freq: 2 }),
  hasPushTime: fc.oneof(
    { weight: 20, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  ),
  parts: fc.array(fc.nat(20), { maxLength: 4 }),
  isRead: fc.oneof(
    { weight: 12, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  ),
  isComplete: fc.oneof(
    { weight: 8, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  ),
  subject: fc.option(fc.nat(20), { nil: undefined, freq: 3 }),
  byTag: fc.boolean(),
  verdict: fc.constantFrom('good', 'good', 'bad', undefined),
  taggedAgo: fc.option(anAge, { nil: undefined, freq: 2 }),
  isUsed: rarely(8),
});

/**
 * Repositories of up to 24 images with indexes in indexes, shared parts, referrers by manifest and by tag, promoted and
 * archived images. What an image names is always an older one, as digests have it.
 */
export const registries: fc.Arbitrary<Generated> = fc
  .array(seed, { minLength: 1, maxLength: 24 })
  .map((seeds) => {
    const names = seeds.map((_seed, position) => `i${position}`);
    const older = (position: number, distance: number): string | undefined => names[position - 1 - distance];
    const parts = new Map<string, { digests: readonly string[]; isComplete: boolean }>();
    const taggedAt = new Map<string, Date>();
    const known = new Map<string, 'good' | 'bad'>();
    const uses: ImageUse[] = [];
    const images = seeds.map((each, position): RegistryImage => {
      const digest = digestOf(names[position] ?? '');
      const subject = each.kind === 'artifact' ? older(position, each.subject ?? 99) : undefined;
      const tags = each.words.map(
        (word) => `${word === 'odd' ? 'latest' : `aeon-dt-api-${word}`}-1.0.0-${names[position]}`,
      );
      if (each.kind === 'index' && each.isRead) {
        const digests = each.parts.flatMap((distance) => older(position, distance) ?? []).map(digestOf);
        parts.set(digest, { digests, isComplete: each.isComplete });
      }
      if (each.taggedAgo !== undefined && tags[0] !== undefined)
        taggedAt.set(tags[0], daysAgo(each.taggedAgo));
      if (each.verdict !== undefined) known.set(digest, each.verdict);
      if (each.isUsed) uses.push(usage(digest));
      const isArchived = each.archivedFor !== undefined;
      return {
        digest,
        kind: each.kind,
        tags: subject !== undefined && each.byTag ? [`${digestOf(subject).replace(':', '-')}.sig`] : tags,
        sizeBytes: 1000,
        status: each.isActivating ? 'ACTIVATING' : isArchived ? 'ARCHIVED' : 'ACTIVE',
        ...(each.hasPushTime && { pushedAt: daysAgo(each.age) }),
        ...(each.archivedFor !== undefined && { archivedAt: daysAgo(each.archivedFor) }),
        ...(each.pulledAgo !== undefined && { pulledAt: daysAgo(each.pulledAgo) }),
        ...(subject !== undefined && !each.byTag && { subject: digestOf(subject) }),
      };
    });
    return { state: { repository, images, parts, taggedAt, known, missing: [] }, uses };
  });
