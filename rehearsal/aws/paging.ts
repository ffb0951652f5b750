/** A page of things and the token that leads to the next one. */
export interface Page<Thing> {
  readonly things: readonly Thing[];
  /** Absent on the last page. */
  readonly nextToken?: string;
}

/**
 * Cuts one page out of a list. Tokens are opaque to callers, as AWS's are, and hold the place in the list.
 *
 * @param size things on a page
 * @returns undefined when the token is none of ours
 */
export function pageOf<Thing>(
  all: readonly Thing[],
  size: number,
  token: string | undefined,
): Page<Thing> | undefined {
  const start = token === undefined ? 0 : placeOf(token);
  if (start === undefined) return undefined;
  const end = start + size;
  const things = all.slice(start, end);
  return end < all.length ? { things, nextToken: tokenOf(end) } : { things };
}

function tokenOf(place: number): string {
  return Buffer.from(`place:${place}`).toString('base64url');
}

function placeOf(token: string): number | undefined {
  const place = /^place:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  return place === undefined ? undefined : Number(place);
}
