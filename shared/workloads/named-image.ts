import { type ImageReference, parseImageReference } from '../domain/image-reference.ts';
import type { ImageUse } from './inventory.ts';

/** What a workload says of one of its images. The source is added by who asked. */
export type NamedImage = Omit<ImageUse, 'source'>;

/** @param written as people write an image; what is none can run nowhere, and names nothing */
export function namedImage(written: string | undefined, by: string): readonly NamedImage[] {
  const image = parseImageReference(written ?? '');
  return image === undefined ? [] : [{ image, by, isRunning: false }];
}

/**
 * An image that was pulled and runs: by the digest that it came to, and by the one it was asked for, which may be that
 * of an index. The tag it was asked for by is named too: whatever starts again is pulled by it.
 */
export function runningImage(
  written: string | undefined,
  pulled: ImageReference,
  by: string,
): readonly NamedImage[] {
  const asked = namedImage(written, by).map((named) => ({
    ...named,
    isRunning: named.image.digest !== undefined,
  }));
  const isTheSame = asked.some(({ image }) => image.digest === pulled.digest);
  return isTheSame ? asked : [{ image: pulled, by, isRunning: true }, ...asked];
}
