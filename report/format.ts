import type { Unit } from './document.ts';

const steps = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/** `2 h 5 min`: two units at most. */
export function sayDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const first = steps.findIndex(([, size]) => whole >= size);
  if (first === -1) return '0 s';
  let rest = whole;
  return steps
    .slice(first, first + 2)
    .flatMap(([name, size]) => {
      const count = Math.floor(rest / size);
      rest -= count * size;
      return count === 0 ? [] : [`${count} ${name}`];
    })
    .join(' ');
}

export function sayValue(value: number, unit: Unit): string {
  return unit === 'duration' ? sayDuration(value) : `${Math.round(value * 100)} %`;
}

/** `2026-11-24 15:04`, UTC */
export function sayMoment(at: Date): string {
  return at.toISOString().slice(0, 16).replace('T', ' ');
}

const ticks: Readonly<Record<Unit, readonly number[]>> = {
  duration: [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200, 86_400,
  ],
  share: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10],
};

/** A round distance between the marks of an axis that goes from 0 to `most`, for about so many marks. */
export function tickOf(most: number, unit: Unit, marks: number): number {
  const least = most / marks;
  const known = ticks[unit].find((tick) => tick >= least);
  return known ?? 10 ** Math.ceil(Math.log10(least));
}

export const dayMs = 86_400_000;

const hourMs = 3_600_000;

const distances = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60_000),
  ...[1, 2, 3, 6, 12].map((hours) => hours * hourMs),
  ...[1, 2, 4, 7, 14, 28, 91, 182].map((days) => days * dayMs),
];

/** A round distance in milliseconds that is no shorter. */
export function momentsApart(least: number): number {
  return distances.find((distance) => distance >= least) ?? Math.ceil(least / (365 * dayMs)) * 365 * dayMs;
}
