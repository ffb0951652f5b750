import * as z from 'zod';
import {
  type Alarm,
  comparisonOperators,
  missingDataTreatments,
  statistics,
  sumOfMetrics,
} from './cloudwatch-alarm.ts';
import type { AlarmActions } from './cloudwatch-messages.ts';
import type { MetricId } from './cloudwatch-metrics.ts';
import { boolean, ignored, number, type Resource, readProperties } from './properties.ts';

const actions = z
  .array(z.string().regex(/^arn:aws:(sns|lambda):/, 'alarm actions are topics and functions'))
  .default([]);

const wholeMinutes = number.pipe(
  z.number().multipleOf(60, 'periods are whole minutes; high resolution is not simulated'),
);

const Metric = z.strictObject({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(z.strictObject({ Name: z.string(), Value: z.string() })).default([]),
});

/** One metric of several, or what is made of them all. */
const MetricOfSeveral = z.union([
  z.strictObject({
    Id: ignored,
    MetricStat: z.strictObject({ Metric, Period: wholeMinutes, Stat: z.literal('Sum') }),
    ReturnData: z.literal(false),
  }),
  z.strictObject({
    Id: ignored,
    Expression: z.literal(sumOfMetrics),
    Label: ignored,
    ReturnData: z.literal(true).optional(),
  }),
]);

const AlarmProperties = z.strictObject({
  AlarmName: ignored,
  AlarmDescription: z.string().optional(),
  ActionsEnabled: boolean.default(true),
  AlarmActions: actions,
  OKActions: actions,
  InsufficientDataActions: actions,
  ...Metric.partial().shape,
  Dimensions: Metric.shape.Dimensions,
  Statistic: z.enum(statistics).optional(),
  Period: wholeMinutes.optional(),
  Metrics: z.array(MetricOfSeveral).optional(),
  EvaluationPeriods: number,
  DatapointsToAlarm: number.optional(),
  Threshold: z.coerce.number(),
  ComparisonOperator: z.enum(comparisonOperators),
  TreatMissingData: z.enum(missingDataTreatments).default('missing'),
  Unit: ignored,
  Tags: ignored,
});

/** Of the namespaces that simulated services report to, the metrics they do report. */
const reportedMetrics: Readonly<Record<string, readonly string[]>> = {
  'AWS/Events': [
    'Invocations',
    'FailedInvocations',
    'InvocationsSentToDlq',
    'InvocationsFailedToBeSentToDlq',
    'RetryInvocationAttempts',
  ],
  'AWS/Lambda': [
    'Invocations',
    'Duration',
    'Errors',
    'Throttles',
    'DeadLetterErrors',
    'DestinationDeliveryFailures',
  ],
  'AWS/SNS': [
    'NumberOfNotificationsFailed',
    'NumberOfNotificationsRedrivenToDlq',
    'NumberOfNotificationsFailedToRedriveToDlq',
  ],
  'AWS/SQS': [
    'ApproximateAgeOfOldestMessage',
    'ApproximateNumberOfMessagesNotVisible',
    'ApproximateNumberOfMessagesVisible',
  ],
};

/**
 * AWS::CloudWatch::Alarm.
 *
 * @throws RangeError for a property that is not simulated, by name, and for a metric that would never be reported
 */
export function alarmOf(account: string, resource: Resource): { alarm: Alarm; actions: AlarmActions } {
  const { region, name } = resource;
  const properties = readProperties('AWS::CloudWatch::Alarm', AlarmProperties, resource);
  const { metrics, statistic, periodSeconds } = watchedBy(resource, properties);
  for (const { namespace, name: metricName } of metrics) {
    if (reportedMetrics[namespace]?.includes(metricName) !== false) continue;
    throw new RangeError(
      `alarm '${name}' in ${region} watches ${namespace} ${metricName}, which is not simulated`,
    );
  }
  const enabled = (arns: readonly string[]): readonly string[] => (properties.ActionsEnabled ? arns : []);
  return {
    alarm: {
      arn: alarmArn(account, region, name),
      name,
      description: properties.AlarmDescription,
      region,
      metrics,
      statistic,
      periodSeconds,
      evaluationPeriods: properties.EvaluationPeriods,
      datapointsToAlarm: properties.DatapointsToAlarm ?? properties.EvaluationPeriods,
      threshold: properties.Threshold,
      comparison: properties.ComparisonOperator,
      treatMissingData: properties.TreatMissingData,
    },
    actions: {
      OK: enabled(properties.OKActions),
      ALARM: enabled(properties.AlarmActions),
      INSUFFICIENT_DATA: enabled(properties.InsufficientDataActions),
    },
  };
}

type Watched = Pick<Alarm, 'metrics' | 'statistic' | 'periodSeconds'>;

/** @throws RangeError where neither one metric is given nor several of one period */
function watchedBy({ region, name }: Resource, properties: z.output<typeof AlarmProperties>): Watched {
  const metricOf = (given: z.output<typeof Metric>): MetricId => ({
    region,
    namespace: given.Namespace,
    name: given.MetricName,
    dimensions: Object.fromEntries(given.Dimensions.map(({ Name, Value }) => [Name, Value])),
  });
  const { Statistic: statistic, Period: periodSeconds, Namespace, MetricName, Dimensions } = properties;
  const isOne = statistic !== undefined && periodSeconds !== undefined && properties.Metrics === undefined;
  if (isOne && Namespace !== undefined && MetricName !== undefined) {
    return { metrics: [metricOf({ Namespace, MetricName, Dimensions })], statistic, periodSeconds };
  }
  const several = (properties.Metrics ?? []).flatMap((one) => ('MetricStat' in one ? [one.MetricStat] : []));
  const [period, ...others] = new Set(several.map(({ Period }) => Period));
  if (period === undefined || others.length > 0) {
    throw new RangeError(`alarm '${name}' in ${region} needs one metric, or several of one period`);
  }
  return {
    metrics: several.map((one) => metricOf(one.Metric)),
    statistic: 'Sum',
    periodSeconds: period,
  };
}

export function alarmArn(account: string, region: string, name: string): string {
  return `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;
}
