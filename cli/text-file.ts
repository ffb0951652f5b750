import { writeFileSync } from 'node:fs';
import { MisuseError } from './misuse.ts';

/**
 * Writes a file that the caller has named, over what is there.
 *
 * @throws MisuseError when it cannot be written
 */
export function writeTextFile(file: string, text: string): void {
  try {
    writeFileSync(file, text.endsWith('\n') ? text : `${text}\n`);
  } catch (cause) {
    throw new MisuseError(
      `${file} cannot be written (${Error.isError(cause) ? cause.message : String(cause)}).`,
      'Give another path.',
      { cause },
    );
  }
}
