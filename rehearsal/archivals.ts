import { verdictTableName } from '../infra/names.ts';
import type { Account } from './account.ts';
import type { StoredImage } from './aws/ecr-repository.ts';
import type { Trace } from './trace.ts';

/** An image that a function archived, and what was true at that moment. */
export interface Archival {
  readonly at: Date;
  readonly caller: string;
  readonly region: string;
  readonly repository: string;
  readonly digest: string;
  /** Workloads of clusters that name the image, or an index that leads to it, by digest or by tag. */
  readonly usedBy: readonly string[];
  /** What was found in it, or in an index that leads to it, had been saved. */
  readonly hasEvidence: boolean;
}

/** Looks at the registry after every call that archives something, as long as the trace goes on. */
export function watchArchivals(trace: Trace, account: Account): readonly Archival[] {
  const archivals: Archival[] = [];
  const known = new Set<string>();
  trace.listen(({ at, entry }) => {
    if (entry.kind !== 'call' || entry.operation !== 'UpdateImageStorageClass' || entry.outcome !== 'ok')
      return;
    const { region, caller } = entry;
    const images = account.ecr.imagesIn(region);
    for (const { repository, image } of images) {
      const key = `${region}/${repository}@${image.digest}/${image.lastArchivedAt?.toISOString()}`;
      const isNew = at.getTime() - (image.lastArchivedAt?.getTime() ?? 0) < 60_000;
      if (image.status !== 'ARCHIVED' || !isNew || known.has(key)) continue;
      known.add(key);
      const family = [
        image,
        ...images.flatMap((other) =>
          other.repository === repository && other.image.content.children.includes(image.digest)
            ? [other.image]
            : [],
        ),
      ];
      archivals.push({
        at,
        caller,
        region,
        repository,
        digest: image.digest,
        usedBy: usersOf(account, repository, family),
        hasEvidence: family.some(({ digest }) => isSaved(account, region, digest)),
      });
    }
  });
  return archivals;
}

/** A name ends with the repository's, and its tag or digest. */
export function usersOf(
  account: Account,
  repository: string,
  family: readonly StoredImage[],
): readonly string[] {
  const names = family.flatMap(({ digest, tags }) => [
    `${repository}@${digest}`,
    ...tags.map((tag) => `${repository}:${tag}`),
  ]);
  return account.eks.workloads().flatMap(({ kind, name, images, initImages = [], imageIds = [] }) => {
    const used = [...images, ...initImages, ...imageIds];
    return used.some((image) => names.some((each) => image === each || image.endsWith(`/${each}`)))
      ? [`${kind} ${name}`]
      : [];
  });
}

function isSaved({ dynamodb }: Account, region: string, digest: string): boolean {
  return dynamodb.peek(verdictTableName, region).some((row) => row.digest?.S === `evidence#${digest}`);
}
