import type { FaultTold } from '../planted.ts';

const aMinute = 60_000;

/** One line for each fault that a story planted: when it was so, when people were told, and how long they may wait. */
export function faultTable(faults: readonly FaultTold[]): readonly string[] {
  if (faults.length === 0) return [];
  const rows = faults.map(({ fault, happenedAt, toldAt, overAt }) => [
    fault.what,
    fault.region,
    shown(happenedAt),
    shown(toldAt),
    happenedAt === undefined || toldAt === undefined ? '' : minutesBetween(happenedAt, toldAt),
    `${fault.withinMinutes} min`,
    fault.over === undefined ? 'stays' : shown(overAt),
  ]);
  const all = [['fault', 'where', 'happened', 'told', 'took', 'deadline', 'over'], ...rows];
  const widths =
    all[0]?.map((_name, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function shown(moment: Date | undefined): string {
  return moment === undefined ? '-' : moment.toISOString().slice(5, 16).replace('T', ' ');
}

function minutesBetween(from: Date, to: Date): string {
  return `${Math.ceil((to.getTime() - from.getTime()) / aMinute)} min`;
}
