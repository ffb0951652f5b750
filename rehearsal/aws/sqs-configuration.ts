import * as z from 'zod';
import { boolean, ignored, number, type Resource, readProperties } from './properties.ts';
import type { QueueSettings, SqsQueue } from './sqs-queue.ts';

/** AWS::SQS::Queue, standard queues only. */
const Queue = z.strictObject({
  QueueName: ignored,
  DelaySeconds: number.default(0),
  VisibilityTimeout: number.default(30),
  MessageRetentionPeriod: number.default(345_600),
  MaximumMessageSize: number.default(1_048_576),
  RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: number }).optional(),
  KmsMasterKeyId: z.string().optional(),
  KmsDataKeyReusePeriodSeconds: ignored,
  SqsManagedSseEnabled: boolean.optional(),
  ReceiveMessageWaitTimeSeconds: ignored,
  RedriveAllowPolicy: ignored,
  Tags: ignored,
});

/** @throws RangeError for a property that is not simulated, by name */
export function queueSettings(account: string, resource: Resource): QueueSettings {
  const { region, name } = resource;
  const properties = readProperties('AWS::SQS::Queue', Queue, resource);
  return {
    arn: `arn:aws:sqs:${region}:${account}:${name}`,
    region,
    name,
    url: urlOf(region, account, name),
    delay: properties.DelaySeconds,
    visibilityTimeout: properties.VisibilityTimeout,
    retention: properties.MessageRetentionPeriod,
    maximumMessageSize: properties.MaximumMessageSize,
    redrive: properties.RedrivePolicy,
    key: properties.KmsMasterKeyId,
  };
}

export function urlOf(region: string, account: string, name: string): string {
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
}

/** What GetQueueAttributes tells of a queue, as far as it was asked. Numbers are text. */
export function queueAttributes(queue: SqsQueue, wanted: readonly string[]): Record<string, string> {
  const { settings } = queue;
  const depth = queue.depth();
  const all = {
    QueueArn: settings.arn,
    ApproximateNumberOfMessages: String(depth.visible),
    ApproximateNumberOfMessagesNotVisible: String(depth.notVisible),
    ApproximateNumberOfMessagesDelayed: String(depth.delayed),
    DelaySeconds: String(settings.delay),
    VisibilityTimeout: String(settings.visibilityTimeout),
    MessageRetentionPeriod: String(settings.retention),
    MaximumMessageSize: String(settings.maximumMessageSize),
    ...(settings.redrive === undefined ? {} : { RedrivePolicy: JSON.stringify(settings.redrive) }),
    ...(settings.key === undefined ? {} : { KmsMasterKeyId: settings.key }),
  };
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => wanted.includes('All') || wanted.includes(name)),
  );
}
