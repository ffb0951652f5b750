import { lastGoodReleases, lineOf, type ReleaseCandidate } from '../domain/good-releases.ts';
import type { UseIndex } from '../workloads/in-use.ts';
import { ageRules, lastSigns, signOf, type TagReader } from './age.ts';
import { isFollower, type Kinship, linked, ownTags } from './kinship.ts';
import { dayMs, type RetentionPolicy } from './policy.ts';
import type { RegistryImage, RepositoryState } from './registry-state.ts';
import type { Why } from './why.ts';

/** What is kept, and of what is not kept why not. By position in the list of images. */
export interface Kept {
  readonly because: readonly (Why | undefined)[];
  readonly notBecause: (image: RegistryImage, position: number) => Why;
}

/**
 * What stays: what is in use, the last good releases, what shows a sign of life within its retention, and all that
 * what stays needs.
 */
export function keptOf(
  state: RepositoryState,
  kinship: Kinship,
  uses: UseIndex,
  read: TagReader,
  policy: RetentionPolicy,
  now: Date,
): Kept {
  const { images, repository, taggedAt } = state;
  const signs = lastSigns(state, kinship);
  const ruleOf = ageRules(read, policy);
  const good = lastGoodReleases(releaseCandidates(state, kinship, read), policy.retention.keepGoodReleases);

  const because = images.map((image, position): Why | undefined => {
    const [use] = uses.usesOf({ repository, digest: image.digest, tags: image.tags });
    if (use !== undefined) return { code: 'in-use', use };
    if (image.status === 'ACTIVATING') return { code: 'being-restored' };
    if (good.has(image.digest)) return { code: 'last-good' };
    if (image.pushedAt === undefined) return { code: 'push-time-unknown' };
    if (isFollower(image, position, kinship)) return undefined;
    const since = signs[position] ?? Number.NaN;
    const rule = ruleOf(ownTags(image));
    if (now.getTime() - since >= rule.days * dayMs) return undefined;
    return { code: 'fresh', sign: signOf(image, since, taggedAt), since, rule };
  });
  keepHolders(because, images, kinship);
  keepNeeded(because, state, kinship);

  return {
    because,
    notBecause(image, position) {
      if (!isFollower(image, position, kinship)) {
        return { code: 'aged-out', since: signs[position] ?? Number.NaN, rule: ruleOf(ownTags(image)) };
      }
      const [subject] = linked(kinship.subjectsOf, position);
      const [index] = linked(kinship.indexesOf, position);
      return subject === undefined
        ? { code: 'goes-with-index', of: images[index ?? position]?.digest ?? '' }
        : { code: 'goes-with-subject', of: images[subject]?.digest ?? '' };
    },
  };
}

/** What a tag makes a release, and can be pulled; once for each line that its tags name. */
export function releaseCandidates(
  { images, known, taggedAt }: RepositoryState,
  { subjectsOf, indexesOf }: Kinship,
  read: TagReader,
): readonly ReleaseCandidate[] {
  const candidates: ReleaseCandidate[] = [];
  images.forEach((image, position) => {
    const { digest, kind, status, pushedAt } = image;
    if (kind === 'artifact' || status === 'ARCHIVED' || pushedAt === undefined) return;
    if (subjectsOf[position] !== undefined) return;
    const partOf = indexesOf[position]?.flatMap((index) => images[index]?.digest ?? []);
    const first = candidates.length;
    for (const tag of ownTags(image)) {
      const { line = lineOf(undefined) } = read(tag);
      let at = first;
      while (at < candidates.length && candidates[at]?.line !== line) at += 1;
      const releasedAt = newest(candidates[at]?.releasedAt ?? pushedAt, taggedAt.get(tag) ?? pushedAt);
      candidates[at] = {
        digest,
        line,
        releasedAt,
        ...(partOf !== undefined && { partOf }),
        known: known.get(digest) ?? 'unknown',
      };
    }
  });
  return candidates;
}

function newest(one: Date, other: Date): Date {
  return one.getTime() >= other.getTime() ? one : other;
}

/** A workload may name the image of one platform, and people the index that it came by. */
function keepHolders(
  because: (Why | undefined)[],
  images: readonly RegistryImage[],
  { indexesOf }: Kinship,
): void {
  const inUse = [...because.keys()].filter((position) => because[position]?.code === 'in-use');
  const seen = new Set(inUse);
  for (const position of inUse) {
    for (const index of linked(indexesOf, position)) {
      if (seen.has(index)) continue;
      seen.add(index);
      inUse.push(index);
      because[index] = { code: 'holds-what-is-in-use', of: images[position]?.digest ?? '' };
    }
  }
}

/**
 * Goes from what is kept to what it needs, and on from there: the parts of an index, what a referrer is about, and what
 * refers to it.
 */
function keepNeeded(
  because: (Why | undefined)[],
  { images, parts }: RepositoryState,
  { partsOf, subjectsOf, referrersOf }: Kinship,
): void {
  const unread: RegistryImage[] = [];
  const spread = (from: readonly number[]): void => {
    const kept = [...from];
    const keep = (
      positions: readonly number[],
      code: 'part-of' | 'says-something-of' | 'spoken-of-by',
      of: string,
    ) => {
      for (const position of positions) {
        if (because[position] !== undefined) continue;
        because[position] = { code, of };
        kept.push(position);
      }
    };
    // What is kept meanwhile is gone through too.
    for (const position of kept) {
      const image = images[position];
      if (image === undefined) continue;
      keep(linked(partsOf, position), 'part-of', image.digest);
      keep(linked(referrersOf, position), 'says-something-of', image.digest);
      keep(linked(subjectsOf, position), 'spoken-of-by', image.digest);
      if (image.kind === 'index' && parts.get(image.digest)?.isComplete !== true) unread.push(image);
    }
  };

  spread([...because.keys()].filter((position) => because[position] !== undefined));
  for (let doubted = unread.length; doubted > 0; ) {
    const mayBePart = doubtOver(unread, parts);
    const found: number[] = [];
    for (const [position, image] of images.entries()) {
      const of = because[position] === undefined ? mayBePart(image) : undefined;
      if (of === undefined) continue;
      because[position] = { code: 'may-be-part-of', of };
      found.push(position);
    }
    const before = unread.length;
    spread(found);
    doubted = unread.length - before;
  }
}

/**
 * Which images may be parts of indexes that cannot be read, and of which one.
 *
 * What an index leads to was pushed before it. Of an index of which nothing is known it may be any such image; where only
 * its attestations are unknown, they have no tags, and were made and pushed with it.
 */
function doubtOver(
  unread: readonly RegistryImage[],
  parts: RepositoryState['parts'],
): (image: RegistryImage) => string | undefined {
  const pushed = ({ pushedAt }: RegistryImage): number => pushedAt?.getTime() ?? Number.POSITIVE_INFINITY;
  const withoutParts = unread.filter(({ digest }) => !parts.has(digest));
  const newest = withoutParts.reduce<RegistryImage | undefined>(
    (one, other) => (one === undefined || pushed(other) > pushed(one) ? other : one),
    undefined,
  );
  const days = new Map<number, string>();
  for (const index of unread) {
    const day = Math.floor(pushed(index) / dayMs);
    if (parts.has(index.digest)) days.set(day, index.digest).set(day - 1, index.digest);
  }
  return (image) => {
    if (newest !== undefined && pushed(image) <= pushed(newest)) return newest.digest;
    return image.tags.length === 0 ? days.get(Math.floor(pushed(image) / dayMs)) : undefined;
  };
}
