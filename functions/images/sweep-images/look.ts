import type { ListedImage } from '../../../shared/aws/image-registry.ts';
import { recordKey } from '../../../shared/aws/verdict-table.ts';
import type { Manifest } from '../../../shared/domain/manifest.ts';
import type { VerdictRecord } from '../../../shared/domain/verdict-record.ts';
import { chunksOf, eachOf } from '../../../shared/lambda/each-of.ts';
import type { SweepDeps } from './deps.ts';
import type { Known } from './plan.ts';

const manifestsPerRead = 100;
const readsAtOnce = 4;

/** Reads what is known of the images of a repository: the manifests of its indexes, and all records. */
export async function lookAt(
  repository: string,
  images: readonly ListedImage[],
  { manifests, verdicts, region }: Pick<SweepDeps, 'manifests' | 'verdicts' | 'region'>,
): Promise<Known & { readonly records: Map<string, VerdictRecord> }> {
  const [indexes, recorded] = await Promise.all([
    readIndexes(repository, images, manifests),
    verdicts.records(images.map(({ digest }) => ({ region, repository, digest }))),
  ]);
  const records = new Map(
    images.flatMap(({ digest }) => {
      const record = recorded.get(recordKey({ region, repository, digest }));
      return record === undefined ? [] : [[digest, record] as const];
    }),
  );
  return { images, ...indexes, records };
}

/** An index that ECR cannot give spoils no other: the hundred that it was asked with are then asked one by one. */
async function readIndexes(
  repository: string,
  images: readonly ListedImage[],
  manifests: SweepDeps['manifests'],
): Promise<Pick<Known, 'manifests' | 'unread'>> {
  const read = new Map<string, Manifest>();
  const unread = new Set<string>();
  const readSome = async (digests: readonly string[]): Promise<void> => {
    try {
      for (const [digest, manifest] of await manifests.of(repository, digests)) read.set(digest, manifest);
    } catch {
      const [only, ...more] = digests;
      if (only === undefined) return;
      if (more.length === 0) unread.add(only);
      else for (const digest of digests) await readSome([digest]);
    }
  };
  const indexes = images.filter(({ kind }) => kind === 'index').map(({ digest }) => digest);
  await eachOf(chunksOf(indexes, manifestsPerRead), readsAtOnce, readSome);
  return { manifests: read, unread };
}
