/** An image of a service, as far as it matters for going back to it. */
export interface ReleaseCandidate {
  readonly digest: string;
  /** The service and the environment that it is a release of; what is built for another is none of its predecessors. */
  readonly line: string;
  readonly pushedAt: Date;
  /**
   * `good`: its verdict keeps nobody from running it, or once did not. `bad`: it never had such a verdict.
   * `unknown`: nobody has judged it.
   */
  readonly known: 'good' | 'bad' | 'unknown';
}

/**
 * The releases that people may want to go back to: of each line the newest `keep` that are not known to be bad, and
 * the newest `keep` that are known to be good, so that a row of unjudged pushes never takes the place of what is proven.
 *
 * A good release that is blocked since counts: it is what ran, and may be all there is to go back to.
 *
 * @returns their digests
 */
export function lastGoodReleases(candidates: Iterable<ReleaseCandidate>, keep: number): ReadonlySet<string> {
  const kept = new Set<string>();
  for (const line of Map.groupBy(candidates, (candidate) => candidate.line).values()) {
    const newestFirst = line.toSorted(byAge);
    for (const isOne of [notBad, isGood]) {
      for (const { digest } of newestFirst.filter(isOne).slice(0, keep)) kept.add(digest);
    }
  }
  return kept;
}

/** Newest first; of those pushed in one second the order is that of their digests, so that it is the same every time. */
export function byAge(one: ReleaseCandidate, other: ReleaseCandidate): number {
  return (
    other.pushedAt.getTime() - one.pushedAt.getTime() ||
    Number(one.digest > other.digest) - Number(one.digest < other.digest)
  );
}

function notBad({ known }: ReleaseCandidate): boolean {
  return known !== 'bad';
}

function isGood({ known }: ReleaseCandidate): boolean {
  return known === 'good';
}
