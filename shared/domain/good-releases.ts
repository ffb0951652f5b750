import type { TagParts } from './image-tag.ts';

/** An image of a service, as far as it matters for going back to it. */
export interface ReleaseCandidate {
  readonly digest: string;
  /** What it is a release of (`lineOf` its tag); what is built for another line is none of its predecessors. */
  readonly line: string;
  /** When it was pushed, or was given its tag: an old image that was promoted today is the newest release. */
  readonly releasedAt: Date;
  /** The indexes that lead to it, by digest. Absent: none. */
  readonly partOf?: readonly string[];
  /**
   * `good`: its verdict keeps nobody from running it, or once did not. `bad`: it never had such a verdict.
   * `unknown`: nobody has judged it.
   */
  readonly known: 'good' | 'bad' | 'unknown';
}

/**
 * The service and the environment that a tag names. What names none is no predecessor of what does, and makes a line of
 * its own in each repository: the newest of those are kept too, where no tag keeps to the convention at all.
 */
export function lineOf(tag: TagParts | undefined): string {
  return tag?.environment === undefined ? 'unnamed' : `${tag.service}/${tag.environment}`;
}

/**
 * The candidates that are releases. The image of one platform that has a tag of its own (`…-amd64`) is none where an
 * index of the same line leads to it: it is a part of that release, and takes no place from another.
 */
export function releasesAmong(candidates: readonly ReleaseCandidate[]): readonly ReleaseCandidate[] {
  if (candidates.every(({ partOf }) => partOf === undefined)) return candidates;
  const key = (line: string, digest: string): string => `${line} ${digest}`;
  const known = new Set(candidates.map(({ line, digest }) => key(line, digest)));
  return candidates.filter(({ line, partOf = [] }) => !partOf.some((index) => known.has(key(line, index))));
}

/**
 * The releases that people may want to go back to: of each line the newest `keep` that are not known to be bad, and
 * the newest `keep` that are known to be good, so that a row of unjudged pushes never takes the place of what is proven.
 *
 * A good release that is blocked since counts: it is what ran, and may be all there is to go back to.
 *
 * @returns their digests
 */
export function lastGoodReleases(candidates: readonly ReleaseCandidate[], keep: number): ReadonlySet<string> {
  const kept = new Set<string>();
  for (const line of Map.groupBy(releasesAmong(candidates), (candidate) => candidate.line).values()) {
    const newestFirst = line.toSorted(byAge);
    for (const isOne of [notBad, isGood]) {
      for (const { digest } of newestFirst.filter(isOne).slice(0, keep)) kept.add(digest);
    }
  }
  return kept;
}

/** Newest first; of those released in one second the order is that of their digests, so that it is the same every time. */
export function byAge(one: ReleaseCandidate, other: ReleaseCandidate): number {
  return (
    other.releasedAt.getTime() - one.releasedAt.getTime() ||
    Number(one.digest > other.digest) - Number(one.digest < other.digest)
  );
}

function notBad({ known }: ReleaseCandidate): boolean {
  return known !== 'bad';
}

function isGood({ known }: ReleaseCandidate): boolean {
  return known === 'good';
}
