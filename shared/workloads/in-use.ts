import type { ImageUse, UsedImage, WorkloadInventory } from './inventory.ts';

/** Answers for any number of images who uses them. */
export interface UseIndex {
  /** Empty: nobody uses it, as far as the inventory tells. */
  readonly usesOf: (image: UsedImage) => readonly ImageUse[];
}

/**
 * Puts an inventory in order for many questions.
 *
 * A use by digest is one of every image with that digest, in whatever registry it is named: the bytes are the same. A
 * use by tag is one of the image that has the tag now, in a repository of that name in whatever Region or account: what
 * is replicated keeps both. A name without tag and digest means `latest`. What an index leads to, and what leads to an
 * image, is not looked at here: who asks knows the manifests.
 */
export function indexUses({ uses }: Pick<WorkloadInventory, 'uses'>): UseIndex {
  const byDigest = Map.groupBy(uses, ({ image }) => image.digest);
  const named = uses.filter(({ image }) => image.digest === undefined);
  const byTag = Map.groupBy(named, ({ image }) => tagKey(image.repository, image.tag ?? 'latest'));
  return {
    usesOf({ repository, digest, tags }) {
      // Whole registries are asked about: of most images nobody makes use, and nothing is made for them here.
      const uses = byDigest.get(digest) ?? none;
      if (byTag.size === 0) return uses;
      const tagged = tags.flatMap((tag) => byTag.get(tagKey(repository, tag)) ?? none);
      return tagged.length === 0 ? uses : [...uses, ...tagged];
    },
  };
}

const none: readonly ImageUse[] = [];

/** A repository's name holds no colon. */
function tagKey(repository: string, tag: string): string {
  return `${repository}:${tag}`;
}
