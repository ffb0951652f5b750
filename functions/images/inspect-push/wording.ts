import type { ObservedImage } from './observed.ts';

/** Characters shown of one text from outside. */
const mostShown = 120;

export function shorten(text: string): string {
  return text.length <= mostShown ? text : `${text.slice(0, mostShown)}…`;
}

/**
 * Says something of each image that it is true of, with its platform: `linux/amd64: 162.3 MB, linux/arm64: 158.0 MB`.
 * What is true of all of them in the same words is said once. Undefined when it is true of none.
 */
export function byPlatform(
  images: readonly ObservedImage[],
  say: (image: ObservedImage) => string | undefined,
): string | undefined {
  const said = images.flatMap((image) => {
    const text = say(image);
    return text === undefined ? [] : [{ platform: image.platform, text }];
  });
  const [first] = said;
  if (first === undefined) return undefined;
  if (said.length === images.length && said.every(({ text }) => text === first.text)) return first.text;
  return said.map(({ platform, text }) => `${platform}: ${text}`).join(', ');
}
