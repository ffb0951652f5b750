import * as z from 'zod';
import { type Alarm, comparisonOperators, missingDataTreatments, statistics } from './cloudwatch-alarm.ts';
import type { AlarmActions } from './cloudwatch-messages.ts';
import { boolean, ignored, number, type Resource, readProperties } from './properties.ts';

const actions = z
  .array(z.string().regex(/^arn:aws:(sns|lambda):/, 'alarm actions are topics and functions'))
  .default([]);

const AlarmProperties = z.strictObject({
  AlarmName: ignored,
  AlarmDescription: z.string().optional(),
  ActionsEnabled: boolean.default(true),
  AlarmActions: actions,
  OKActions: actions,
  InsufficientDataActions: actions,
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(z.strictObject({ Name: z.string(), Value: z.string() })).default([]),
  Statistic: z.enum(statistics),
  Period: number.pipe(
    z.number().multipleOf(60, 'periods are whole minutes; high resolution is not simulated'),
  ),
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
  'AWS/SNS': ['NumberOfNotificationsFailed'],
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
  const { Namespace: namespace, MetricName: metricName } = properties;
  if (reportedMetrics[namespace]?.includes(metricName) === false) {
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
      metric: {
        region,
        namespace,
        name: metricName,
        dimensions: Object.fromEntries(properties.Dimensions.map(({ Name, Value }) => [Name, Value])),
      },
      statistic: properties.Statistic,
      periodSeconds: properties.Period,
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

export function alarmArn(account: string, region: string, name: string): string {
  return `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;
}
