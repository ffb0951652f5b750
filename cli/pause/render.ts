import { paint, table } from '../output.ts';
import type { RegionResult } from './each-region.ts';

/** One line for each Region. */
export function resultLines(results: readonly RegionResult<string>[]): readonly string[] {
  const width = Math.max(...results.map(({ region }) => region.length));
  return results.map((result) => {
    const region = result.region.padEnd(width);
    return 'error' in result
      ? `  ${paint('red', '✗')} ${region}  ${result.error}`
      : `  ${paint('green', '✓')} ${region}  ${result.done}`;
  });
}

/** One line for each field. */
export function fieldLines(fields: object): readonly string[] {
  return table(Object.entries(fields).map(([name, value]) => [`  ${name}`, String(value)])).split('\n');
}
