/** A metric, as an alarm names it. */
export interface MetricId {
  readonly region: string;
  /** `AWS/Lambda` */
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** CloudWatch's statistic set: what the values of one period add up to. */
export interface StatisticSet {
  readonly sampleCount: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

const minuteMs = 60_000;

/** The minute that holds a moment, counted from 1970. */
export function minuteOf(moment: Date): number {
  return Math.floor(moment.getTime() / minuteMs);
}

/** What was reported of one metric, in one-minute buckets, as CloudWatch keeps standard metrics. */
export class MetricSeries {
  readonly #buckets = new Map<number, StatisticSet>();
  #newest = Number.NEGATIVE_INFINITY;

  /** The latest minute in which anything was reported; minus infinity before the first report. */
  get newest(): number {
    return this.#newest;
  }

  add(value: number, minute: number): void {
    const one = { sampleCount: 1, sum: value, minimum: value, maximum: value };
    this.#buckets.set(minute, combine(this.#buckets.get(minute), one));
    this.#newest = Math.max(this.#newest, minute);
  }

  /** What was reported from minute `from` up to, but not including, minute `to`; undefined when nothing was. */
  statistics(from: number, to: number): StatisticSet | undefined {
    let total: StatisticSet | undefined;
    for (let minute = from; minute < to; minute += 1) {
      const found = this.#buckets.get(minute);
      if (found !== undefined) total = combine(total, found);
    }
    return total;
  }
}

/** The values that services and scenarios reported. */
export class Metrics {
  readonly #now: () => Date;
  readonly #series = new Map<string, MetricSeries>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** The same object each time, and empty until something is reported: whoever asks often keeps it. */
  series(metric: MetricId): MetricSeries {
    const key = keyOf(metric);
    const present = this.#series.get(key);
    if (present !== undefined) return present;
    const created = new MetricSeries();
    this.#series.set(key, created);
    return created;
  }

  put(metric: MetricId, value: number): void {
    this.series(metric).add(value, minuteOf(this.#now()));
  }
}

/** What two sets of values come to together. */
export function combine(one: StatisticSet | undefined, other: StatisticSet): StatisticSet {
  if (one === undefined) return other;
  return {
    sampleCount: one.sampleCount + other.sampleCount,
    sum: one.sum + other.sum,
    minimum: Math.min(one.minimum, other.minimum),
    maximum: Math.max(one.maximum, other.maximum),
  };
}

/** Each part in quotes, so that no two metrics share a key. Dimensions have no order. */
function keyOf({ region, namespace, name, dimensions }: MetricId): string {
  return JSON.stringify([region, namespace, name, ...Object.entries(dimensions).sort().flat()]);
}
