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

/** Minutes after each other, from `from` up to and including `to`, of each of which the same was reported. */
interface Stretch {
  readonly from: number;
  to: number;
  readonly eachMinute: StatisticSet;
}

/**
 * What was reported of one metric, minute by minute, as CloudWatch keeps standard metrics. Most queues are empty for
 * days, which are one stretch.
 */
export class MetricSeries {
  /** In order of time. */
  readonly #stretches: Stretch[] = [];

  add(value: number, minute: number): void {
    const last = this.#stretches.at(-1);
    if (last !== undefined && minute <= last.to) this.#addTo(minute, only(value));
    else if (last?.to === minute - 1 && isOnly(value, last.eachMinute)) last.to = minute;
    else this.#stretches.push({ from: minute, to: minute, eachMinute: only(value) });
  }

  /** What was reported from minute `from` up to, but not including, minute `to`; undefined when nothing was. */
  statistics(from: number, to: number): StatisticSet | undefined {
    let total: StatisticSet | undefined;
    for (let index = this.#stretches.length - 1; index >= 0; index -= 1) {
      const stretch = this.#stretches[index];
      if (stretch === undefined || stretch.to < from) break;
      const minutes = Math.min(to - 1, stretch.to) - Math.max(from, stretch.from) + 1;
      if (minutes > 0) total = combine(total, times(minutes, stretch.eachMinute));
    }
    return total;
  }

  /** Whether each minute from `from` up to, but not including, `to` had the same report, or none of them had any. */
  isSteady(from: number, to: number): boolean {
    const last = this.#stretches.at(-1);
    return last === undefined || last.to < from || (last.from <= from && last.to >= to - 1);
  }

  /** One more report of a minute of which there may have been some already. */
  #addTo(minute: number, set: StatisticSet): void {
    const index = this.#stretches.findLastIndex(({ from }) => from <= minute);
    const stretch = this.#stretches[index];
    const one = { from: minute, to: minute };
    if (stretch === undefined || stretch.to < minute) {
      this.#stretches.splice(index + 1, 0, { ...one, eachMinute: set });
      return;
    }
    const parts: Stretch[] = [
      { ...stretch, to: minute - 1 },
      { ...one, eachMinute: combine(stretch.eachMinute, set) },
      { ...stretch, from: minute + 1 },
    ];
    this.#stretches.splice(index, 1, ...parts.filter(({ from, to }) => from <= to));
  }
}

function only(value: number): StatisticSet {
  return { sampleCount: 1, sum: value, minimum: value, maximum: value };
}

function isOnly(value: number, { sampleCount, sum }: StatisticSet): boolean {
  return sampleCount === 1 && sum === value;
}

function times(minutes: number, set: StatisticSet): StatisticSet {
  if (minutes === 1) return set;
  return { ...set, sampleCount: minutes * set.sampleCount, sum: minutes * set.sum };
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
