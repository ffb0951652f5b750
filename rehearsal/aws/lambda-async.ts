import { AwsError, type Kernel } from '../kernel.ts';
import type { Metrics } from './cloudwatch-metrics.ts';
import { sendToDeadLetterQueue } from './dead-letter.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { FunctionError } from './lambda-invocation.ts';
import type { Delivery, Sqs } from './sqs.ts';
import { type MessageAttributes, text } from './sqs-message-attributes.ts';

/** AWS::Lambda::EventInvokeConfig. */
export interface AsyncSettings {
  /** 0 to 2. */
  readonly maxRetryAttempts: number;
  /** 60 to 21,600. */
  readonly maxEventAgeSeconds: number;
  /** The queue that gets the record of an event that was given up. */
  readonly onFailure: string | undefined;
}

export const defaultAsyncSettings: AsyncSettings = {
  maxRetryAttempts: 2,
  maxEventAgeSeconds: 21_600,
  onFailure: undefined,
};

interface QueuedEvent {
  readonly requestId: string;
  readonly payload: string;
  readonly acceptedAt: number;
  failures: number;
  throttles: number;
  lastError?: FunctionError;
}

type Condition = 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency';

/** From the event's acceptance to the function's start. Milliseconds. */
const dispatchMs = 50;

/** Lambda waits a minute before the second attempt and two before the third. Milliseconds. */
const retryWaits = [60_000, 120_000];

/** Throttled events are tried again after 1 s, then twice as long each time up to this. Milliseconds. */
const maxThrottleWait = 300_000;

/**
 * The queue that Lambda keeps for the asynchronous invocations of one function.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class AsyncQueue {
  readonly #kernel: Kernel;
  readonly #sqs: Sqs;
  readonly #metrics: Metrics;
  readonly #function: LambdaFunction;
  settings = defaultAsyncSettings;

  constructor(kernel: Kernel, sqs: Sqs, metrics: Metrics, lambdaFunction: LambdaFunction) {
    this.#kernel = kernel;
    this.#sqs = sqs;
    this.#metrics = metrics;
    this.#function = lambdaFunction;
  }

  /** @param copies how often it is delivered: Lambda may deliver one event twice although nothing failed */
  accept(requestId: string, payload: string, copies: number): void {
    const acceptedAt = this.#kernel.now().getTime();
    for (let copy = 0; copy < copies; copy += 1) {
      const event: QueuedEvent = { requestId, payload, acceptedAt, failures: 0, throttles: 0 };
      this.#kernel.after(dispatchMs, () => this.#attempt(event));
    }
  }

  async #attempt(event: QueuedEvent): Promise<void> {
    const { maxRetryAttempts, maxEventAgeSeconds } = this.settings;
    if (this.#function.settings.reservedConcurrency === 0) {
      this.#giveUp(event, 'ZeroReservedConcurrency');
      return;
    }
    if (this.#kernel.now().getTime() - event.acceptedAt > maxEventAgeSeconds * 1000) {
      this.#giveUp(event, 'EventAgeExceeded');
      return;
    }
    try {
      const { requestId, payload } = event;
      const outcome = await this.#function.run({ requestId, payload, number: event.failures + 1 });
      if (outcome.kind === 'ok') return;
      event.lastError = outcome.error;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      event.throttles += 1;
      const wait = Math.min(1000 * 2 ** (event.throttles - 1), maxThrottleWait);
      this.#kernel.after(wait, () => this.#attempt(event));
      return;
    }
    const wait = retryWaits[event.failures];
    event.failures += 1;
    if (event.failures > maxRetryAttempts || wait === undefined) this.#giveUp(event, 'RetriesExhausted');
    else this.#kernel.after(wait, () => this.#attempt(event));
  }

  #giveUp(event: QueuedEvent, condition: Condition): void {
    const { arn, name, deadLetterArn } = this.#function.settings;
    const { onFailure } = this.settings;
    const why = `${name} gave up event ${event.requestId}: ${condition}${reason(event)}`;
    if (deadLetterArn !== undefined || onFailure === undefined) {
      const letter = { body: event.payload, attributes: deadLetterAttributes(event) };
      this.#send(deadLetterArn, letter, 'DeadLetterErrors', why);
    }
    if (onFailure !== undefined) {
      const record = invocationRecord(event, condition, arn, this.#kernel.now());
      this.#send(onFailure, { body: JSON.stringify(record) }, 'DestinationDeliveryFailures', why);
    }
  }

  /** The function's own role sends it, so the role needs sqs:SendMessage, and the queue's key. */
  #send(queueArn: string | undefined, delivery: Delivery, failure: string, why: string): void {
    const { region, name, roleArn } = this.#function.settings;
    const principal = { kind: 'role', arn: roleArn } as const;
    const letter = { ...delivery, region, queueArn, caller: 'lambda.amazonaws.com', principal, why };
    if (!sendToDeadLetterQueue(this.#kernel, this.#sqs, letter) && queueArn !== undefined) {
      const dimensions = { FunctionName: name };
      this.#metrics.put({ region, namespace: 'AWS/Lambda', name: failure, dimensions }, 1);
    }
  }
}

function reason({ lastError }: QueuedEvent): string {
  return lastError === undefined ? '' : `, last by ${lastError.errorType}: ${lastError.errorMessage}`;
}

/** A dead-letter queue gets the event itself and these. @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq */
function deadLetterAttributes({ requestId, lastError }: QueuedEvent): MessageAttributes {
  return {
    RequestID: text(requestId),
    ErrorCode: text(lastError === undefined ? '429' : '200', 'Number'),
    ErrorMessage: text((lastError?.errorMessage || 'Rate Exceeded.').slice(0, 1024)),
  };
}

/** What an on-failure destination gets. @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function invocationRecord(event: QueuedEvent, condition: Condition, arn: string, now: Date): object {
  const { requestId, payload, failures, lastError } = event;
  return {
    version: '1.0',
    timestamp: now.toISOString(),
    requestContext: {
      requestId,
      functionArn: `${arn}:$LATEST`,
      condition,
      approximateInvokeCount: failures,
    },
    requestPayload: JSON.parse(payload),
    ...(lastError === undefined
      ? {}
      : {
          responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
          responsePayload: lastError,
        }),
  };
}
