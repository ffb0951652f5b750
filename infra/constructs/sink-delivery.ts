import { Duration } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { contract } from '../../functions/alerts/deliver-alert/contract.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import { secretArnPattern, tableArn, topicArn } from '../arns.ts';
import { queueMetric } from '../metrics.ts';
import {
  conversationTableName,
  functionNameOf,
  sinkAlarmNamesOf,
  sinkDeadLetterQueueNameOf,
  sinkQueueNameOf,
} from '../names.ts';
import { allow } from '../permissions.ts';
import { OpsAlarm } from './ops-alarm.ts';
import { OpsFunction } from './ops-function.ts';
import { opsKeyOf } from './ops-key.ts';
import { DeadLetterQueue, OpsQueue } from './ops-queue.ts';
import { OpsTopic } from './ops-topic.ts';

type Sink = Policy['alerts']['sinks'][string];

export interface SinkDeliveryProps {
  /** The sink's name in the policy. */
  readonly name: string;
  readonly sink: Sink;
}

/**
 * The way out to one sink: its queue, the function that empties it, and the alarms on both. Nothing of it is shared
 * with another sink, so a sick one delays no other.
 */
export class SinkDelivery extends Construct {
  /** The sink's name in the policy. */
  readonly sink: string;
  readonly queue: OpsQueue;
  readonly deadLetterQueue: DeadLetterQueue;
  readonly functionName: string;

  constructor(scope: Construct, id: string, { name, sink }: SinkDeliveryProps) {
    super(scope, id);
    this.sink = name;
    this.deadLetterQueue = new DeadLetterQueue(this, 'DeadLetters', {
      name: sinkDeadLetterQueueNameOf(name),
      meaning: `Alerts could not be delivered to the sink ${name} and are not tried any more. Nobody was told of them there.`,
      action: `read the messages, tell those concerned, mend the cause, then start a redrive to ${sinkQueueNameOf(name)}.`,
      alertPath: 'part',
    });
    this.queue = new OpsQueue(this, 'Queue', {
      name: sinkQueueNameOf(name),
      // Lambda's advice: six times the function's timeout, so that no message is handed out again while it is worked on.
      visibilityTimeout: Duration.seconds(6 * contract.timeoutSeconds),
      // High, because a sink that asks to be tried later is tried later, for hours if need be.
      redrive: { queue: this.deadLetterQueue, maxReceiveCount: 1000 },
    });
    const target = this.target(sink);
    const delivery = new OpsFunction(this, 'Function', {
      contract,
      variant: name,
      environment: {
        sink: name,
        target: target.name,
        queue: this.queue.queueUrl,
        conversationTable: conversationTableName,
      },
      deadLetterQueue: this.deadLetterQueue,
      permissions: [
        allow(
          'EmptyOwnQueue',
          [
            'sqs:ReceiveMessage',
            'sqs:DeleteMessage',
            'sqs:GetQueueAttributes',
            'sqs:ChangeMessageVisibility',
          ],
          [this.queue.queueArn],
        ),
        allow('RecordWhatWasTold', ['dynamodb:PutItem'], [tableArn(this, conversationTableName)]),
        target.permission,
      ],
      alertPath: 'part',
    });
    this.functionName = delivery.name;
    new EventSourceMapping(this, 'Feed', {
      target: delivery.function,
      eventSourceArn: this.queue.queueArn,
      batchSize: 10,
      maxConcurrency: 2,
      reportBatchItemFailures: true,
    });
    this.alarms(name);
  }

  /** Where the function reaches people, and the one permission that takes. */
  private target(sink: Sink): { name: string; permission: PolicyStatement } {
    switch (sink.type) {
      case 'slack':
        return {
          name: sink.secret,
          permission: allow(
            'ReadSlackSecret',
            ['secretsmanager:GetSecretValue'],
            [secretArnPattern(this, sink.secret)],
          ),
        };
      case 'sns': {
        const arn =
          'create' in sink.topic
            ? this.topic(sink.topic.create, sink.mail ?? []).topicArn
            : topicArn(this, sink.topic.existing);
        return { name: arn, permission: allow('PublishAlert', ['sns:Publish'], [arn]) };
      }
    }
  }

  private topic(name: string, mail: readonly string[]): OpsTopic {
    const topic = new OpsTopic(this, 'Topic', { name, key: opsKeyOf(this, 'TopicKey') });
    for (const address of mail) topic.addSubscription(new EmailSubscription(address));
    return topic;
  }

  private alarms(name: string): void {
    const names = sinkAlarmNamesOf(name);
    const action = `read the log of ${functionNameOf(contract, name)}: it says what the sink answered. Tell those concerned by other means meanwhile.`;
    new OpsAlarm(this, 'Old', {
      name: names.age,
      metric: queueMetric(this.queue.name, 'ApproximateAgeOfOldestMessage'),
      threshold: 15 * 60,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      meaning: `An alert has waited for the sink ${name} for more than 15 minutes.`,
      action,
      alertPath: 'part',
    });
    /*
     * SQS leaves a message out of the age once it was received three times, which is what happens while a sink
     * is sick: then only the messages in the function's hands tell.
     * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
     */
    new OpsAlarm(this, 'Retrying', {
      name: names.retrying,
      metric: queueMetric(this.queue.name, 'ApproximateNumberOfMessagesNotVisible'),
      threshold: 1,
      evaluationPeriods: 15,
      datapointsToAlarm: 13,
      meaning: `Alerts for the sink ${name} have been tried and put back for about 15 minutes: it is busy, sick, or cannot be reached.`,
      action,
      alertPath: 'part',
    });
  }
}
