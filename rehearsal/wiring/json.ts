/** A JSON object whose members are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Narrows to `readonly unknown[]`, where `Array.isArray` alone would give `any[]`. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** @throws TypeError that names the place, when the value is not a JSON object */
export function expectRecord(value: unknown, where: string): JsonObject {
  if (!isRecord(value)) throw new TypeError(`${where}: expected an object, found ${describe(value)}`);
  return value;
}

/** @throws TypeError that names the place, when the value is not an array */
export function expectList(value: unknown, where: string): readonly unknown[] {
  if (!isList(value)) throw new TypeError(`${where}: expected an array, found ${describe(value)}`);
  return value;
}

/** @throws TypeError that names the place, when the value is not a string */
export function expectText(value: unknown, where: string): string {
  if (typeof value !== 'string') throw new TypeError(`${where}: expected a string, found ${describe(value)}`);
  return value;
}

/**
 * Reads what AWS lets one write either as `x` or as `[x, y]`: policy elements above all.
 *
 * @throws TypeError that names the place, when an element is not a string
 */
export function expectTexts(value: unknown, where: string): readonly string[] {
  return isList(value)
    ? value.map((element, index) => expectText(element, `${where}.${index}`))
    : [expectText(value, where)];
}

/** The value as JSON, cut to a length that fits an error message. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  const json = JSON.stringify(value);
  return json.length > 80 ? `${json.slice(0, 77)}...` : json;
}
