import type { Message } from '@aws-sdk/client-sqs';
import type { Stage } from '../../rehearsal/scenario.ts';
import { isList, isRecord, type JsonObject } from '../../rehearsal/wiring/json.ts';

/**
 * The event as Lambda takes it from a queue. Its messages are put into the simulated queue and received from it, so
 * that the function can hide them, and the queue can count them.
 *
 * @param event what Lambda hands over for a queue, or anything else: that becomes the body of one message
 */
export function receive(stage: Stage, queueArn: string, event: JsonObject): JsonObject {
  const { Records } = event;
  const records = isList(Records) ? Records.filter(isRecord) : [{ body: JSON.stringify(event) }];
  return {
    Records: records.map((record) => {
      const message = throughQueue(stage, queueArn, String(record.body || '(empty)'));
      return { ...recordOf(message, queueArn), ...record, receiptHandle: message.ReceiptHandle };
    }),
  };
}

function throughQueue({ account: { sqs } }: Stage, queueArn: string, MessageBody: string): Message {
  const { url: QueueUrl, region, visibilityTimeout: VisibilityTimeout } = sqs.queue(queueArn).settings;
  const call = { principal: { kind: 'scenario' }, region } as const;
  const input = { QueueUrl, VisibilityTimeout, MessageSystemAttributeNames: ['All' as const] };
  sqs.operations.SendMessage({ QueueUrl, MessageBody }, call);
  const [message] = sqs.operations.ReceiveMessage(input, call).Messages ?? [];
  if (message !== undefined) return message;
  throw new Error(`the simulated queue ${queueArn} does not hand out what was just put into it`);
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
function recordOf({ MessageId, Body, Attributes, MD5OfBody }: Message, queueArn: string): JsonObject {
  return {
    messageId: MessageId,
    body: Body,
    attributes: Attributes,
    messageAttributes: {},
    md5OfBody: MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(':')[3],
  };
}
