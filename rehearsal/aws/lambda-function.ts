import type { Context } from 'aws-lambda';
import { AwsError, type Kernel } from '../kernel.ts';
import type { Metrics } from './cloudwatch-metrics.ts';
import {
  type CallPoint,
  functionError,
  type InvocationOutcome,
  InvocationScope,
} from './lambda-invocation.ts';

export interface FunctionSettings {
  readonly arn: string;
  readonly region: string;
  readonly name: string;
  readonly roleArn: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Undefined: limited by the account alone, which is not simulated. */
  readonly reservedConcurrency: number | undefined;
  /** The queue of `DeadLetterConfig`. */
  readonly deadLetterArn: string | undefined;
}

/** A process that a function's code runs in, one invocation at a time, for as long as nothing kills it. */
export interface ExecutionEnvironment {
  readonly functionName: string;
  readonly functionArn: string;
  readonly region: string;
  readonly roleArn: string;
  /** The invocation it runs; undefined in the init phase and between invocations. */
  readonly invocation: InvocationScope | undefined;
}

export type Handler = (event: unknown, context: Context) => Promise<unknown>;

/** Loads a function's code into a new environment: what runs outside the handler in a cold start. */
export type ColdStart = (environment: ExecutionEnvironment) => Handler;

export interface Attempt {
  readonly requestId: string;
  /** The event, as JSON. */
  readonly payload: string;
  /** 1 for the first. */
  readonly number: number;
}

interface Warm {
  readonly environment: { invocation: InvocationScope | undefined };
  readonly handler: Handler;
}

/** One function's environments and the invocations in them. Who may invoke it is asked elsewhere. */
export class LambdaFunction {
  readonly settings: FunctionSettings;
  readonly #kernel: Kernel;
  readonly #metrics: Metrics;
  readonly #start: ColdStart;
  readonly #crash: (point: CallPoint) => boolean;
  /** Counts the versions of its code. */
  #version = 1;
  #idle: Warm[] = [];
  #running = 0;
  #environments = 0;

  constructor(
    kernel: Kernel,
    metrics: Metrics,
    settings: FunctionSettings,
    start: ColdStart,
    crash: (point: CallPoint) => boolean,
  ) {
    this.#kernel = kernel;
    this.#metrics = metrics;
    this.settings = settings;
    this.#start = start;
    this.#crash = crash;
  }

  /**
   * Runs the handler once, in a warm environment where one is free.
   *
   * @throws AwsError TooManyRequestsException when as many run as are reserved
   */
  async run(attempt: Attempt): Promise<InvocationOutcome> {
    const { name, region, reservedConcurrency = Number.POSITIVE_INFINITY } = this.settings;
    if (this.#running >= reservedConcurrency) {
      this.#measure('Throttles', 1);
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, {
        Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      });
    }
    this.#running += 1;
    const { requestId, number } = attempt;
    const scope = new InvocationScope({ region, function: name, requestId, attempt: number }, this.#crash);
    const began = this.#kernel.now().getTime();
    const outcome = await this.#invoke(attempt, scope);
    this.#running -= 1;
    this.#measure('Duration', this.#kernel.now().getTime() - began);
    this.#measure('Invocations', 1);
    this.#measure('Errors', outcome.kind === 'ok' ? 0 : 1);
    this.#kernel.trace({
      kind: 'invocation',
      region,
      function: name,
      requestId,
      attempt: number,
      outcome: outcome.kind,
      detail:
        outcome.kind === 'ok'
          ? JSON.stringify(outcome.payload)
          : `${outcome.error.errorType}: ${outcome.error.errorMessage}`,
    });
    return outcome;
  }

  async #invoke({ requestId, payload }: Attempt, scope: InvocationScope): Promise<InvocationOutcome> {
    const { timeoutSeconds } = this.settings;
    let warm: Warm;
    const version = this.#version;
    try {
      warm = this.#idle.pop() ?? this.#coldStart();
    } catch (error) {
      return { kind: 'failed', error: functionError(error) };
    }
    warm.environment.invocation = scope;
    const deadline = this.#kernel.now().getTime() + timeoutSeconds * 1000;
    this.#kernel.after(timeoutSeconds * 1000, () =>
      scope.end({
        kind: 'timeout',
        error: {
          errorType: 'Sandbox.Timedout',
          errorMessage: `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
        },
      }),
    );
    void answerOf(warm.handler, payload, this.#context(requestId, deadline)).then((outcome) =>
      scope.end(outcome),
    );
    const outcome = await scope.outcome;
    if (outcome.kind === 'ok' || outcome.kind === 'failed') {
      warm.environment.invocation = undefined;
      if (version === this.#version) this.#idle.push(warm);
    }
    return outcome;
  }

  /** New code: what runs ends with the old one, and whatever is invoked from now on starts anew. */
  updateCode(): void {
    this.#version += 1;
    this.#idle = [];
  }

  #coldStart(): Warm {
    const { name, arn, region, roleArn } = this.settings;
    this.#environments += 1;
    const environment: { -readonly [Key in keyof ExecutionEnvironment]: ExecutionEnvironment[Key] } = {
      functionName: name,
      functionArn: arn,
      region,
      roleArn,
      invocation: undefined,
    };
    return { environment, handler: this.#start(environment) };
  }

  #context(requestId: string, deadline: number): Context {
    const { name, arn, memoryMb } = this.settings;
    return {
      callbackWaitsForEmptyEventLoop: true,
      functionName: name,
      functionVersion: '$LATEST',
      invokedFunctionArn: arn,
      memoryLimitInMB: String(memoryMb),
      awsRequestId: requestId,
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: `[$LATEST]${this.#environments}`,
      getRemainingTimeInMillis: () => Math.max(0, deadline - this.#kernel.now().getTime()),
      done: removed,
      fail: removed,
      succeed: removed,
    };
  }

  #measure(metric: 'Duration' | 'Invocations' | 'Errors' | 'Throttles', value: number): void {
    const { region, name } = this.settings;
    const dimensions = { FunctionName: name };
    this.#metrics.put({ region, namespace: 'AWS/Lambda', name: metric, dimensions }, value);
  }
}

async function answerOf(handler: Handler, payload: string, context: Context): Promise<InvocationOutcome> {
  try {
    const answer = await handler(JSON.parse(payload), context);
    return { kind: 'ok', payload: answer === undefined ? null : JSON.parse(JSON.stringify(answer)) };
  } catch (error) {
    return { kind: 'failed', error: functionError(error) };
  }
}

function removed(): never {
  throw new TypeError('Node.js 24 functions answer by their promise: done, fail and succeed are gone');
}
