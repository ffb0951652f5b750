import * as z from 'zod/mini';
import { parseJson } from './json.ts';
import { parseOrRefuse } from './parse.ts';
import { OptionalText, Text } from './text.ts';
import { Time } from './time.ts';

/** What was published to an SNS topic. */
export interface SnsNotification {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject: string | undefined;
  /** Plain text or JSON, as the publisher wrote it. */
  readonly message: string;
  /** When it was published. ISO 8601, UTC. */
  readonly at: string;
}

/*
 * SNS writes the same members to Lambda and into the body of an SQS message, but for the spelling of the URLs
 * (SigningCertUrl and SigningCertURL), which are not read here.
 */
const Notification = z.pipe(
  z.object({
    Type: z.literal('Notification'),
    MessageId: Text,
    TopicArn: Text,
    Subject: OptionalText,
    Message: z.string(),
    Timestamp: Time,
  }),
  z.transform(
    ({ MessageId, TopicArn, Subject, Message, Timestamp }): SnsNotification => ({
      messageId: MessageId,
      topicArn: TopicArn,
      subject: Subject,
      message: Message,
      at: Timestamp,
    }),
  ),
);

/** The Lambda event of SNS writes `EventSource` with a capital E, unlike that of SQS. */
const SnsEvent = z.object({
  Records: z.array(z.object({ EventSource: z.literal('aws:sns'), Sns: Notification })),
});

/**
 * The notifications in what SNS invokes a Lambda function with.
 *
 * @throws PermanentError when it is anything else
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 */
export function parseSnsEvent(event: unknown): readonly SnsNotification[] {
  return parseOrRefuse(SnsEvent, event, 'The event from SNS').Records.map(({ Sns }) => Sns);
}

/**
 * The notification in the body of an SQS message that SNS sent to a queue without raw message delivery.
 *
 * @throws PermanentError when the body is anything else
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
export function parseSnsBody(body: string): SnsNotification {
  const what = 'The SQS message body from SNS';
  return parseOrRefuse(Notification, parseJson(body, what), what);
}
