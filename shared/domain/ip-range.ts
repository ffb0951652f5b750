/*
 * IPv4 ranges in CIDR notation, such as `192.0.2.0/24`.
 */

/**
 * Whether every address of `inner` is in `outer`.
 *
 * @param inner a range, or one address
 * @throws RangeError for what is neither
 */
export function coversRange(outer: string, inner: string): boolean {
  const wide = rangeOf(outer);
  const narrow = rangeOf(inner);
  return wide.first <= narrow.first && narrow.last <= wide.last;
}

function rangeOf(text: string): { readonly first: number; readonly last: number } {
  const [, address = '', length = '32'] = /^(\d{1,3}(?:\.\d{1,3}){3})(?:\/(\d{1,2}))?$/.exec(text) ?? [];
  const bytes = address.split('.').map(Number);
  const prefix = Number(length);
  if (bytes.length !== 4 || bytes.some((byte) => byte > 255) || prefix > 32) {
    throw new RangeError(`'${text}' is no IPv4 range such as '192.0.2.0/24', and no IPv4 address`);
  }
  const size = 2 ** (32 - prefix);
  const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const first = number - (number % size);
  return { first, last: first + size - 1 };
}
