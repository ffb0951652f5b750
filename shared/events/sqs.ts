import * as z from 'zod/mini';
import { Count } from './count.ts';
import { parseOrRefuse } from './parse.ts';
import { Text } from './text.ts';

/** A message that Lambda received from a queue for the function. */
export interface SqsMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  /** How often it was received, this time included. SQS's own count is approximate. */
  readonly receiveCount: number;
  /** When it was sent to the queue. ISO 8601, UTC. */
  readonly sentAt: string;
  /** The message attributes that are text or numbers, by name. */
  readonly attributes: Readonly<Record<string, string>>;
}

const Attributes = z.pipe(
  z.nullish(z.record(z.string(), z.object({ stringValue: z.nullish(z.string()) }))),
  z.transform((attributes) =>
    Object.fromEntries(
      Object.entries(attributes ?? {}).flatMap(([name, { stringValue }]) =>
        typeof stringValue === 'string' ? [[name, stringValue] as const] : [],
      ),
    ),
  ),
);

const SqsRecord = z.pipe(
  z.object({
    eventSource: z.literal('aws:sqs'),
    messageId: Text,
    receiptHandle: Text,
    body: z.string(),
    attributes: z.object({ ApproximateReceiveCount: Count, SentTimestamp: Count }),
    messageAttributes: Attributes,
  }),
  z.transform(
    ({ messageId, receiptHandle, body, attributes, messageAttributes }): SqsMessage => ({
      messageId,
      receiptHandle,
      body,
      receiveCount: attributes.ApproximateReceiveCount,
      sentAt: new Date(attributes.SentTimestamp).toISOString(),
      attributes: messageAttributes,
    }),
  ),
);

const SqsEvent = z.object({ Records: z.array(SqsRecord) });

/**
 * The messages in what Lambda invokes a function with for a queue. Their bodies are not looked at: a bad one is a
 * matter of its record, and must not fail the batch.
 *
 * @throws PermanentError when it is anything else
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export function parseSqsEvent(event: unknown): readonly SqsMessage[] {
  return parseOrRefuse(SqsEvent, event, 'The event from SQS').Records;
}

/** Whether an invocation comes from a queue, by its first record. For a function that is also invoked otherwise. */
export function isSqsEvent(event: unknown): boolean {
  return z.safeParse(z.object({ Records: z.array(z.object({ eventSource: z.literal('aws:sqs') })) }), event)
    .success;
}
