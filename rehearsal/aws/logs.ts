import * as z from 'zod';
import { isRecord } from '../wiring/json.ts';
import type { Metrics } from './cloudwatch-metrics.ts';
import { ignored, number, type Resource, readProperties } from './properties.ts';

const MetricFilter = z.strictObject({
  LogGroupName: z.string(),
  FilterPattern: z.string(),
  FilterName: ignored,
  MetricTransformations: z.tuple([
    z.strictObject({ MetricNamespace: z.string(), MetricName: z.string(), MetricValue: number }),
  ]),
});

interface Filter {
  readonly matches: (record: unknown) => boolean;
  readonly namespace: string;
  readonly name: string;
  readonly value: number;
}

/** Amazon CloudWatch Logs: metric filters on records that are JSON. What is logged is kept in the trace. */
export class Logs {
  readonly #metrics: Metrics;
  /** By Region and log group. */
  readonly #filters = new Map<string, Filter[]>();

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  /**
   * AWS::Logs::MetricFilter.
   *
   * @throws RangeError for a property or a pattern that is not simulated
   */
  createMetricFilter(resource: Resource): void {
    const properties = readProperties('AWS::Logs::MetricFilter', MetricFilter, resource);
    const [{ MetricNamespace, MetricName, MetricValue }] = properties.MetricTransformations;
    const key = `${resource.region}/${properties.LogGroupName}`;
    const filter = {
      matches: patternOf(properties.FilterPattern),
      namespace: MetricNamespace,
      name: MetricName,
      value: MetricValue,
    };
    this.#filters.set(key, [...(this.#filters.get(key) ?? []), filter]);
  }

  put(region: string, logGroup: string, record: unknown): void {
    for (const { matches, namespace, name, value } of this.#filters.get(`${region}/${logGroup}`) ?? []) {
      if (matches(record)) this.#metrics.put({ region, namespace, name, dimensions: {} }, value);
    }
  }
}

/**
 * `{ $.message.message = "text" }`, without wildcards.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
function patternOf(pattern: string): Filter['matches'] {
  const [, path, expected] = /^\{ \$\.([\w.]+) = "([^"*]*)" \}$/.exec(pattern) ?? [];
  if (path === undefined) throw new RangeError(`the rehearsal does not simulate the log filter ${pattern}`);
  return (record) =>
    path.split('.').reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), record) ===
    expected;
}
