import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** One SQS queue, as its sender. */
export interface OutgoingQueue {
  /** @param attributes short texts that a reader of the queue sees beside the body */
  readonly send: (body: string, attributes?: Readonly<Record<string, string>>) => Promise<void>;
}

export function outgoingQueue(sqs: SQSClient, queueUrl: string): OutgoingQueue {
  return {
    async send(body, attributes = {}) {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: body,
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, text]) => [
              name,
              { DataType: 'String', StringValue: text },
            ]),
          ),
        }),
      );
    },
  };
}

/** One SQS queue, as the function that works through it. */
export interface IncomingQueue {
  /** Hides a received message for so many seconds from now, after which it is received again. */
  readonly hide: (receiptHandle: string, seconds: number) => Promise<void>;
}

/**
 * A message can stay hidden for at most 12 hours after it was received.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
 */
const longestHiddenSeconds = 12 * 60 * 60;

/** The visibility timeout counts from the receipt, so that a minute is kept for the time since then. */
const longestHideSeconds = longestHiddenSeconds - 60;

export function incomingQueue(sqs: SQSClient, queueUrl: string): IncomingQueue {
  return {
    async hide(receiptHandle, seconds) {
      await sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrl,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: Math.min(Math.max(0, Math.ceil(seconds)), longestHideSeconds),
        }),
      );
    },
  };
}
