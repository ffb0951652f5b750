import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';

/*
 * CloudWatch metrics by physical name, for alarms and dashboards alike. AWS publishes them for the account and Region
 * of the stack; SQS and Lambda give one value a minute.
 */

export function functionMetric(
  functionName: string,
  metricName: 'Errors' | 'Throttles' | 'Invocations' | 'Duration' | 'DestinationDeliveryFailures',
  statistic: string,
  period: Duration = Duration.minutes(5),
): Metric {
  return new Metric({
    namespace: 'AWS/Lambda',
    metricName,
    dimensionsMap: { FunctionName: functionName },
    statistic,
    period,
  });
}

export function queueMetric(
  queueName: string,
  metricName:
    | 'ApproximateAgeOfOldestMessage'
    | 'ApproximateNumberOfMessagesVisible'
    | 'ApproximateNumberOfMessagesNotVisible',
  period: Duration = Duration.minutes(1),
): Metric {
  return new Metric({
    namespace: 'AWS/SQS',
    metricName,
    dimensionsMap: { QueueName: queueName },
    statistic: 'Maximum',
    period,
  });
}

/**
 * A rule's, one value a minute. Rules on a bus of our own are told apart by its name.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
export function ruleMetric(
  bus: string,
  ruleName: string,
  metricName: 'InvocationsFailedToBeSentToDlq',
  period: Duration = Duration.minutes(5),
): Metric {
  const dimensionsMap = {
    RuleName: ruleName,
    ...(bus !== 'default' && { EventBusName: bus }),
  };
  return new Metric({ namespace: 'AWS/Events', metricName, dimensionsMap, statistic: 'Sum', period });
}

export function topicMetric(
  topicName: string,
  metricName: 'NumberOfNotificationsFailedToRedriveToDlq',
  period: Duration = Duration.minutes(5),
): Metric {
  const dimensionsMap = { TopicName: topicName };
  return new Metric({ namespace: 'AWS/SNS', metricName, dimensionsMap, statistic: 'Sum', period });
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html */
export const mostMetricsOfAlarm = 10;

/** What several metrics come to together, where each gives a sum. Those without data are left out. */
export function sumOf(metrics: readonly Metric[], period: Duration = Duration.minutes(5)): IMetric {
  const [only, ...more] = metrics;
  if (only !== undefined && more.length === 0) return only;
  if (metrics.length > mostMetricsOfAlarm) {
    throw new RangeError(
      `an alarm looks at ${mostMetricsOfAlarm} metrics at most, given ${metrics.length}: split it in two`,
    );
  }
  return new MathExpression({
    expression: 'SUM(METRICS())',
    label: 'together',
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric])),
    period,
  });
}
