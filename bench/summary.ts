/** What many measurements of one thing come to. The minimum disturbs least, the spread says how far to trust it. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @throws RangeError when there is nothing to sum up */
export function summarize(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  const [min, low, high, max] = [
    sorted[0],
    sorted[Math.ceil(middle) - 1],
    sorted[Math.floor(middle)],
    sorted.at(-1),
  ];
  if (min === undefined || low === undefined || high === undefined || max === undefined) {
    throw new RangeError('no measurement to sum up: measure at least once');
  }
  return { median: (low + high) / 2, min, max };
}

/** `38.2 (36.0..41.7)` */
export function formatSummary({ median, min, max }: Summary): string {
  return `${median.toFixed(1)} (${min.toFixed(1)}..${max.toFixed(1)})`;
}
