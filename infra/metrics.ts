import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';

/*
 * CloudWatch metrics by physical name, for alarms and dashboards alike. AWS publishes them for the account and Region
 * of the stack; SQS and Lambda give one value a minute.
 */

export function functionMetric(
  functionName: string,
  metricName: 'Errors' | 'Throttles' | 'Invocations' | 'Duration',
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
