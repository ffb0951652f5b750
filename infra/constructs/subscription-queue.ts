import { Duration } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { EventSubscription } from '../../shared/lambda/contract.ts';
import { queueMetric } from '../metrics.ts';
import { ruleNameOf, subscriptionQueueAlarmOf } from '../names.ts';
import { allow } from '../permissions.ts';
import { type AlertPath, OpsAlarm } from './ops-alarm.ts';
import type { OpsContract } from './ops-function.ts';
import { type DeadLetterQueue, OpsQueue } from './ops-queue.ts';

export interface SubscriptionQueueProps {
  readonly contract: OpsContract;
  readonly subscription: EventSubscription & Required<Pick<EventSubscription, 'queue'>>;
  /** Takes what failed five times. */
  readonly deadLetterQueue: DeadLetterQueue;
  readonly alertPath: AlertPath;
}

/** The queue in which the events of a subscription wait to be taken in batches. */
export class SubscriptionQueue extends Construct {
  readonly queue: OpsQueue;
  /** What the function's role needs to be fed from the queue. */
  readonly permission: PolicyStatement;
  readonly #batches: SubscriptionQueueProps['subscription']['queue'];

  constructor(scope: Construct, id: string, props: SubscriptionQueueProps) {
    super(scope, id);
    const { contract, subscription } = props;
    this.#batches = subscription.queue;
    this.queue = new OpsQueue(this, 'Queue', {
      name: ruleNameOf(contract, subscription.name),
      // Lambda's advice: six times the function's timeout, and the window in which a batch is collected.
      visibilityTimeout: Duration.seconds(6 * contract.timeoutSeconds + subscription.queue.windowSeconds),
      redrive: { queue: props.deadLetterQueue, maxReceiveCount: 5 },
    });
    this.permission = allow(
      `Empty${subscription.name.replace(/(^|-)(\w)/g, (_match, _dash, letter: string) => letter.toUpperCase())}`,
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      [this.queue.queueArn],
    );
    new OpsAlarm(this, 'Old', {
      name: subscriptionQueueAlarmOf(contract, subscription.name),
      metric: queueMetric(this.queue.name, 'ApproximateAgeOfOldestMessage'),
      threshold: 15 * 60,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      meaning: `Events have waited for more than 15 minutes to be taken from ${this.queue.name}. ${contract.failureImpact}`,
      action: `read the log of the function, and look at the event source mapping of the queue: it may be disabled.`,
      alertPath: props.alertPath,
    });
  }

  feed(target: IFunction): void {
    new EventSourceMapping(this, 'Feed', {
      target,
      eventSourceArn: this.queue.queueArn,
      batchSize: this.#batches.batchSize,
      maxBatchingWindow: Duration.seconds(this.#batches.windowSeconds),
      maxConcurrency: 2,
      reportBatchItemFailures: true,
    });
  }
}
