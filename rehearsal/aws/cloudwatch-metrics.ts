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

const minute = 60_000;

/** The values that services and scenarios reported, in one-minute buckets, as CloudWatch keeps standard metrics. */
export class Metrics {
  readonly #now: () => Date;
  /** Metric -> minute -> what was reported in it. */
  readonly #buckets = new Map<string, Map<number, StatisticSet>>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** @param at when it was measured; now, when left out */
  put(metric: MetricId, value: number, at = this.#now()): void {
    const key = keyOf(metric);
    const buckets = this.#buckets.get(key) ?? new Map<number, StatisticSet>();
    this.#buckets.set(key, buckets);
    const bucket = Math.floor(at.getTime() / minute);
    const one = { sampleCount: 1, sum: value, minimum: value, maximum: value };
    buckets.set(bucket, combine(buckets.get(bucket), one));
  }

  /** What was reported from `from` up to, but not including, `to`; undefined when nothing was. */
  statistics(metric: MetricId, from: Date, to: Date): StatisticSet | undefined {
    const buckets = this.#buckets.get(keyOf(metric));
    if (buckets === undefined) return undefined;
    let total: StatisticSet | undefined;
    for (let bucket = Math.ceil(from.getTime() / minute); bucket * minute < to.getTime(); bucket += 1) {
      const found = buckets.get(bucket);
      if (found !== undefined) total = combine(total, found);
    }
    return total;
  }
}

function combine(one: StatisticSet | undefined, other: StatisticSet): StatisticSet {
  if (one === undefined) return other;
  return {
    sampleCount: one.sampleCount + other.sampleCount,
    sum: one.sum + other.sum,
    minimum: Math.min(one.minimum, other.minimum),
    maximum: Math.max(one.maximum, other.maximum),
  };
}

function keyOf({ region, namespace, name, dimensions }: MetricId): string {
  return JSON.stringify([region, namespace, name, Object.entries(dimensions).sort()]);
}
