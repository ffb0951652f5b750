import type { RegistryImage, RepositoryState } from './registry-state.ts';

/**
 * How the images of a repository belong together. Images are named by their position in the list: a repository may hold
 * a hundred thousand of them, most of which belong to no other.
 */
export interface Kinship {
  /** What an index leads to, as far as it is in the repository. */
  readonly partsOf: Links;
  /** The indexes that lead to an image. */
  readonly indexesOf: Links;
  /** What a referrer says something of: one image, where it is in the repository. */
  readonly subjectsOf: Links;
  /** The referrers of an image. */
  readonly referrersOf: Links;
}

/** By position; nothing for what has none. */
type Links = readonly (readonly number[] | undefined)[];

const none: readonly number[] = [];

export function linked(links: Links, position: number): readonly number[] {
  return links[position] ?? none;
}

/** All that an image is linked to in either way, as far as it is meant. */
export function linkedInEither(
  [one, other]: readonly [Links, Links],
  position: number,
  isMeant: (position: number) => boolean,
): readonly number[] {
  return one[position] !== undefined || other[position] !== undefined
    ? [...linked(one, position), ...linked(other, position)].filter(isMeant)
    : none;
}

export function kinshipOf({ images, parts }: Pick<RepositoryState, 'images' | 'parts'>): Kinship {
  const positionOf = positionsIn(images);
  const partsOf = noLinks(images.length);
  const indexesOf = noLinks(images.length);
  const subjectsOf = noLinks(images.length);
  const referrersOf = noLinks(images.length);
  images.forEach((image, position) => {
    if (image.kind === 'index') {
      for (const digest of new Set(parts.get(image.digest)?.digests)) {
        const part = positionOf(digest);
        if (part === undefined || part === position) continue;
        link(partsOf, position, part);
        link(indexesOf, part, position);
      }
    }
    const digest = subjectOf(image);
    const subject = digest === undefined ? undefined : positionOf(digest);
    if (subject === undefined || subject === position) return;
    link(subjectsOf, position, subject);
    link(referrersOf, subject, position);
  });
  return { partsOf, indexesOf, subjectsOf, referrersOf };
}

/** Where an image is in the list, by its digest. Most repositories never ask: they have no indexes and no referrers. */
function positionsIn(images: readonly RegistryImage[]): (digest: string) => number | undefined {
  let positions: Map<string, number> | undefined;
  return (digest) => {
    if (positions === undefined) {
      positions = new Map();
      for (const [position, image] of images.entries()) positions.set(image.digest, position);
    }
    return positions.get(digest);
  };
}

function noLinks(count: number): (number[] | undefined)[] {
  return Array.from({ length: count }, () => undefined);
}

function link(links: (number[] | undefined)[], from: number, to: number): void {
  const known = links[from];
  if (known === undefined) links[from] = [to];
  else known.push(to);
}

/**
 * How clients name referrers where a registry has no API for them: `sha256-<hex>` is an index of all referrers of that
 * digest, and cosign adds `.sig`, `.att` or `.sbom`.
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema
 */
const referrerTag = /^sha256-([0-9a-f]{64})(?:\.[a-z]+)?$/;

/** What a referrer is about: by its manifest, or else by its tag. */
function subjectOf({ subject, tags }: RegistryImage): string | undefined {
  if (subject !== undefined) return subject;
  for (const tag of tags) {
    if (!tag.startsWith('sha256-')) continue;
    const hex = referrerTag.exec(tag)?.[1];
    if (hex !== undefined) return `sha256:${hex}`;
  }
  return undefined;
}

/** The tags that people gave. Those that only say what a referrer is about are left out. */
export function ownTags(image: RegistryImage): readonly string[] {
  return image.tags.some(isReferrerTag) ? image.tags.filter((tag) => !isReferrerTag(tag)) : image.tags;
}

function isReferrerTag(tag: string): boolean {
  return tag.startsWith('sha256-') && referrerTag.test(tag);
}

/** What is named by nothing of its own: it follows the index it is a part of, or what it says something of. */
export function isFollower(image: RegistryImage, position: number, kinship: Kinship): boolean {
  return (
    (kinship.indexesOf[position] !== undefined || kinship.subjectsOf[position] !== undefined) &&
    ownTags(image).length === 0
  );
}
