import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { ObjectStore } from '../../../shared/aws/object-store.ts';
import { readTag, type TagConvention } from '../../../shared/domain/image-tag.ts';
import type { PlannedImage } from '../../../shared/retention/plan.ts';
import type { RepositoryState } from '../../../shared/retention/registry-state.ts';
import { sayWhy } from '../../../shared/retention/why.ts';

/** What is written down of an image before it is deleted: what it was, and what would make it again. */
const JournalEntry = z.object({
  digest: z.string(),
  kind: z.string(),
  tags: z.array(z.string()),
  pushedAt: z.string(),
  sizeBytes: z.number(),
  /** Of an index: what it led to. */
  parts: z.exactOptional(z.array(z.string())),
  subject: z.exactOptional(z.string()),
  reason: z.string(),
  /** The releases that its tags name, as version and commit: a build of that commit makes it again. */
  rebuild: z.array(z.string()),
});

export type JournalEntry = z.infer<typeof JournalEntry>;

const Journal = z.object({ images: z.array(JournalEntry) });

function prefixOf(due: string): string {
  return `journal/prune-images/${due}/`;
}

/** Reads what earlier attempts of a run wrote down of a repository. Rejects when it could not be read. */
export type EarlierJournals = (repository: string) => Promise<readonly JournalEntry[]>;

/**
 * All that earlier attempts of the same run had set out to delete, each image once. What of it is not there any more they
 * did delete, and died before they could tell.
 *
 * The journals are listed once, at the first question: no attempt writes while another one does.
 */
export function earlierJournals(due: string, objects: Pick<ObjectStore, 'list' | 'get'>): EarlierJournals {
  const prefix = prefixOf(due);
  let listed: ReturnType<ObjectStore['list']> | undefined;
  return async (repository) => {
    listed ??= objects.list(prefix);
    const entries = new Map<string, JournalEntry>();
    for (const { key } of await listed) {
      if (key.slice(prefix.length, key.lastIndexOf('/')) !== repository) continue;
      const { images } = Journal.parse(JSON.parse((await objects.get(key)) ?? ''));
      for (const entry of images) entries.set(entry.digest, entry);
    }
    return [...entries.values()];
  };
}

/**
 * Writes down what is about to be deleted from a repository, all of it, before the first deletion. What is written is
 * never changed: an attempt that has another plan than the one before writes another object.
 *
 * @returns the object's key
 * @throws when it could not be written: nothing may be deleted then
 */
export async function writeJournal(
  deletions: readonly PlannedImage[],
  { repository, parts }: RepositoryState,
  { due, objects, convention }: { due: string; objects: ObjectStore; convention: TagConvention },
): Promise<string> {
  const entries = deletions.map(({ image, why }): JournalEntry => {
    const { digest, kind, tags, pushedAt, sizeBytes, subject } = image;
    const leadsTo = parts.get(digest)?.digests;
    const entry = {
      digest,
      kind,
      tags: [...tags],
      pushedAt: pushedAt?.toISOString() ?? 'not known',
      sizeBytes,
      reason: sayWhy(why),
      rebuild: tags.flatMap((tag) => readTag(tag, convention)?.release || []),
    };
    if (leadsTo === undefined && subject === undefined) return entry;
    return {
      ...entry,
      ...(leadsTo !== undefined && { parts: [...leadsTo] }),
      ...(subject !== undefined && { subject }),
    };
  });
  const body = JSON.stringify({ repository, due, images: entries });
  const name = createHash('sha256').update(body).digest('hex').slice(0, 16);
  const key = `${prefixOf(due)}${repository}/${name}.json`;
  await objects.put(key, body, { contentType: 'application/json', noOverwrite: true });
  return key;
}
