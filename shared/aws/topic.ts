import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { ClientConfig } from '../lambda/world.ts';

/** One SNS topic. */
export interface Topic {
  /** @param subject fewer than 100 characters without line breaks, which SNS demands */
  readonly publish: (
    subject: string,
    text: string,
    attributes: Readonly<Record<string, string>>,
  ) => Promise<void>;
}

/**
 * Tries nothing again by itself. SNS knows no repetition of a publication, so that after an answer that was lost people
 * would get the message twice; whoever publishes knows what to say of a second attempt.
 */
export class SingleAttemptSnsClient extends SNSClient {
  constructor(config: ClientConfig) {
    super({ ...config, maxAttempts: 1 });
  }
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
