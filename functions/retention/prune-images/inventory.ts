import { recordKey } from '../../../shared/aws/verdict-table.ts';
import { chunksOf, eachOf } from '../../../shared/lambda/each-of.ts';
import {
  memoryKey,
  type RepositoryMemory,
  readMemory,
  remember,
  tagTimes,
} from '../../../shared/retention/memory.ts';
import type { IndexParts, RegistryImage, RepositoryState } from '../../../shared/retention/registry-state.ts';
import { type AskRecords, releaseKnowledge } from '../../../shared/retention/release-knowledge.ts';
import { describeError, type PruneDeps } from './deps.ts';

/** What the inventory of a repository needs. */
export type InventoryDeps = Pick<
  PruneDeps,
  'registry' | 'manifests' | 'verdicts' | 'objects' | 'policy' | 'region' | 'now'
>;

export interface Inventory extends RepositoryState {
  /** When an inventory of the repository was last taken before this one. Absent: never, as far as is remembered. */
  readonly lastTakenAt?: Date;
}

/** @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html */
const manifestsPerRead = 100;
const readsAtOnce = 4;

/**
 * Finds out all that is to be known of a repository, and remembers what ECR will not tell a second time.
 *
 * What fails is named in `missing`: nothing is done in the repository then, and people are told.
 *
 * @returns undefined when there is no such repository
 */
export async function takeInventory(repository: string, deps: InventoryDeps): Promise<Inventory | undefined> {
  const key = memoryKey(repository);
  const missing: string[] = [];
  const attempt = async <Result>(
    what: string,
    otherwise: Result,
    work: () => Promise<Result>,
  ): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      missing.push(`${what} (${describeError(error)})`);
      return otherwise;
    }
  };

  const [images, last] = await Promise.all([
    attempt('the images of the repository', [], () => deps.registry.list(repository)),
    attempt(`what is remembered of it, in ${key}`, undefined, async () => {
      const text = await deps.objects.get(key);
      return text === undefined ? undefined : readMemory(text);
    }),
  ]);
  if (images === undefined) return undefined;

  const read = await attempt('the manifests of its indexes', new Map<string, readonly string[]>(), () =>
    readIndexes(repository, images, last, deps),
  );
  const memory = remember(last, images, read, deps.now());
  const remembered =
    missing.length > 0
      ? undefined
      : attempt(`the memory of it, which could not be written to ${key}`, undefined, async () => {
          await deps.objects.put(key, JSON.stringify(memory), { contentType: 'application/json' });
        });

  const ask = askRecords(repository, deps);
  const parts = await attempt(
    'what verdicts say of its archived indexes',
    new Map<string, IndexParts>(),
    () => partsOf(images, memory, ask),
  );
  const state = { repository, images, parts, taggedAt: tagTimes(memory), missing };
  const known = await attempt('what verdicts say of its releases', new Map<string, 'good' | 'bad'>(), () =>
    releaseKnowledge(state, deps.policy, ask),
  );
  await remembered;
  return { ...state, known, ...(last !== undefined && { lastTakenAt: new Date(last.seenAt) }) };
}

/** Of the indexes that can be read and are not remembered. */
async function readIndexes(
  repository: string,
  images: readonly RegistryImage[],
  last: RepositoryMemory | undefined,
  { manifests }: InventoryDeps,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const read = new Map<string, readonly string[]>();
  const wanted = images
    .filter(({ kind, status, digest }) => kind === 'index' && status === 'ACTIVE' && !last?.parts[digest])
    .map(({ digest }) => digest);
  await eachOf(chunksOf(wanted, manifestsPerRead), readsAtOnce, async (chunk) => {
    const given = await manifests.of(repository, chunk);
    for (const digest of chunk) {
      const manifest = given.get(digest);
      if (manifest?.kind !== 'index') {
        throw new Error(`ECR lists the index ${digest}, and gives no manifest that says what it leads to`);
      }
      read.set(
        digest,
        manifest.children.map((child) => child.digest),
      );
    }
  });
  return read;
}

/** Archived indexes that nobody has read before are known by their verdicts, if at all. */
async function partsOf(
  images: readonly RegistryImage[],
  memory: RepositoryMemory,
  ask: AskRecords,
): Promise<ReadonlyMap<string, IndexParts>> {
  const parts = new Map<string, IndexParts>(
    Object.entries(memory.parts).map(([digest, digests]) => [digest, { digests, isComplete: true }]),
  );
  const unread = images.filter(({ kind, digest }) => kind === 'index' && !parts.has(digest));
  const records = await ask(unread.map(({ digest }) => digest));
  for (const [digest, record] of records) {
    if (record.parts.length > 0) parts.set(digest, { digests: record.parts, isComplete: false });
  }
  return parts;
}

function askRecords(repository: string, { verdicts, region }: InventoryDeps): AskRecords {
  return async (digests) => {
    const records = await verdicts.records(digests.map((digest) => ({ region, repository, digest })));
    return new Map(
      digests.flatMap((digest) => {
        const record = records.get(recordKey({ region, repository, digest }));
        return record === undefined ? [] : [[digest, record] as const];
      }),
    );
  };
}
