import type { Message, ReceiveMessageRequest, SendMessageRequest } from '@aws-sdk/client-sqs';
import { AwsError } from '../kernel.ts';
import {
  attributesMd5,
  attributesSize,
  checkMessageAttributes,
  chosenAttributes,
  md5,
} from './sqs-message-attributes.ts';
import type { QueuedMessage, QueueSettings, SqsQueue } from './sqs-queue.ts';

/** A message as it is sent, alone or in a batch. */
export type SendEntry = Omit<SendMessageRequest, 'QueueUrl'>;

/** Body and attributes, in bytes. */
export function messageSize({ MessageBody = '', MessageAttributes = {} }: SendEntry): number {
  return Buffer.byteLength(MessageBody) + attributesSize(MessageAttributes);
}

/**
 * A message as the queue keeps it.
 *
 * @throws AwsError when SQS would not take it
 */
export function queuedMessage(
  settings: QueueSettings,
  entry: SendEntry,
  stamp: Pick<QueuedMessage, 'id' | 'senderId' | 'sentAt'>,
): QueuedMessage {
  const {
    MessageBody: body = '',
    MessageAttributes: attributes = {},
    DelaySeconds: delay = settings.delay,
  } = entry;
  if (body === '')
    throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  if (/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u.test(body)) {
    throw new AwsError('InvalidMessageContents', 'The message contains characters outside the allowed set.');
  }
  checkMessageAttributes(attributes);
  if (messageSize(entry) > settings.maximumMessageSize) {
    throw new AwsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${settings.maximumMessageSize} bytes.`,
    );
  }
  if (!(delay >= 0 && delay <= 900)) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value ${delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
    );
  }
  return { ...stamp, body, attributes, receiveCount: 0, visibleAt: stamp.sentAt + delay * 1000 };
}

/** What SendMessage answers. The SDK checks the digests. */
export function sentMessage({ id, body, attributes }: QueuedMessage): {
  MessageId: string;
  MD5OfMessageBody: string;
  MD5OfMessageAttributes?: string;
} {
  const digest = attributesMd5(attributes);
  return {
    MessageId: id,
    MD5OfMessageBody: md5(body),
    ...(digest === undefined ? {} : { MD5OfMessageAttributes: digest }),
  };
}

/** What ReceiveMessage answers: only the attributes that were asked for. */
export function receivedMessage(
  queue: SqsQueue,
  message: QueuedMessage,
  input: ReceiveMessageRequest,
): Message {
  const wanted: readonly string[] = [
    ...(input.MessageSystemAttributeNames ?? []),
    ...(input.AttributeNames ?? []),
  ];
  const system = Object.entries({
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(message.deadLetterSource === undefined ? {} : { DeadLetterQueueSourceArn: message.deadLetterSource }),
  }).filter(([name]) => wanted.includes('All') || wanted.includes(name));
  const attributes = chosenAttributes(message.attributes, input.MessageAttributeNames ?? []);
  const digest = attributesMd5(attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: queue.receiptHandle(message),
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(system.length === 0 ? {} : { Attributes: Object.fromEntries(system) }),
    ...(digest === undefined ? {} : { MD5OfMessageAttributes: digest, MessageAttributes: attributes }),
  };
}
