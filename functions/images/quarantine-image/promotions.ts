import type { StoredImages } from '../../../shared/aws/image-archive.ts';
import type { ObjectStore } from '../../../shared/aws/object-store.ts';
import { PermanentError } from '../../../shared/lambda/errors.ts';
import { memoryKey, readMemory, remember, tagTimes } from '../../../shared/retention/memory.ts';

/**
 * When tags were put on images that had been there before, by tag. ECR tells of it nowhere: it is what prune-images
 * remembers from day to day, and a tag that it has not seen yet was given just now. Empty where it has never looked.
 *
 * @throws PermanentError when what it remembers has no form that can be read
 */
export async function promotions(
  repository: string,
  images: StoredImages,
  objects: Pick<ObjectStore, 'get'>,
  now: Date,
): Promise<ReadonlyMap<string, Date>> {
  const key = memoryKey(repository);
  const text = await objects.get(key);
  if (text === undefined) return new Map();
  const listed = [...images].map(([digest, image]) => ({ digest, ...image }));
  return tagTimes(remember(parse(text, key), listed, new Map(), now));
}

function parse(text: string, key: string): ReturnType<typeof readMemory> {
  try {
    return readMemory(text);
  } catch (cause) {
    const reason = Error.isError(cause) ? cause.message : String(cause);
    throw new PermanentError(
      `What prune-images remembers in ${key} cannot be read (${reason}). Delete the object: tags then count as old as the push of their image.`,
      { cause },
    );
  }
}
