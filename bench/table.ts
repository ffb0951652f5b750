import type { Measured } from './benchmark.ts';

/** Lines up a table for a terminal: names to the left, numbers to the right. */
export function formatTable({ head, rows }: Pick<Measured, 'head' | 'rows'>): string {
  const all = [head, ...rows];
  const widths = head.map((_title, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}
