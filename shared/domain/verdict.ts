/**
 * What may become of an image, mildest first.
 *
 * `unknown` stands between `review` and `block`: an image that could not be judged needs a person, as `review` does,
 * but nobody may mistake it for one that was looked at. Only a completed scan makes an image `pass`.
 */
export const verdicts = ['pass', 'monitor', 'review', 'unknown', 'block'] as const;

export type Verdict = (typeof verdicts)[number];

/** Verdicts that were given by what was found, and keep nobody from running the image: `review` once people agree. */
export const goodVerdicts = ['pass', 'monitor', 'review'] as const;

export type GoodVerdict = (typeof goodVerdicts)[number];

export function isGood(verdict: Verdict): verdict is GoodVerdict {
  return goodVerdicts.some((good) => good === verdict);
}

/** The stricter of two verdicts. */
export function worseVerdict(one: Verdict, other: Verdict): Verdict {
  return verdicts.indexOf(one) >= verdicts.indexOf(other) ? one : other;
}
