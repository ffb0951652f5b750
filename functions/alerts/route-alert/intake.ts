import { type AlarmStateChange, parseAlarmStateChange } from '../../../shared/events/cloudwatch-alarm.ts';
import { eventReader, readHeader } from '../../../shared/events/envelope.ts';
import { parseJson } from '../../../shared/events/json.ts';
import { ImageJudged } from '../../../shared/events/ops-events.ts';
import { parseSnsEvent } from '../../../shared/events/sns.ts';
import { PermanentError } from '../../../shared/lambda/errors.ts';

/** Something that may be an alert. */
export type Signal =
  | { readonly kind: 'image-judged'; readonly event: ImageJudged }
  | { readonly kind: 'alarm'; readonly change: AlarmStateChange };

const readImageJudged = eventReader('aeon-ops.judge-scan', 'Image Judged', ImageJudged);

/**
 * What a function invocation tells of: one signal, or one for each notification that SNS hands over.
 *
 * An alarm comes in three forms: as an EventBridge event, as an SNS notification, and from CloudWatch directly.
 *
 * @throws PermanentError for anything else
 */
export function readSignals(event: unknown): readonly Signal[] {
  if (hasKey(event, 'Records')) {
    return parseSnsEvent(event).map(({ message, topicArn }) =>
      alarmSignal(parseJson(message, `The notification from ${topicArn}`)),
    );
  }
  if (hasKey(event, 'alarmData')) return [alarmSignal(event)];

  const { source, detailType } = readHeader(event);
  if (detailType === 'Image Judged') return [{ kind: 'image-judged', event: readImageJudged(event).detail }];
  if (detailType === 'CloudWatch Alarm State Change') return [alarmSignal(event)];
  throw new PermanentError(
    `No alert is made of '${detailType}' from ${source}: expected Image Judged or a CloudWatch alarm's change of state`,
    { facts: { source, detailType } },
  );
}

function alarmSignal(told: unknown): Signal {
  return { kind: 'alarm', change: parseAlarmStateChange(told) };
}

function hasKey(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && key in value;
}
