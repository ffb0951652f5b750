import * as z from 'zod/mini';
import { lenient } from './lenient.ts';
import { OptionalText, Text } from './text.ts';

/** What an alarm watches, for the people who read about it. */
export type AlarmWatch =
  | {
      readonly kind: 'metrics';
      readonly metrics: readonly AlarmMetric[];
      /** Metric math, anomaly bands and Metrics Insights queries. */
      readonly expressions: readonly string[];
    }
  | {
      /** The alarm is composite. */
      readonly kind: 'alarms';
      /** Such as `ALARM(one) OR ALARM(other)`. */
      readonly rule: string;
    };

export interface AlarmMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly { readonly name: string; readonly value: string }[];
}

/** One line of an alarm's metrics: a metric, or an expression over others. */
interface WatchedLine {
  readonly metric?: AlarmMetric | undefined;
  readonly expression?: string | undefined;
}

/** Events hold dimensions as a map, messages to SNS topics as a list. */
const Dimensions = z.pipe(
  z.nullish(
    z.union([
      z.array(z.object({ name: z.string(), value: z.string() })),
      z.pipe(
        z.record(z.string(), z.string()),
        z.transform((map) => Object.entries(map).map(([name, value]) => ({ name, value }))),
      ),
    ]),
  ),
  z.transform((dimensions) => dimensions ?? []),
);

/** `configuration.metrics` of an event. Empty when it is missing or cannot be read: an alarm is told all the same. */
export const ConfiguredMetrics = lenient<readonly WatchedLine[]>(
  z.array(
    z.pipe(
      z.object({
        expression: OptionalText,
        metricStat: z.nullish(
          z.object({ metric: z.object({ namespace: Text, name: Text, dimensions: Dimensions }) }),
        ),
      }),
      z.transform(({ expression, metricStat }): WatchedLine => ({ expression, metric: metricStat?.metric })),
    ),
  ),
  [],
);

const TriggerMetric = z.pipe(
  z.object({ Namespace: Text, MetricName: Text, Dimensions }),
  z.transform(
    (metric): AlarmMetric => ({
      namespace: metric.Namespace,
      name: metric.MetricName,
      dimensions: metric.Dimensions,
    }),
  ),
);

const TriggerMetrics = z.array(
  z.pipe(
    z.object({ Expression: OptionalText, MetricStat: z.nullish(z.object({ Metric: TriggerMetric })) }),
    z.transform(
      ({ Expression, MetricStat }): WatchedLine => ({ expression: Expression, metric: MetricStat?.Metric }),
    ),
  ),
);

/**
 * `Trigger` of a message to an SNS topic: one metric, or the list `Metrics` when the alarm does math. Empty when it is
 * missing or cannot be read.
 */
export const TriggeredMetrics = lenient<readonly WatchedLine[]>(
  z.union([
    z.pipe(
      z.object({ Metrics: TriggerMetrics }),
      z.transform(({ Metrics }) => Metrics),
    ),
    z.pipe(
      TriggerMetric,
      z.transform((metric): WatchedLine[] => [{ metric }]),
    ),
  ]),
  [],
);

/** Undefined when nothing is told of what the alarm watches. */
export function watchOf(rule: string | undefined, lines: readonly WatchedLine[]): AlarmWatch | undefined {
  if (rule !== undefined) return { kind: 'alarms', rule };
  if (lines.length === 0) return undefined;
  return {
    kind: 'metrics',
    metrics: lines.flatMap(({ metric }) => metric ?? []),
    expressions: lines.flatMap(({ expression }) => expression ?? []),
  };
}
