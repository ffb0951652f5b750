import * as z from 'zod/mini';
import { type AlarmWatch, ConfiguredMetrics, TriggeredMetrics, watchOf } from './alarm-watch.ts';
import { type EventOrigin, eventReader } from './envelope.ts';
import { parseOrRefuse } from './parse.ts';
import { OptionalText, Text } from './text.ts';
import { OptionalTime, Time } from './time.ts';

/*
 * An alarm of CloudWatch changed its state. The same thing is told in three forms: as an EventBridge event (delivered
 * at least once), to a Lambda function that is an action of the alarm, and as the message of an SNS topic that is one.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */

const AlarmState = z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']);

export type AlarmState = z.infer<typeof AlarmState>;

export interface AlarmStateChange {
  readonly name: string;
  /** Undefined in old SNS messages, which do not hold it. */
  readonly arn?: string | undefined;
  readonly state: AlarmState;
  /** Undefined where it is not told. */
  readonly previousState?: AlarmState | undefined;
  /** CloudWatch's own words. */
  readonly reason: string;
  /** Written by the alarm's author; '' when there is none. */
  readonly description: string;
  /** When the state changed. ISO 8601, UTC. */
  readonly at: string;
  readonly account: string;
  /** '' in old SNS messages, which do not hold the alarm's ARN. */
  readonly region: string;
  /** True for the state in which CloudWatch creates every alarm. The first one that it finds out is not initial. */
  readonly initial: boolean;
  /** WaitPeriod, ExtensionPeriod or Alarm: the suppressor of a composite alarm holds its actions back. */
  readonly actionsSuppressedBy?: string | undefined;
  /** The ARN of the mute rule that holds the alarm's actions back. Events come all the same. */
  readonly mutedBy?: string | undefined;
  /** Undefined when it is not told. */
  readonly watch?: AlarmWatch | undefined;
}

/**
 * Reads a change of state in whichever of the three forms it comes. Of an SNS notification this takes the message,
 * parsed from its JSON.
 *
 * Name, state, time and account must be there. What only helps the reader may be missing.
 *
 * @throws PermanentError when it is none of the three
 */
export function parseAlarmStateChange(given: unknown): AlarmStateChange {
  if (hasKey(given, 'AlarmName')) return parseOrRefuse(TopicMessage, given, 'The message of an alarm');
  if (hasKey(given, 'alarmData')) return parseOrRefuse(ActionEvent, given, 'The action of an alarm');
  const { account, region, at, resources, detail } = readEvent(given);
  return changeOf(detail, { arn: resources[0], account, region, at });
}

const AlarmData = z.object({
  alarmName: Text,
  state: z.object({
    value: AlarmState,
    reason: OptionalText,
    /** In milliseconds, where the envelope has seconds; its offset has no colon. */
    timestamp: OptionalTime,
    actionsSuppressedBy: OptionalText,
  }),
  previousState: z.nullish(z.object({ value: AlarmState })),
  configuration: z.nullish(
    z.object({ description: OptionalText, alarmRule: OptionalText, metrics: ConfiguredMetrics }),
  ),
  muteDetail: z.nullish(
    z.object({ mutedByArn: OptionalText, muteWindowStart: OptionalTime, muteWindowEnd: OptionalTime }),
  ),
});

const readEvent = eventReader('aws.cloudwatch', 'CloudWatch Alarm State Change', AlarmData);

const ActionEvent = z.pipe(
  z.object({
    source: z.literal('aws.cloudwatch'),
    alarmArn: OptionalText,
    accountId: Text,
    region: Text,
    time: Time,
    alarmData: AlarmData,
  }),
  z.transform(({ alarmArn, accountId, region, time, alarmData }) =>
    changeOf(alarmData, { arn: alarmArn, account: accountId, region, at: time }),
  ),
);

function changeOf(
  { alarmName, state, previousState, configuration, muteDetail }: z.infer<typeof AlarmData>,
  told: EventOrigin & { readonly arn: string | undefined },
): AlarmStateChange {
  const at = state.timestamp ?? told.at;
  return {
    name: alarmName,
    arn: told.arn ?? `arn:aws:cloudwatch:${told.region}:${told.account}:alarm:${alarmName}`,
    state: state.value,
    previousState: previousState?.value,
    reason: state.reason ?? '',
    description: configuration?.description ?? '',
    at,
    account: told.account,
    region: told.region,
    initial: isInitial(state.reason),
    actionsSuppressedBy: state.actionsSuppressedBy,
    mutedBy: muterOf(muteDetail, at),
    watch: watchOf(configuration?.alarmRule, configuration?.metrics ?? []),
  };
}

/** Undefined, too, outside the window that the event gives: an alarm must not be held back by mistake. */
function muterOf(mute: z.infer<typeof AlarmData>['muteDetail'], at: string): string | undefined {
  if (!mute) return undefined;
  const { mutedByArn, muteWindowStart = at, muteWindowEnd = at } = mute;
  return muteWindowStart <= at && at <= muteWindowEnd ? mutedByArn : undefined;
}

const TopicMessage = z.pipe(
  z.object({
    AlarmName: Text,
    AlarmDescription: OptionalText,
    AWSAccountId: Text,
    NewStateValue: AlarmState,
    OldStateValue: z.nullish(AlarmState),
    NewStateReason: OptionalText,
    StateChangeTime: Time,
    AlarmArn: OptionalText,
    AlarmRule: OptionalText,
    Trigger: TriggeredMetrics,
  }),
  z.transform(
    (message): AlarmStateChange => ({
      name: message.AlarmName,
      arn: message.AlarmArn,
      state: message.NewStateValue,
      previousState: message.OldStateValue ?? undefined,
      reason: message.NewStateReason ?? '',
      description: message.AlarmDescription ?? '',
      at: message.StateChangeTime,
      account: message.AWSAccountId,
      region: regionOf(message.AlarmArn),
      initial: isInitial(message.NewStateReason),
      watch: watchOf(message.AlarmRule, message.Trigger),
    }),
  ),
);

/** The message's own `Region` is a name for people, such as "US East (N. Virginia)". */
function regionOf(alarmArn: string | undefined): string {
  return /^arn:aws[a-z-]*:cloudwatch:([a-z]{2}(?:-[a-z]+)+-\d+):/.exec(alarmArn ?? '')?.[1] ?? '';
}

/** CloudWatch says so by this reason alone, in every form and for every alarm that is not composite. */
function isInitial(reason: string | undefined): boolean {
  return reason?.startsWith('Unchecked: Initial alarm creation') ?? false;
}

function hasKey(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && key in value;
}
