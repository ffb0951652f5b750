import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';

/** One SNS topic. */
export interface Topic {
  /** @param subject fewer than 100 characters without line breaks, which SNS demands */
  readonly publish: (
    subject: string,
    text: string,
    attributes: Readonly<Record<string, string>>,
  ) => Promise<void>;
}

export function topic(sns: SNSClient, topicArn: string): Topic {
  return {
    async publish(subject, text, attributes) {
      await sns.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: subject,
          Message: text,
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, value]) => [
              name,
              { DataType: 'String', StringValue: value },
            ]),
          ),
        }),
      );
    },
  };
}
