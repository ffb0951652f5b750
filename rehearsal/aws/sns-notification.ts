import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import type { SNSMessageAttributes } from 'aws-lambda';

/** A message as a topic hands it on. */
export interface Notification {
  readonly id: string;
  readonly topicArn: string;
  readonly subject: string | undefined;
  readonly message: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly publishedAt: Date;
}

/** Messages are not signed: nothing in the rehearsal could check it. */
const signature = { SignatureVersion: '1', Signature: 'not-signed' };

/**
 * The event of a subscribed Lambda function: `EventSource` with a capital E, and `Url` in two names that are spelled
 * `URL` everywhere else. `Subject` is null when there is none.
 */
export function lambdaEvent(notification: Notification, subscriptionArn: string): object {
  const { id, topicArn, subject, message, attributes, publishedAt } = notification;
  const { certificate, unsubscribe } = links(topicArn, subscriptionArn);
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscriptionArn,
        Sns: {
          Type: 'Notification',
          MessageId: id,
          TopicArn: topicArn,
          Subject: subject ?? null,
          Message: message,
          Timestamp: publishedAt.toISOString(),
          ...signature,
          SigningCertUrl: certificate,
          UnsubscribeUrl: unsubscribe,
          MessageAttributes: attributesOf(attributes),
        },
      },
    ],
  };
}

/** The body that a subscribed queue gets. @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
export function queueBody(notification: Notification, subscriptionArn: string): string {
  const { id, topicArn, subject, message, attributes, publishedAt } = notification;
  const { certificate, unsubscribe } = links(topicArn, subscriptionArn);
  return JSON.stringify({
    Type: 'Notification',
    MessageId: id,
    TopicArn: topicArn,
    ...(subject === undefined ? {} : { Subject: subject }),
    Message: message,
    Timestamp: publishedAt.toISOString(),
    ...signature,
    SigningCertURL: certificate,
    UnsubscribeURL: unsubscribe,
    ...(Object.keys(attributes).length === 0 ? {} : { MessageAttributes: attributesOf(attributes) }),
  });
}

function links(topicArn: string, subscriptionArn: string): { certificate: string; unsubscribe: string } {
  const host = `https://sns.${topicArn.split(':')[3]}.amazonaws.com`;
  return {
    certificate: `${host}/SimpleNotificationService-0000000000000000000000000000000000000000.pem`,
    unsubscribe: `${host}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
  };
}

function attributesOf(attributes: Notification['attributes']): SNSMessageAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType = '', StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? Buffer.from(BinaryValue ?? []).toString('base64') },
    ]),
  );
}
