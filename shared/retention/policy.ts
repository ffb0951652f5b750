import type { Policy } from '../policy/schema.ts';

/** What a function has to name in its contract to plan by. */
export const retentionPolicy = [
  'environments',
  'services',
  'images.environmentWhenUnclear',
  'retention.images',
  'retention.untaggedImages',
  'retention.keepGoodReleases',
  'retention.archive',
] as const;

/** The rules by which images are kept, archived and deleted. */
export interface RetentionPolicy extends Pick<Policy, 'environments' | 'services'> {
  readonly images: Pick<Policy['images'], 'environmentWhenUnclear'>;
  readonly retention: Pick<Policy['retention'], 'images' | 'untaggedImages' | 'keepGoodReleases' | 'archive'>;
}

export const dayMs = 24 * 60 * 60 * 1000;
