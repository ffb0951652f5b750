import { opsBucketNameOf } from '../infra/names.ts';
import type { Account } from './account.ts';
import { usersOf } from './archivals.ts';
import type { StoredImage } from './aws/ecr-repository.ts';
import type { Kernel } from './kernel.ts';
import type { Trace } from './trace.ts';

/** An image that a function deleted, and what was true at that moment. */
export interface Deletion {
  readonly at: Date;
  readonly region: string;
  readonly repository: string;
  readonly digest: string;
  /** Workloads of clusters that name the image, or an index that leads to it, by digest or by tag. */
  readonly usedBy: readonly string[];
  /** It was written down before. */
  readonly isJournalled: boolean;
}

type Held = ReadonlyMap<string, { readonly repository: string; readonly image: StoredImage }>;

/** Compares the registry before and after every call that deletes from it, as long as the trace goes on. */
export function watchDeletions(
  trace: Trace,
  account: Account,
  { account: accountId }: Kernel,
): readonly Deletion[] {
  const deletions: Deletion[] = [];
  const before = new Map<string, Held>();
  const heldIn = (region: string): Held =>
    new Map(account.ecr.imagesIn(region).map((each) => [`${each.repository}@${each.image.digest}`, each]));
  trace.listen(({ at, entry }) => {
    if (entry.kind !== 'call' || entry.caller !== 'aeon-ops-prune-images' || entry.service !== 'ecr') return;
    const { region, operation } = entry;
    const held = heldIn(region);
    const known = before.get(region) ?? held;
    before.set(region, held);
    if (operation !== 'BatchDeleteImage') return;
    for (const [key, { repository, image }] of known) {
      if (held.has(key)) continue;
      const family = [...known.values()].filter(
        (other) =>
          other.repository === repository &&
          (other.image === image || other.image.content.children.includes(image.digest)),
      );
      const bucket = opsBucketNameOf(accountId, region);
      deletions.push({
        at,
        region,
        repository,
        digest: image.digest,
        usedBy: usersOf(
          account,
          repository,
          family.map((each) => each.image),
        ),
        isJournalled: account.s3
          .keysOf(bucket, 'journal/prune-images/')
          .some((journal) => account.s3.text(bucket, journal)?.includes(image.digest)),
      });
    }
  });
  return deletions;
}
