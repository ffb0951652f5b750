import type { HttpsAnswer } from '../../shared/lambda/world.ts';
import { AwsError, type Kernel, type Principal } from '../kernel.ts';
import { parseArn } from './arn.ts';
import { authorize } from './authorize.ts';
import type { Metrics } from './cloudwatch-metrics.ts';
import { AsyncQueue } from './lambda-async.ts';
import {
  EventInvokeConfig,
  EventSourceMapping,
  FunctionAlias,
  FunctionProperties,
} from './lambda-configuration.ts';
import { DurableExecutions } from './lambda-durable.ts';
import { SqsEventSource } from './lambda-event-source.ts';
import { type ColdStart, LambdaFunction } from './lambda-function.ts';
import type { CallPoint, InvocationOutcome } from './lambda-invocation.ts';
import { FunctionUrl, type UrlRequest, urlProperties } from './lambda-url.ts';
import { type Resource, readProperties } from './properties.ts';
import { serviceCall } from './service-call.ts';
import type { Sqs } from './sqs.ts';

export interface LambdaFaults {
  /** Whether the environment dies at this point, with the invocation in it. */
  readonly crash?: (point: CallPoint) => boolean;
  /** How often an event that was accepted for asynchronous invocation is delivered; 1 is the rule. */
  readonly copies?: (functionName: string, requestId: string) => number;
}

/** Lambda starts with five batches at a time; that it then goes up is not simulated. */
const pollersAtStart = 5;

/** The limit of an event, for both ways of invocation. Bytes of JSON. */
const maxPayload = { sync: 6_291_456, async: 1_048_576 };

/** AWS Lambda: functions, their invocation, and event source mappings on SQS queues. */
export class Lambda {
  readonly durable: DurableExecutions;
  readonly #kernel: Kernel;
  readonly #sqs: Sqs;
  readonly #metrics: Metrics;
  readonly #faults: LambdaFaults;
  readonly #functions = new Map<string, { readonly code: LambdaFunction; readonly queue: AsyncQueue }>();
  /** ARNs with the alias at their end. */
  readonly #aliases = new Set<string>();
  /** By the function's ARN, seconds. */
  readonly #executionTimeouts = new Map<string, number>();

  /** By the function's ARN. */
  readonly #urls = new Map<string, FunctionUrl>();

  constructor(kernel: Kernel, sqs: Sqs, metrics: Metrics, faults: LambdaFaults = {}) {
    this.#kernel = kernel;
    this.durable = new DurableExecutions(kernel);
    this.#sqs = sqs;
    this.#metrics = metrics;
    this.#faults = faults;
  }

  /**
   * AWS::Lambda::Function. `start` is called for each new environment.
   *
   * @throws RangeError for a property that is not simulated, by name
   */
  createFunction(resource: Resource, start: ColdStart): void {
    const { region, name } = resource;
    const properties = readProperties('AWS::Lambda::Function', FunctionProperties, resource);
    const settings = {
      arn: this.#arn(region, name),
      region,
      name,
      roleArn: properties.Role,
      timeoutSeconds: properties.Timeout,
      memoryMb: properties.MemorySize,
      reservedConcurrency: properties.ReservedConcurrentExecutions,
      deadLetterArn: properties.DeadLetterConfig?.TargetArn,
    };
    const crash = this.#faults.crash ?? (() => false);
    if (properties.DurableConfig !== undefined) {
      this.#executionTimeouts.set(settings.arn, properties.DurableConfig.ExecutionTimeout);
    }
    const code = new LambdaFunction(this.#kernel, this.#metrics, settings, start, crash);
    const queue = new AsyncQueue(this.#kernel, this.#sqs, this.#metrics, code);
    this.#functions.set(settings.arn, { code, queue });
  }

  /**
   * AWS::Lambda::Alias.
   *
   * @throws RangeError for a property that is not simulated, by name
   */
  createAlias(resource: Resource): void {
    const { FunctionName, Name } = readProperties('AWS::Lambda::Alias', FunctionAlias, resource);
    this.#aliases.add(`${this.#arn(resource.region, FunctionName)}:${Name}`);
  }

  /**
   * Starts a durable execution, or finds the one that was started by this name.
   *
   * @param arn of the function and its alias
   * @throws AwsError when Lambda takes none
   */
  startExecution(arn: string, event: unknown, principal: Principal, name: string | undefined): string {
    const functionArn = arn.split(':').slice(0, 7).join(':');
    const executionTimeoutSeconds = this.#executionTimeouts.get(functionArn);
    if (!this.#aliases.has(arn) || executionTimeoutSeconds === undefined) {
      throw new AwsError(
        'InvalidParameterValueException',
        `${arn} is no version or alias of a durable function`,
      );
    }
    const { code, payload } = this.#admit(arn, event, principal, maxPayload.async);
    const settings = {
      functionArn: `${functionArn}:1`,
      executionTimeoutSeconds,
      invoke: (input: object) =>
        code.run({ requestId: this.#kernel.uuid(), payload: JSON.stringify(input), number: 1 }),
    };
    return this.durable.start(settings, payload, name);
  }

  get functionArns(): readonly string[] {
    return [...this.#functions.keys()];
  }

  /** New code for all functions. */
  updateCode(): void {
    for (const { code } of this.#functions.values()) code.updateCode();
  }

  /**
   * AWS::Lambda::EventInvokeConfig: how often and how long failed events are tried again, and where they go then.
   *
   * @throws RangeError for a property that is not simulated, by name
   */
  createEventInvokeConfig(resource: Resource): void {
    const properties = readProperties('AWS::Lambda::EventInvokeConfig', EventInvokeConfig, resource);
    this.#function(this.#arn(resource.region, properties.FunctionName)).queue.settings = {
      maxRetryAttempts: properties.MaximumRetryAttempts,
      maxEventAgeSeconds: properties.MaximumEventAgeInSeconds,
      onFailure: properties.DestinationConfig?.OnFailure?.Destination,
    };
  }

  /**
   * AWS::Lambda::EventSourceMapping on an SQS queue.
   *
   * @throws RangeError for a property that is not simulated, by name
   * @throws AwsError InvalidParameterValueException, ResourceNotFoundException when Lambda would refuse the mapping
   */
  createEventSourceMapping(resource: Resource): void {
    const properties = readProperties('AWS::Lambda::EventSourceMapping', EventSourceMapping, resource);
    if (!properties.Enabled) return;
    const { code } = this.#function(this.#arn(resource.region, properties.FunctionName));
    const queue = this.#sqs.queue(properties.EventSourceArn);
    const { visibilityTimeout } = queue.settings;
    const { timeoutSeconds, name } = code.settings;
    if (visibilityTimeout < timeoutSeconds) {
      throw new AwsError(
        'InvalidParameterValueException',
        `Queue visibility timeout: ${visibilityTimeout} seconds is less than Function timeout: ${timeoutSeconds} seconds (${name})`,
      );
    }
    if (properties.BatchSize > 10 && properties.MaximumBatchingWindowInSeconds === 0) {
      throw new AwsError(
        'InvalidParameterValueException',
        `Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10 (${name})`,
      );
    }
    new SqsEventSource(this.#kernel, this.#sqs, queue, code, {
      batchSize: properties.BatchSize,
      windowSeconds: properties.MaximumBatchingWindowInSeconds,
      reportsItemFailures: properties.FunctionResponseTypes.length > 0,
      maximumConcurrency: properties.ScalingConfig?.MaximumConcurrency ?? pollersAtStart,
    });
  }

  /**
   * AWS::Lambda::Url.
   *
   * @throws RangeError for a property that is not simulated, by name
   * @throws AwsError ResourceNotFoundException
   */
  createUrl(resource: Resource): void {
    const { TargetFunctionArn, AuthType } = urlProperties(resource);
    const arn = this.#arn(resource.region, TargetFunctionArn);
    this.#urls.set(arn, new FunctionUrl(this.#kernel, this.#function(arn).code, AuthType));
  }

  /**
   * An HTTPS request to a function's URL. What the caller may not do is answered with 403.
   *
   * @throws RangeError when the function has no URL
   */
  callUrl(region: string, functionName: string, request: UrlRequest): Promise<HttpsAnswer> {
    const url = this.#urls.get(this.#arn(region, functionName));
    if (url === undefined) throw new RangeError(`the function ${functionName} in ${region} has no URL`);
    return url.call(request);
  }

  /**
   * Invokes and waits for the answer; nothing is retried.
   *
   * @throws AwsError when the function was not run
   */
  async invoke(arn: string, event: unknown, principal: Principal): Promise<InvocationOutcome> {
    const { code, payload } = this.#admit(arn, event, principal, maxPayload.sync);
    return code.run({ requestId: this.#kernel.uuid(), payload, number: 1 });
  }

  /**
   * Accepts the event for asynchronous invocation, as every AWS service does that sends events to functions.
   *
   * @param caller the service that sends it
   * @throws AwsError when the event is not accepted
   */
  deliver(arn: string, event: unknown, caller: string, principal: Principal): void {
    const { region } = parseArn(arn);
    const call = {
      region,
      caller,
      service: 'lambda',
      operation: 'Invoke',
      input: { FunctionName: arn, Payload: event },
    };
    serviceCall(this.#kernel, call, () => {
      const { code, queue, payload } = this.#admit(arn, event, principal, maxPayload.async);
      const requestId = this.#kernel.uuid();
      const copies = this.#faults.copies?.(code.settings.name, requestId) ?? 1;
      if (copies !== 1) {
        const what = `Lambda delivers event ${requestId} ${copies} times to ${code.settings.name}`;
        this.#kernel.trace({ kind: 'fault', region, what });
      }
      queue.accept(requestId, payload, copies);
    });
  }

  /** An invocation that is not played: it counts as one that went well. */
  passOver(arn: string): void {
    const { region, name } = this.#function(arn).code.settings;
    const metric = { region, namespace: 'AWS/Lambda', dimensions: { FunctionName: name } };
    this.#metrics.put({ ...metric, name: 'Invocations' }, 1);
    this.#metrics.put({ ...metric, name: 'Errors' }, 0);
  }

  #admit(arn: string, event: unknown, principal: Principal, limit: number) {
    const found = this.#function(arn.split(':').slice(0, 7).join(':'));
    authorize(
      this.#kernel,
      { principal, action: 'lambda:InvokeFunction', resource: arn },
      'AccessDeniedException',
    );
    const payload = JSON.stringify(event);
    const size = Buffer.byteLength(payload);
    if (size > limit) {
      throw new AwsError(
        'RequestTooLargeException',
        `Request must be smaller than ${limit} bytes for the InvokeFunction operation; this is ${size} bytes`,
        413,
      );
    }
    return { ...found, payload };
  }

  #function(arn: string) {
    const found = this.#functions.get(arn);
    if (found === undefined) {
      throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
    }
    return found;
  }

  /** Properties name a function by its name or its ARN. */
  #arn(region: string, name: string): string {
    return name.startsWith('arn:')
      ? name
      : `arn:aws:lambda:${region}:${this.#kernel.account}:function:${name}`;
  }
}
