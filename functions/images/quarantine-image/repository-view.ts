import type { StoredImages } from '../../../shared/aws/image-archive.ts';
import type { ImageManifests } from '../../../shared/aws/image-manifests.ts';
import type { ObjectStore } from '../../../shared/aws/object-store.ts';
import { recordKey, type VerdictTable } from '../../../shared/aws/verdict-table.ts';
import { lastGoodReleases, lineOf, type ReleaseCandidate } from '../../../shared/domain/good-releases.ts';
import { readTag } from '../../../shared/domain/image-tag.ts';
import { isGood } from '../../../shared/domain/verdict.ts';
import type { VerdictRecord } from '../../../shared/domain/verdict-record.ts';
import { PermanentError } from '../../../shared/lambda/errors.ts';
import type { QuarantinePolicy } from './policy.ts';
import { promotions } from './promotions.ts';

/** A repository as a whole: what its images are to each other. */
export interface RepositoryView {
  /** The indexes that lead directly to an image and can be pulled, or will be soon. */
  readonly indexesOver: (digest: string) => readonly string[];
  /** The tags of an image; empty for one that is not there. */
  readonly tagsOf: (digest: string) => readonly string[];
  /** One of the releases that are kept to go back to. */
  readonly isLastGood: (digest: string) => boolean;
}

interface ViewDeps {
  readonly manifests: ImageManifests;
  readonly verdicts: Pick<VerdictTable, 'records'>;
  readonly objects: Pick<ObjectStore, 'get'>;
  readonly policy: QuarantinePolicy;
  readonly region: string;
  readonly now: () => Date;
}

/** @param images all of the repository */
export async function viewRepository(
  repository: string,
  images: StoredImages,
  indexesOver: RepositoryView['indexesOver'],
  { verdicts, objects, policy, region, now }: ViewDeps,
): Promise<RepositoryView> {
  const tagged = [...images].filter(([, { state, tags }]) => state === 'ACTIVE' && tags.length > 0);
  const copies = tagged.map(([digest]) => ({ region, repository, digest }));
  const [records, promotedAt] = await Promise.all([
    verdicts.records(copies),
    promotions(repository, images, objects, now()),
  ]);
  const candidates = tagged.flatMap(([digest, { tags, pushedAt }]) => {
    const known = knownOf(records.get(recordKey({ region, repository, digest })));
    return tags.map((tag): ReleaseCandidate => {
      const releasedAt = promotedAt.get(tag) ?? pushedAt;
      return { digest, line: lineOf(readTag(tag, policy)), releasedAt, partOf: indexesOver(digest), known };
    });
  });
  const lastGood = lastGoodReleases(candidates, policy.images.quarantine.keepGoodReleases);
  return {
    indexesOver,
    tagsOf: (digest) => images.get(digest)?.tags ?? [],
    isLastGood: (digest) => lastGood.has(digest),
  };
}

/**
 * Which indexes that can be pulled lead to a digest. ECR gives no manifest of an index that is being restored, so that
 * what was recorded of it when it was judged has to do.
 *
 * @throws PermanentError when nothing is known of what one of them leads to
 */
export async function readIndexes(
  repository: string,
  images: StoredImages,
  { manifests, verdicts, region }: ViewDeps,
): Promise<RepositoryView['indexesOver']> {
  const leading = new Map<string, string[]>();
  const note = (index: string, parts: readonly string[]): void => {
    for (const part of parts) leading.set(part, [...(leading.get(part) ?? []), index]);
  };
  const indexes = [...images].flatMap(([digest, { kind, state }]) =>
    kind === 'index' && state !== 'ARCHIVED' ? [digest] : [],
  );
  const read = await manifests.of(repository, indexes);
  for (const [index, manifest] of read) {
    if (manifest.kind === 'index')
      note(
        index,
        manifest.children.map(({ digest }) => digest),
      );
  }
  const unread = new Set(indexes.filter((digest) => !read.has(digest)));
  const records = await verdicts.records([...unread].map((digest) => ({ region, repository, digest })));
  for (const { digest, parts } of records.values()) {
    note(digest, parts);
    unread.delete(digest);
  }
  const [first] = unread;
  if (first === undefined) return (digest) => leading.get(digest) ?? [];
  throw new PermanentError(
    `ECR gives no manifest of ${unread.size} indexes, and nothing is recorded of them; the first is ${first}`,
  );
}

function knownOf(record: VerdictRecord | undefined): ReleaseCandidate['known'] {
  if (record === undefined) return 'unknown';
  if (isGood(record.verdict) || record.lastGood !== undefined) return 'good';
  return record.verdict === 'block' ? 'bad' : 'unknown';
}
