/** What is looked at when an image was pushed. */
export const inspectionChecks = [
  'tag',
  'manifest',
  'platforms',
  'size',
  'user',
  'health-check',
  'version',
  'secrets',
  'replication',
] as const;

/** Something that is not as it should be with a pushed image. Its texts may hold text from outside. */
export interface InspectionFinding {
  readonly check: (typeof inspectionChecks)[number];
  /** What is wrong, as a phrase about `it`: the image, the tag or the replica. */
  readonly problem: string;
  /** What was found instead of what is wanted; never the value of a secret. */
  readonly given: string;
  /** What to do, in one or two sentences. */
  readonly action: string;
}

/**
 * What findings are about: people are told of each on its own, because each is mended on its own.
 *
 * - `image`: the bytes, which every tag of a digest shares;
 * - `tag`: one tag of it;
 * - `replica`: its copy in another Region.
 */
export const inspectedThings = ['image', 'tag', 'replica'] as const;

export interface Inspected {
  readonly about: (typeof inspectedThings)[number];
  /** The digest, the tag, or the Region. */
  readonly name: string;
  /** An environment of the policy. */
  readonly environment: string;
  readonly findings: readonly InspectionFinding[];
}
