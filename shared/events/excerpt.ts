/**
 * A value as an error message may show it: a text in quotes, cut at `limit` characters; a number, boolean or null as
 * it is; of a list or an object only what it is, so that nothing inside it is ever shown.
 */
export function excerpt(value: unknown, limit: number): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') {
    return value.length <= limit
      ? `'${value}'`
      : `'${value.slice(0, limit)}…', ${value.length} characters in all`;
  }
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}
