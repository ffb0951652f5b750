import { parseBackupEvent } from '../../../shared/events/backup.ts';
import { parseAlarmStateChange } from '../../../shared/events/cloudwatch-alarm.ts';
import { parseEcrImageAction, parseEcrReplicationAction } from '../../../shared/events/ecr.ts';
import { parseImageEvent } from '../../../shared/events/image-event.ts';
import { parseInspectorFinding, parseInspectorScan } from '../../../shared/events/inspector2.ts';
import { parseJson } from '../../../shared/events/json.ts';
import { parseScheduledRun } from '../../../shared/events/schedule.ts';
import { parseSnsBody, parseSnsEvent } from '../../../shared/events/sns.ts';
import { parseSqsEvent } from '../../../shared/events/sqs.ts';

/** Every reader of what AWS sends, by the kind of thing that it reads. */
export const parsers = {
  'image event': parseImageEvent,
  'image action': parseEcrImageAction,
  'replication action': parseEcrReplicationAction,
  'inspector scan': parseInspectorScan,
  'inspector finding': parseInspectorFinding,
  'backup event': parseBackupEvent,
  alarm: parseAlarmStateChange,
  'alarm by SNS': (event: unknown) =>
    parseSnsEvent(event).map(({ message }) => parseAlarmStateChange(parseJson(message, 'the message'))),
  SNS: parseSnsEvent,
  SQS: parseSqsEvent,
  'SNS by SQS': (event: unknown) => parseSqsEvent(event).map(({ body }) => parseSnsBody(body)),
  schedule: parseScheduledRun,
} as const;

export type Kind = keyof typeof parsers;
