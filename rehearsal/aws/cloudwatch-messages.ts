import type { JsonObject } from '../wiring/json.ts';
import { type Alarm, type AlarmState, cloudWatchTime, sumOfMetrics } from './cloudwatch-alarm.ts';
import type { MetricId } from './cloudwatch-metrics.ts';

/** A change of an alarm's state, of which CloudWatch tells in three forms. */
export interface AlarmChange {
  readonly alarm: Alarm;
  readonly account: string;
  /** Names the metric inside the alarm; AWS gives it a UUID. */
  readonly metricId: string;
  readonly previous: AlarmState;
  readonly state: AlarmState;
  readonly actions: AlarmActions;
}

/** ARNs by the state that they are for. */
export interface AlarmActions {
  readonly OK: readonly string[];
  readonly ALARM: readonly string[];
  readonly INSUFFICIENT_DATA: readonly string[];
}

/** CloudWatch writes the Region's name as people know it. */
const regionNames: Readonly<Record<string, string>> = {
  'us-east-1': 'US East (N. Virginia)',
  'us-west-2': 'US West (Oregon)',
  'eu-west-1': 'EU (Ireland)',
};

/** The detail of "CloudWatch Alarm State Change". @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
export function alarmEventDetail(change: AlarmChange): JsonObject {
  const { alarm, previous, state } = change;
  return {
    alarmName: alarm.name,
    state: stateOf(state),
    previousState: stateOf(previous),
    configuration: configuration(change),
  };
}

/** What a Lambda function gets that is an alarm's action: no EventBridge envelope. */
export function alarmFunctionEvent(change: AlarmChange): object {
  const { alarm, account, state } = change;
  return {
    source: 'aws.cloudwatch',
    alarmArn: alarm.arn,
    accountId: account,
    time: cloudWatchTime(state.timestamp),
    region: alarm.region,
    alarmData: alarmEventDetail(change),
  };
}

/** What a topic gets that is an alarm's action. Dimensions are a list here, with keys in lower case. */
export function alarmNotification(change: AlarmChange): { Subject: string; Message: string } {
  const { alarm, account, previous, state, actions } = change;
  const { name } = alarm;
  const region = regionNames[alarm.region] ?? alarm.region;
  const message = {
    AlarmName: name,
    AlarmDescription: alarm.description ?? null,
    AWSAccountId: account,
    NewStateValue: state.value,
    NewStateReason: state.reason,
    StateChangeTime: cloudWatchTime(state.timestamp),
    Region: region,
    AlarmArn: alarm.arn,
    OldStateValue: previous.value,
    OKActions: actions.OK,
    AlarmActions: actions.ALARM,
    InsufficientDataActions: actions.INSUFFICIENT_DATA,
    Trigger: {
      ...triggerMetrics(alarm),
      Period: alarm.periodSeconds,
      EvaluationPeriods: alarm.evaluationPeriods,
      DatapointsToAlarm: alarm.datapointsToAlarm,
      ComparisonOperator: alarm.comparison,
      Threshold: alarm.threshold,
      TreatMissingData: alarm.treatMissingData,
      EvaluateLowSampleCountPercentile: '',
    },
  };
  const subject = `${state.value}: "${name}" in ${region}`;
  return { Subject: subject.slice(0, 99), Message: JSON.stringify(message) };
}

/** What is looked at, as SNS tells it. */
function triggerMetrics({ metrics, statistic, periodSeconds }: Alarm): JsonObject {
  const list = ({ dimensions }: MetricId): JsonObject[] =>
    Object.entries(dimensions).map(([key, value]) => ({ value, name: key }));
  const [first, ...others] = metrics;
  if (first !== undefined && others.length === 0) {
    return {
      MetricName: first.name,
      Namespace: first.namespace,
      StatisticType: 'Statistic',
      Statistic: statistic === 'SampleCount' ? 'SAMPLE_COUNT' : statistic.toUpperCase(),
      Unit: null,
      Dimensions: list(first),
    };
  }
  return {
    Metrics: [
      { Expression: sumOfMetrics, Id: 'sum', ReturnData: true },
      ...metrics.map((metric, index) => ({
        Id: `m${index}`,
        MetricStat: {
          Metric: { Dimensions: list(metric), MetricName: metric.name, Namespace: metric.namespace },
          Period: periodSeconds,
          Stat: statistic,
        },
        ReturnData: false,
      })),
    ],
  };
}

function configuration({ alarm, metricId }: AlarmChange): JsonObject {
  const { description, metrics, periodSeconds, statistic } = alarm;
  const isOne = metrics.length === 1;
  return {
    ...(description === undefined ? {} : { description }),
    metrics: [
      ...(isOne ? [] : [{ id: 'sum', expression: sumOfMetrics, returnData: true }]),
      ...metrics.map(({ dimensions, name, namespace }, index) => ({
        id: isOne ? metricId : `m${index}`,
        metricStat: { metric: { dimensions, name, namespace }, period: periodSeconds, stat: statistic },
        returnData: isOne,
      })),
    ],
  };
}

function stateOf({ value, reason, reasonData, timestamp }: AlarmState): JsonObject {
  return {
    value,
    reason,
    ...(reasonData === undefined ? {} : { reasonData }),
    timestamp: cloudWatchTime(timestamp),
  };
}
