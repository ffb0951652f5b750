import { AwsError, type Kernel } from '../kernel.ts';
import { parseArn } from './arn.ts';
import type { Metrics } from './cloudwatch-metrics.ts';
import { sendToDeadLetterQueue } from './dead-letter.ts';
import type { EventEnvelope } from './eventbridge-event.ts';
import type { Rule, Target } from './eventbridge-rule.ts';
import type { Lambda } from './lambda.ts';
import type { Sns } from './sns.ts';
import type { Sqs } from './sqs.ts';
import { type MessageAttributes, text } from './sqs-message-attributes.ts';

/** Where events go. */
export interface TargetServices {
  readonly sqs: Sqs;
  readonly sns: Sns;
  readonly lambda: Lambda;
}

export interface DeliveryOptions {
  readonly metrics: Metrics;
  /** Takes the event on to a bus, as the role. */
  readonly forward: (busArn: string, event: EventEnvelope, roleArn: string) => void;
  /** The answer of a target that is ill for a while. */
  readonly targetFails: (targetArn: string, event: EventEnvelope) => AwsError | undefined;
  readonly onLost: () => void;
}

interface Delivery {
  readonly rule: Rule;
  readonly target: Target;
  readonly event: EventEnvelope;
  readonly startedAt: number;
  /** Attempts that failed so far. */
  readonly failures: number;
}

const service = 'events.amazonaws.com';

/** The first wait between two attempts, and the longest. Each is twice the one before, less a random part. */
const retryMs = { first: 1000, longest: 600_000 };

/**
 * Brings events to the targets of rules. An error that time may heal is tried again with growing waits; any other, and
 * the last, sends the event to the target's dead-letter queue.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html
 */
export class EventDelivery {
  readonly #kernel: Kernel;
  readonly #services: TargetServices;
  readonly #options: DeliveryOptions;

  constructor(kernel: Kernel, services: TargetServices, options: DeliveryOptions) {
    this.#kernel = kernel;
    this.#services = services;
    this.#options = options;
  }

  deliver(rule: Rule, event: EventEnvelope): void {
    for (const target of rule.targets) {
      this.#attempt({ rule, target, event, startedAt: this.#kernel.now().getTime(), failures: 0 });
    }
  }

  #attempt(delivery: Delivery): void {
    const { rule, target, event } = delivery;
    this.#measure(rule, 'Invocations');
    try {
      const fault = this.#options.targetFails(target.arn, event);
      if (fault !== undefined) throw fault;
      this.#send(rule, target, event);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.#failed({ ...delivery, failures: delivery.failures + 1 }, error);
    }
  }

  #send(rule: Rule, { arn, roleArn }: Target, event: EventEnvelope): void {
    const { lambda, sqs, sns } = this.#services;
    const principal = { kind: 'service', name: service, sourceArn: rule.arn } as const;
    switch (parseArn(arn).service) {
      case 'lambda':
        lambda.deliver(arn, event, service, principal);
        break;
      case 'sqs':
        sqs.deliver(arn, { body: JSON.stringify(event) }, service, principal);
        break;
      case 'sns':
        sns.deliver(arn, { Message: JSON.stringify(event) }, service, principal);
        break;
      default:
        if (roleArn === undefined) {
          throw new AwsError('ValidationException', `RoleArn is required for the target ${arn}`);
        }
        if (parseArn(arn).region !== rule.region && event.region !== rule.region) {
          throw new AwsError(
            'THIRD_REGION_HOP_DETECTED',
            `Event ${event.id} has come from ${event.region} already.`,
          );
        }
        this.#options.forward(arn, event, roleArn);
    }
  }

  #failed(delivery: Delivery, error: AwsError): void {
    const { rule, target, startedAt, failures } = delivery;
    if (!(error.httpStatus === 429 || error.httpStatus >= 500)) {
      this.#giveUp(delivery, error, undefined);
      return;
    }
    const longest = Math.min(retryMs.first * 2 ** (failures - 1), retryMs.longest);
    const wait = longest * (1 - this.#kernel.random() / 2);
    const age = this.#kernel.now().getTime() + wait - startedAt;
    if (failures > target.maxAttempts) this.#giveUp(delivery, error, 'MaximumRetryAttempts');
    else if (age > target.maxAgeSeconds * 1000) this.#giveUp(delivery, error, 'MaximumEventAgeInSeconds');
    else {
      this.#measure(rule, 'RetryInvocationAttempts');
      this.#kernel.after(wait, () => this.#attempt(delivery));
    }
  }

  #giveUp(delivery: Delivery, error: AwsError, exhausted: string | undefined): void {
    const { rule, target, event, failures } = delivery;
    this.#measure(rule, 'FailedInvocations');
    const isKept = sendToDeadLetterQueue(this.#kernel, this.#services.sqs, {
      region: rule.region,
      queueArn: target.deadLetterArn,
      body: JSON.stringify(event),
      attributes: deadLetterAttributes(rule, target, error, failures - 1, exhausted),
      caller: service,
      principal: { kind: 'service', name: service, sourceArn: rule.arn },
      why: `rule ${rule.name} could not deliver ${event['detail-type']} ${event.id} to ${target.arn}: ${error.code}: ${error.message}`,
    });
    if (!isKept) this.#options.onLost();
    if (target.deadLetterArn !== undefined) {
      this.#measure(rule, isKept ? 'InvocationsSentToDlq' : 'InvocationsFailedToBeSentToDlq');
    }
  }

  #measure({ region, bus, name: RuleName }: Rule, name: string): void {
    const dimensions = bus === 'default' ? { RuleName } : { EventBusName: bus, RuleName };
    this.#options.metrics.put({ region, namespace: 'AWS/Events', name, dimensions }, 1);
  }
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html#eb-rule-dlq */
function deadLetterAttributes(
  rule: Rule,
  target: Target,
  error: AwsError,
  retries: number,
  exhausted: string | undefined,
): MessageAttributes {
  return {
    RULE_ARN: text(rule.arn),
    TARGET_ARN: text(target.arn),
    ERROR_CODE: text(errorCode(error)),
    ERROR_MESSAGE: text(error.message),
    RETRY_ATTEMPTS: text(String(retries), 'Number'),
    ...(exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: text(exhausted) }),
  };
}

/** EventBridge has words of its own for what targets answer. */
function errorCode({ code, httpStatus }: AwsError): string {
  if (code === 'THIRD_REGION_HOP_DETECTED') return code;
  if (/NotFound|NonExistent|NotExist/.test(code)) return 'NO_RESOURCE';
  if (httpStatus === 403 || /AccessDenied|KMS/.test(code)) return 'NO_PERMISSIONS';
  if (httpStatus === 429) return 'THROTTLING';
  return 'ERROR_FROM_TARGET';
}
