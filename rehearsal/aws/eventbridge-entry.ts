import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { AwsError } from '../kernel.ts';
import { isRecord } from '../wiring/json.ts';
import type { EventContent } from './eventbridge-event.ts';

/** @throws AwsError when the entry is not an event */
export function contentOf({
  Source,
  DetailType,
  Detail,
  Resources,
  Time,
}: PutEventsRequestEntry): EventContent {
  const source = required('Source', Source);
  const detailType = required('DetailType', DetailType);
  if (detailType.length > 128) {
    throw new AwsError(
      'InvalidArgument',
      'Parameter DetailType is not valid. Reason: at most 128 characters.',
    );
  }
  return {
    source,
    detailType,
    resources: Resources,
    detail: jsonObject(required('Detail', Detail)),
    time: Time,
  };
}

function required(name: string, value: string | undefined): string {
  if (!value) {
    throw new AwsError(
      'InvalidArgument',
      `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
    );
  }
  return value;
}

function jsonObject(detail: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(detail);
  } catch {
    value = undefined;
  }
  if (!isRecord(value)) throw new AwsError('MalformedDetail', 'Detail is malformed.');
  return value;
}

/** As EventBridge counts it. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size */
export function entrySize({
  Time,
  Source = '',
  DetailType = '',
  Detail = '',
  Resources = [],
}: PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, part) => sum + Buffer.byteLength(part), Time === undefined ? 0 : 14);
}
