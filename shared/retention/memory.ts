import * as z from 'zod/mini';
import { dayMs } from './policy.ts';
import type { RegistryImage } from './registry-state.ts';

/**
 * What is remembered of a repository from one look to the next, because ECR does not tell it, or not any more: what an
 * index leads to, which cannot be read once it is archived, and since when an image has a tag, which ECR never tells.
 */
export interface RepositoryMemory {
  /** When the repository was last looked at. ISO 8601, UTC. */
  readonly seenAt: string;
  /** By the digest of the index. What a digest names never changes. */
  readonly parts: Readonly<Record<string, readonly string[]>>;
  readonly tags: Readonly<Record<string, TagMemory>>;
}

/** Where in the ops bucket it is. */
export function memoryKey(repository: string): string {
  return `cache/prune-images/${repository}.json`;
}

/** The image that has the tag, and since when. Without the time: since its push, as far as anybody saw. */
type TagMemory = readonly [digest: string] | readonly [digest: string, since: string];

const StoredMemory = z.object({
  seenAt: z.string(),
  parts: z.record(z.string(), z.array(z.string())),
  tags: z.record(z.string(), z.union([z.tuple([z.string()]), z.tuple([z.string(), z.string()])])),
});

/** @throws Error for a text that is no memory: whoever took it for none would take promoted images for old ones */
export function readMemory(text: string): RepositoryMemory {
  const result = z.safeParse(StoredMemory, JSON.parse(text));
  if (result.success) return result.data;
  throw new Error(`it does not have the form of a memory: ${result.error.issues[0]?.path.join('.')}`);
}

/** When tags were put on the images that have them, as far as it was not with their push. */
export function tagTimes({ tags }: RepositoryMemory): ReadonlyMap<string, Date> {
  const times = new Map<string, Date>();
  for (const [tag, [, since]] of Object.entries(tags)) {
    if (since !== undefined) times.set(tag, new Date(since));
  }
  return times;
}

/**
 * The memory after another look. What is no longer in the repository is forgotten.
 *
 * A tag that was not there when the repository was last looked at, or on another image, on an image that was, was given
 * since then: it counts from now. So does a tag of an image that was pushed since, where that is longer ago than the
 * looks are apart: looks were missed. Before the first look nobody saw anything: tags are as old as the push.
 *
 * @param read what was read of indexes since the last look
 */
export function remember(
  last: RepositoryMemory | undefined,
  images: readonly Pick<RegistryImage, 'digest' | 'kind' | 'tags' | 'pushedAt'>[],
  read: ReadonlyMap<string, readonly string[]>,
  now: Date,
): RepositoryMemory {
  const at = now.toISOString();
  // Without a prototype, so that any tag is a name like others in it, and that it is made for many names.
  const parts: Record<string, readonly string[]> = Object.create(null);
  const tags: Record<string, TagMemory> = Object.create(null);
  const seenAt = last === undefined ? Number.NEGATIVE_INFINITY : Date.parse(last.seenAt);
  for (const { digest, kind, tags: given, pushedAt } of images) {
    const leadsTo = kind === 'index' ? (read.get(digest) ?? last?.parts[digest]) : undefined;
    if (leadsTo !== undefined) parts[digest] = leadsTo;
    const pushed = pushedAt?.getTime() ?? Number.NaN;
    const isNew = last === undefined || (pushed > seenAt && now.getTime() - pushed <= dayMs);
    for (const tag of given) {
      const known = last?.tags[tag];
      if (known?.[0] === digest) tags[tag] = known;
      else tags[tag] = isNew ? [digest] : [digest, at];
    }
  }
  return { seenAt: at, parts, tags };
}
