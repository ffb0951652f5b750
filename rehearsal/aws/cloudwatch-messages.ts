import type { JsonObject } from '../wiring/json.ts';
import { type Alarm, type AlarmState, cloudWatchTime } from './cloudwatch-alarm.ts';

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
    region: alarm.metric.region,
    alarmData: alarmEventDetail(change),
  };
}

/** What a topic gets that is an alarm's action. Dimensions are a list here, with keys in lower case. */
export function alarmNotification(change: AlarmChange): { Subject: string; Message: string } {
  const { alarm, account, previous, state, actions } = change;
  const { name, metric } = alarm;
  const region = regionNames[metric.region] ?? metric.region;
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
      MetricName: metric.name,
      Namespace: metric.namespace,
      StatisticType: 'Statistic',
      Statistic: alarm.statistic === 'SampleCount' ? 'SAMPLE_COUNT' : alarm.statistic.toUpperCase(),
      Unit: null,
      Dimensions: Object.entries(metric.dimensions).map(([key, value]) => ({ value, name: key })),
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

function configuration({ alarm, metricId }: AlarmChange): JsonObject {
  const { description, metric, periodSeconds, statistic } = alarm;
  const { dimensions, name, namespace } = metric;
  return {
    ...(description === undefined ? {} : { description }),
    metrics: [
      {
        id: metricId,
        metricStat: { metric: { dimensions, name, namespace }, period: periodSeconds, stat: statistic },
        returnData: true,
      },
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
