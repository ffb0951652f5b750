import { combine, type MetricId, type MetricSeries, type StatisticSet } from './cloudwatch-metrics.ts';

export const comparisonOperators = [
  'GreaterThanThreshold',
  'GreaterThanOrEqualToThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
] as const;

export const statistics = ['Average', 'Maximum', 'Minimum', 'SampleCount', 'Sum'] as const;

export const missingDataTreatments = ['breaching', 'ignore', 'missing', 'notBreaching'] as const;

type ComparisonOperator = (typeof comparisonOperators)[number];
type Statistic = (typeof statistics)[number];
type MissingDataTreatment = (typeof missingDataTreatments)[number];

export type AlarmStateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface AlarmState {
  readonly value: AlarmStateValue;
  readonly reason: string;
  /** JSON. Absent where no metric was looked at. */
  readonly reasonData?: string;
  readonly timestamp: Date;
}

/** The one expression of metrics that is simulated. Metrics without data are left out of it. */
export const sumOfMetrics = 'SUM(METRICS())';

/** An alarm on one metric, or on the sum of several, as AWS::CloudWatch::Alarm describes it. */
export interface Alarm {
  readonly arn: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly region: string;
  /** Several: `SUM(METRICS())` of them, each a Sum. */
  readonly metrics: readonly MetricId[];
  readonly statistic: Statistic;
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: ComparisonOperator;
  readonly treatMissingData: MissingDataTreatment;
}

const comparisons: Readonly<
  Record<ComparisonOperator, { breaches: (value: number, threshold: number) => boolean; words: string }>
> = {
  GreaterThanThreshold: { breaches: (value, threshold) => value > threshold, words: 'greater than' },
  GreaterThanOrEqualToThreshold: {
    breaches: (value, threshold) => value >= threshold,
    words: 'greater than or equal to',
  },
  LessThanThreshold: { breaches: (value, threshold) => value < threshold, words: 'less than' },
  LessThanOrEqualToThreshold: {
    breaches: (value, threshold) => value <= threshold,
    words: 'less than or equal to',
  },
};

const statisticsOf: Readonly<Record<Statistic, (set: StatisticSet) => number>> = {
  Average: ({ sum, sampleCount }) => sum / sampleCount,
  Maximum: ({ maximum }) => maximum,
  Minimum: ({ minimum }) => minimum,
  SampleCount: ({ sampleCount }) => sampleCount,
  Sum: ({ sum }) => sum,
};

/** What a metric came to in one period. */
export interface Datapoint {
  /** The minute, counted from 1970, at which the period starts. */
  readonly minute: number;
  readonly statistics: StatisticSet;
}

/**
 * Where points are missing, CloudWatch looks this many periods further back for real ones.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
const furtherPeriods = 2;

/** How many minutes before the present one an evaluation looks at. */
export function minutesLookedAt({ periodSeconds, evaluationPeriods }: Alarm): number {
  return (evaluationPeriods + furtherPeriods) * (periodSeconds / 60);
}

/**
 * The datapoints of the periods that an evaluation looks at, newest first. Periods without data give none.
 *
 * @param minute the minute that begins now: the first one that is not looked at
 */
export function datapointsOf(
  alarm: Alarm,
  series: readonly MetricSeries[],
  minute: number,
): readonly Datapoint[] {
  const oldest = minute - minutesLookedAt(alarm);
  const period = alarm.periodSeconds / 60;
  const datapoints: Datapoint[] = [];
  for (
    let from = minute - period;
    from >= oldest && datapoints.length < alarm.evaluationPeriods;
    from -= period
  ) {
    const statistics = series
      .map((one) => one.statistics(from, from + period))
      .reduce((total, one) => (one === undefined ? total : combine(total, one)));
    if (statistics !== undefined) datapoints.push({ minute: from, statistics });
  }
  return datapoints;
}

/**
 * The state that an alarm takes, judged by the newest real datapoints. Where there are fewer than EvaluationPeriods,
 * TreatMissingData says what stands in their place; `missing` judges by what there is.
 *
 * @param datapoints at most EvaluationPeriods of them, newest first
 * @returns undefined when the alarm keeps the state it has
 */
export function evaluate(
  alarm: Alarm,
  current: AlarmStateValue,
  datapoints: readonly Datapoint[],
  now: Date,
): AlarmState | undefined {
  const breaching = datapoints.filter((point) => breaches(alarm, point)).length;
  const value = judge(alarm, datapoints.length, breaching);
  if (value === undefined || value === current) return undefined;
  return {
    value,
    reason: reasonFor(alarm, value, datapoints),
    reasonData: reasonData(alarm, datapoints, now),
    timestamp: now,
  };
}

/** @returns undefined when the alarm keeps its state, whatever it is */
function judge(alarm: Alarm, real: number, breaching: number): AlarmStateValue | undefined {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData } = alarm;
  switch (treatMissingData) {
    case 'breaching':
      return breaching + evaluationPeriods - real >= datapointsToAlarm ? 'ALARM' : 'OK';
    case 'notBreaching':
      return breaching >= datapointsToAlarm ? 'ALARM' : 'OK';
    case 'ignore':
      if (breaching >= datapointsToAlarm) return 'ALARM';
      return breaching < real ? 'OK' : undefined;
    case 'missing':
      if (real === 0) return 'INSUFFICIENT_DATA';
      return breaching >= Math.min(datapointsToAlarm, real) ? 'ALARM' : 'OK';
  }
}

/** As CloudWatch writes moments: `2019-10-02T17:04:40.989+0000`. */
export function cloudWatchTime(moment: Date): string {
  return moment.toISOString().replace('Z', '+0000');
}

function breaches(alarm: Alarm, point: Datapoint): boolean {
  return comparisons[alarm.comparison].breaches(measured(alarm, point), alarm.threshold);
}

function measured(alarm: Alarm, point: Datapoint): number {
  return statisticsOf[alarm.statistic](point.statistics);
}

function reasonFor(alarm: Alarm, value: AlarmStateValue, real: readonly Datapoint[]): string {
  const missing = alarm.evaluationPeriods - real.length;
  const isFilled = alarm.treatMissingData === 'breaching' || alarm.treatMissingData === 'notBreaching';
  if (value === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: ${count(missing, 'datapoint')} ${were(missing)} unknown.`;
  }
  if (missing > 0 && isFilled) return filledReason(alarm, real.length, missing);
  return crossed(
    alarm,
    value,
    real.filter((point) => breaches(alarm, point) === (value === 'ALARM')),
  );
}

function crossed(alarm: Alarm, next: 'ALARM' | 'OK', points: readonly Datapoint[]): string {
  const { evaluationPeriods, datapointsToAlarm, threshold, comparison } = alarm;
  const list = points
    .map((point) => `${double(measured(alarm, point))} (${shortTime(startOf(point))})`)
    .join(', ');
  const [not, minimum, transition] =
    next === 'ALARM'
      ? ['', datapointsToAlarm, 'OK -> ALARM']
      : [' not', evaluationPeriods - datapointsToAlarm + 1, 'ALARM -> OK'];
  return [
    `Threshold Crossed: ${points.length} out of the last ${evaluationPeriods} datapoints [${list}]`,
    `${were(points.length)}${not} ${comparisons[comparison].words} the threshold (${double(threshold)})`,
    `(minimum ${count(minimum, 'datapoint')} for ${transition} transition).`,
  ].join(' ');
}

function filledReason({ treatMissingData, evaluationPeriods }: Alarm, real: number, missing: number): string {
  const received = real === 0 ? 'no datapoints were' : `${count(real, 'datapoint')} ${were(real)}`;
  const as = treatMissingData === 'breaching' ? 'Breaching' : 'NonBreaching';
  return `Threshold Crossed: ${received} received for ${count(evaluationPeriods, 'period')} and ${count(missing, 'missing datapoint')} ${were(missing)} treated as [${as}].`;
}

function reasonData(alarm: Alarm, real: readonly Datapoint[], now: Date): string {
  const oldest = real.at(-1);
  return JSON.stringify({
    version: '1.0',
    queryDate: cloudWatchTime(now),
    ...(oldest === undefined ? {} : { startDate: cloudWatchTime(startOf(oldest)) }),
    statistic: alarm.statistic,
    period: alarm.periodSeconds,
    recentDatapoints: real.map((point) => measured(alarm, point)).reverse(),
    threshold: alarm.threshold,
    evaluatedDatapoints: real.map((point) => ({
      timestamp: cloudWatchTime(startOf(point)),
      sampleCount: point.statistics.sampleCount,
      value: measured(alarm, point),
    })),
  });
}

function startOf({ minute }: Datapoint): Date {
  return new Date(minute * 60_000);
}

/** As Java prints it: `1.0`. */
function double(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** `02/10/19 16:59:00` */
function shortTime(moment: Date): string {
  const [year, month, day, time] = moment.toISOString().split(/[-T.]/);
  return `${day}/${month}/${year?.slice(2)} ${time}`;
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}

function were(number: number): string {
  return number === 1 ? 'was' : 'were';
}
