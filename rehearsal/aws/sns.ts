import type {
  PublishBatchInput,
  PublishBatchRequestEntry,
  PublishBatchResponse,
  PublishInput,
  PublishResponse,
} from '@aws-sdk/client-sns';
import * as z from 'zod';
import { AwsError, type Call, type Kernel, type Operations, type Principal } from '../kernel.ts';
import { parseArn } from './arn.ts';
import { authorize } from './authorize.ts';
import type { Metrics } from './cloudwatch-metrics.ts';
import { sendToDeadLetterQueue } from './dead-letter.ts';
import type { Kms } from './kms.ts';
import type { Lambda } from './lambda.ts';
import { ignored, type Resource, readProperties } from './properties.ts';
import { serviceCall } from './service-call.ts';
import { lambdaEvent, type Notification, queueBody } from './sns-notification.ts';
import type { Sqs } from './sqs.ts';
import { eachEntry } from './sqs-batch.ts';
import { attributesSize } from './sqs-message-attributes.ts';

const Protocol = z.enum(['lambda', 'sqs', 'email'], {
  error: "only the protocols 'lambda', 'sqs' and 'email' are simulated",
});

const TopicProperties = z.strictObject({
  TopicName: ignored,
  DisplayName: ignored,
  KmsMasterKeyId: z.string().optional(),
  Subscription: z.array(z.strictObject({ Protocol, Endpoint: z.string() })).default([]),
  Tags: ignored,
});

const SubscriptionProperties = z.strictObject({
  TopicArn: z.string(),
  Protocol,
  Endpoint: z.string(),
  RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string() }).optional(),
  RawMessageDelivery: z.literal(false).optional(),
  Region: ignored,
});

interface Subscription {
  readonly arn: string;
  readonly protocol: z.infer<typeof Protocol>;
  readonly endpoint: string;
  readonly deadLetterArn: string | undefined;
}

interface Topic {
  readonly arn: string;
  readonly key: string | undefined;
  readonly subscriptions: Subscription[];
}

type Published = Pick<
  PublishBatchRequestEntry,
  'Message' | 'Subject' | 'MessageAttributes' | 'MessageStructure'
>;

/** From a message's publication to its delivery. Milliseconds. */
const deliveryMs = 100;

/** Message and attributes. Bytes. */
const maxMessageSize = 262_144;

const service = 'sns.amazonaws.com';

/**
 * Amazon SNS, standard topics. A delivery that the subscriber's policies refuse is an error of ours, which SNS does
 * not try again: it goes to the subscription's dead-letter queue or is lost. Mail addresses count as confirmed.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
export class Sns {
  readonly #kernel: Kernel;
  readonly #kms: Kms;
  readonly #sqs: Sqs;
  readonly #lambda: Lambda;
  readonly #metrics: Metrics;
  readonly #topics = new Map<string, Topic>();

  constructor(kernel: Kernel, kms: Kms, sqs: Sqs, lambda: Lambda, metrics: Metrics) {
    this.#kernel = kernel;
    this.#kms = kms;
    this.#sqs = sqs;
    this.#lambda = lambda;
    this.#metrics = metrics;
  }

  /**
   * AWS::SNS::Topic.
   *
   * @throws RangeError for a property that is not simulated, by name
   */
  createTopic(resource: Resource): void {
    const { KmsMasterKeyId, Subscription } = readProperties('AWS::SNS::Topic', TopicProperties, resource);
    const arn = `arn:aws:sns:${resource.region}:${this.#kernel.account}:${resource.name}`;
    const subscriptions: Subscription[] = [];
    this.#topics.set(arn, { arn, key: KmsMasterKeyId, subscriptions });
    for (const { Protocol: protocol, Endpoint: endpoint } of Subscription) {
      subscriptions.push({
        arn: `${arn}:${this.#kernel.uuid()}`,
        protocol,
        endpoint,
        deadLetterArn: undefined,
      });
    }
  }

  /**
   * AWS::SNS::Subscription.
   *
   * @throws RangeError for a property that is not simulated, such as FilterPolicy, by name
   */
  createSubscription(resource: Resource): void {
    const properties = readProperties('AWS::SNS::Subscription', SubscriptionProperties, resource);
    const topic = this.#topic(properties.TopicArn);
    topic.subscriptions.push({
      arn: `${topic.arn}:${this.#kernel.uuid()}`,
      protocol: properties.Protocol,
      endpoint: properties.Endpoint,
      deadLetterArn: properties.RedrivePolicy?.deadLetterTargetArn,
    });
  }

  /**
   * A message from another AWS service.
   *
   * @param caller the service that sends it
   * @throws AwsError when the topic does not take it
   */
  deliver(topicArn: string, message: Published, caller: string, principal: Principal): void {
    const { region } = parseArn(topicArn);
    const input = { TopicArn: topicArn, ...message };
    serviceCall(this.#kernel, { region, caller, service: 'sns', operation: 'Publish', input }, () =>
      this.operations.Publish(input, { principal, region }),
    );
  }

  readonly operations = {
    Publish: ({ TopicArn, TargetArn, ...message }: PublishInput, call: Call): PublishResponse => {
      const topic = this.#openForPublishing(TopicArn ?? TargetArn ?? '', call);
      return { MessageId: this.#publish(topic, message) };
    },

    PublishBatch: (input: PublishBatchInput, call: Call): PublishBatchResponse => {
      const topic = this.#openForPublishing(input.TopicArn ?? '', call);
      const entries = input.PublishBatchRequestEntries ?? [];
      if (entries.length === 0)
        throw new AwsError('EmptyBatchRequest', 'The batch request contains no entries.');
      if (entries.length > 10) {
        throw new AwsError(
          'TooManyEntriesInBatchRequest',
          'The batch request contains more entries than permissible.',
        );
      }
      const { Successful, Failed } = eachEntry(entries, (message) => ({
        MessageId: this.#publish(topic, message),
      }));
      return { Successful, Failed };
    },
  } satisfies Operations;

  #openForPublishing(arn: string, { principal, region }: Call): Topic {
    const topic = this.#topic(arn);
    if (parseArn(arn).region !== region) {
      throw new AwsError('InvalidParameter', `Invalid parameter: TopicArn: ${arn} is not in ${region}`);
    }
    authorize(this.#kernel, { principal, action: 'sns:Publish', resource: arn }, 'AuthorizationError');
    if (topic.key !== undefined) {
      const actions = ['kms:GenerateDataKey', 'kms:Decrypt'] as const;
      this.#kms.authorize({ principal, actions, key: topic.key, region, via: 'sns', resource: arn });
    }
    return topic;
  }

  /** @returns the message's id */
  #publish(
    topic: Topic,
    { Message = '', Subject, MessageAttributes = {}, MessageStructure }: Published,
  ): string {
    if (MessageStructure !== undefined) throw new RangeError('MessageStructure is not simulated');
    if (Message === '') throw new AwsError('InvalidParameter', 'Invalid parameter: Empty message');
    if (Subject !== undefined && !/^[^\p{Cc}]{1,99}$/u.test(Subject)) {
      throw new AwsError(
        'InvalidParameter',
        'Invalid parameter: Subject: it must have fewer than 100 characters, and no line breaks or control characters',
      );
    }
    if (Buffer.byteLength(Message) + attributesSize(MessageAttributes) > maxMessageSize) {
      throw new AwsError('InvalidParameter', 'Invalid parameter: Message too long');
    }
    const notification = {
      id: this.#kernel.uuid(),
      topicArn: topic.arn,
      subject: Subject,
      message: Message,
      attributes: MessageAttributes,
      publishedAt: this.#kernel.now(),
    };
    for (const subscription of topic.subscriptions) {
      this.#kernel.after(deliveryMs, () => this.#notify(subscription, notification));
    }
    return notification.id;
  }

  #notify(subscription: Subscription, notification: Notification): void {
    const { arn, protocol, endpoint } = subscription;
    const principal = { kind: 'service', name: service, sourceArn: notification.topicArn } as const;
    try {
      switch (protocol) {
        case 'lambda':
          this.#lambda.deliver(endpoint, lambdaEvent(notification, arn), service, principal);
          break;
        case 'sqs':
          this.#sqs.deliver(endpoint, { body: queueBody(notification, arn) }, service, principal);
          break;
        case 'email': {
          const { region } = parseArn(notification.topicArn);
          const mail = [notification.subject, notification.message].filter((part) => part !== undefined);
          this.#kernel.trace({ kind: 'message', region, sink: `mail:${endpoint}`, text: mail.join('\n\n') });
        }
      }
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { region, resource: TopicName } = parseArn(notification.topicArn);
      const measure = (name: string): void =>
        this.#metrics.put({ region, namespace: 'AWS/SNS', name, dimensions: { TopicName } }, 1);
      measure('NumberOfNotificationsFailed');
      const isKept = sendToDeadLetterQueue(this.#kernel, this.#sqs, {
        region,
        queueArn: subscription.deadLetterArn,
        body: queueBody(notification, arn),
        caller: service,
        principal,
        why: `SNS could not notify ${endpoint}: ${error.code}: ${error.message}`,
      });
      if (subscription.deadLetterArn !== undefined) {
        measure(isKept ? 'NumberOfNotificationsRedrivenToDlq' : 'NumberOfNotificationsFailedToRedriveToDlq');
      }
    }
  }

  #topic(arn: string): Topic {
    const topic = this.#topics.get(arn);
    if (topic === undefined) throw new AwsError('NotFound', `Topic does not exist: ${arn}`, 404);
    return topic;
  }
}
