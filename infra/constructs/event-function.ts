import { Duration } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { type PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { EventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import { CfnSubscription } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { EventSubscription } from '../../shared/lambda/contract.ts';
import { functionMetric, ruleMetric, topicMetric } from '../metrics.ts';
import {
  deadLetterQueueNameOf,
  deliveryDeadLetterQueueNameOf,
  functionNameOf,
  opsBusName,
  ruleNameOf,
} from '../names.ts';
import { OpsStack } from '../ops-stack.ts';
import type { FunctionNetwork } from './function-network.ts';
import { FunctionSchedules } from './function-schedules.ts';
import { LostAlarm } from './lost-alarm.ts';
import type { AlertPath } from './ops-alarm.ts';
import { type EnvironmentOf, type OpsContract, OpsFunction } from './ops-function.ts';
import { DeadLetterQueue } from './ops-queue.ts';
import type { OpsTopic } from './ops-topic.ts';
import { SubscriptionQueue } from './subscription-queue.ts';

export interface EventFunctionProps<Contract extends OpsContract> {
  readonly contract: Contract;
  readonly environment: EnvironmentOf<Contract>;
  readonly permissions: readonly PolicyStatement[];
  /** Left out: in no VPC. */
  readonly network?: FunctionNetwork;
  /** The most that run at once, kept free for it. Left out: as many as the account has room for. */
  readonly reservedConcurrency?: number;
  readonly alertPath: AlertPath;
  /** Topics whose every message is handed to the function, by a name for the subscription. */
  readonly topics?: Readonly<Record<string, OpsTopic>>;
}

/**
 * EventBridge's own defaults, which are also the most it allows, written down so that they can be read here.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 */
export const deliveryRetries = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 } as const;

/**
 * A function invoked by the events its contract subscribes to, and by the clock where it has schedules, with the two
 * dead-letter queues that this takes: EventBridge and SNS hand an event to Lambda and are done, so what they cannot hand
 * over and what the function then fails at are lost at different places.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class EventFunction<Contract extends OpsContract> extends Construct {
  readonly opsFunction: OpsFunction<Contract>;
  /** Invocations that failed for good. */
  readonly deadLetterQueue: DeadLetterQueue;
  /** Events and messages that never reached the function. */
  readonly deliveryDeadLetterQueue: DeadLetterQueue;
  /** The queues of the subscriptions whose events come in batches, by the subscription's name. */
  readonly queues: ReadonlyMap<string, SubscriptionQueue>;

  constructor(scope: Construct, id: string, props: EventFunctionProps<Contract>) {
    super(scope, id);
    const { contract, alertPath } = props;
    const name = functionNameOf(contract);
    this.deadLetterQueue = new DeadLetterQueue(this, 'DeadLetters', {
      name: deadLetterQueueNameOf(contract),
      meaning: `${name} gave up on something it was given, after all retries or because it could not understand it. ${contract.failureImpact}`,
      action:
        'read the message: it holds the event and the error. Mend the cause, then invoke the function with the event again.',
      alertPath,
    });
    this.deliveryDeadLetterQueue = new DeadLetterQueue(this, 'Undelivered', {
      name: deliveryDeadLetterQueueNameOf(contract),
      meaning: `Events for ${name} could not be handed to it. ${contract.failureImpact}`,
      action:
        'read the ERROR_CODE attribute of the message: mostly a permission or the function is missing. Deploy the stack, then invoke the function with the event again.',
      alertPath,
    });
    this.queues = new Map(
      contract.subscriptions.flatMap((subscription: EventSubscription) => {
        const { name: of, queue } = subscription;
        if (queue === undefined) return [];
        const props = {
          contract,
          subscription: { ...subscription, queue },
          deadLetterQueue: this.deadLetterQueue,
        };
        return [[of, new SubscriptionQueue(this, `Queue-${of}`, { ...props, alertPath })] as const];
      }),
    );
    const queues = [...this.queues.values()];
    this.opsFunction = new OpsFunction(this, 'Function', {
      contract,
      environment: props.environment,
      deadLetterQueue: this.deadLetterQueue,
      permissions: [...props.permissions, ...queues.map(({ permission }) => permission)],
      ...(props.network === undefined ? {} : { network: props.network }),
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrency: props.reservedConcurrency }),
      alertPath,
    });
    for (const queue of queues) queue.feed(this.opsFunction.function);
    new EventInvokeConfig(this, 'AsyncInvocation', {
      function: this.opsFunction.function,
      maxEventAge: Duration.hours(6),
      retryAttempts: 2,
      onFailure: { bind: () => ({ destination: this.deadLetterQueue.queueArn }) },
    });
    this.subscribeToEvents(contract);
    const topics = Object.entries(props.topics ?? {});
    for (const [id, topic] of topics) this.subscribeToTopic(id, topic);
    /*
     * AsyncEventsDropped is no sign of a loss: Lambda counts what it puts into the dead-letter queue, too.
     * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
     */
    new LostAlarm(this, 'Lost', {
      name,
      metrics: [
        functionMetric(name, 'DestinationDeliveryFailures', 'Sum'),
        ...contract.subscriptions.map((subscription) =>
          ruleMetric(
            busNameOf(subscription),
            ruleNameOf(contract, subscription.name),
            'InvocationsFailedToBeSentToDlq',
          ),
        ),
        ...topics.map(([, { name: topic }]) =>
          topicMetric(topic, 'NumberOfNotificationsFailedToRedriveToDlq'),
        ),
      ],
      failureImpact: contract.failureImpact,
    });
    const { schedules = [] }: OpsContract = contract;
    if (schedules.length > 0) {
      new FunctionSchedules(this, 'Schedules', {
        contract,
        schedules,
        target: this.opsFunction.function,
        deadLetterQueue: this.deliveryDeadLetterQueue,
      });
    }
  }

  private subscribeToEvents(contract: Contract): void {
    const rules = contract.subscriptions.map((subscription) => this.rule(contract, subscription));
    if (rules.length === 0) return;
    this.deliveryDeadLetterQueue.letServiceSend(
      'UndeliveredEvents',
      'events.amazonaws.com',
      rules.map((rule) => rule.attrArn),
    );
  }

  private rule(contract: Contract, subscription: EventSubscription): CfnRule {
    const queue = this.queues.get(subscription.name)?.queue;
    const rule = new CfnRule(this, `On-${subscription.name}`, {
      name: ruleNameOf(contract, subscription.name),
      description: `Events that ${functionNameOf(contract)} is subscribed to.`,
      eventBusName: busNameOf(subscription),
      eventPattern: subscription.pattern,
      state: 'ENABLED',
      targets: [
        {
          id: contract.name,
          arn: queue?.queueArn ?? this.opsFunction.function.functionArn,
          deadLetterConfig: { arn: this.deliveryDeadLetterQueue.queueArn },
          retryPolicy: deliveryRetries,
        },
      ],
    });
    if (queue !== undefined) queue.letServiceSend('Events', 'events.amazonaws.com', [rule.attrArn]);
    else {
      this.opsFunction.function.addPermission(`Invoke-${subscription.name}`, {
        principal: new ServicePrincipal('events.amazonaws.com'),
        sourceArn: rule.attrArn,
      });
    }
    return rule;
  }

  private subscribeToTopic(id: string, topic: OpsTopic): void {
    new CfnSubscription(this, id, {
      topicArn: topic.topicArn,
      protocol: 'lambda',
      endpoint: this.opsFunction.function.functionArn,
      redrivePolicy: { deadLetterTargetArn: this.deliveryDeadLetterQueue.queueArn },
    });
    this.opsFunction.function.addPermission(`Invoke-${id}`, {
      principal: new ServicePrincipal('sns.amazonaws.com'),
      sourceArn: topic.topicArn,
    });
    this.deliveryDeadLetterQueue.letServiceSend('UndeliveredMessages', 'sns.amazonaws.com', [topic.topicArn]);
  }

  /**
   * Lets any CloudWatch alarm of the account name the function as its action.
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
   */
  letAlarmsInvoke(): void {
    this.opsFunction.function.addPermission('Invoke-alarm-action', {
      principal: new ServicePrincipal('lambda.alarms.cloudwatch.amazonaws.com'),
      sourceAccount: OpsStack.of(this).account,
    });
  }
}

function busNameOf({ bus }: EventSubscription): string {
  return bus === 'ops' ? opsBusName : 'default';
}
