import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isRecord, type JsonObject } from '../../rehearsal/wiring/json.ts';
import { MisuseError } from '../misuse.ts';

/**
 * Reads a JSON object from a file.
 *
 * @param holds what the file should hold, for the error: `an event as AWS sends it`
 * @throws MisuseError when there is no such file, or something else in it
 */
export function readJsonFile(file: string, holds: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    if (!Error.isError(cause)) throw cause;
    const remedy = `Give the path of a file that holds ${holds}.`;
    const wrong =
      'code' in cause
        ? `${file} cannot be read (${cause.code}): looked for ${resolve(file)}.`
        : `${file} is not JSON: ${cause.message}.`;
    throw new MisuseError(wrong, remedy, { cause });
  }
  if (isRecord(value)) return value;
  throw new MisuseError(
    `${file} holds ${Array.isArray(value) ? 'a list' : String(value)}, not a JSON object.`,
    `Give the path of a file that holds ${holds}.`,
  );
}
