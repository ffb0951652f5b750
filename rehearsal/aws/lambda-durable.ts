import type {
  CheckpointDurableExecutionRequest,
  CheckpointDurableExecutionResponse,
  ErrorObject,
  GetDurableExecutionStateRequest,
  GetDurableExecutionStateResponse,
  Operation,
  OperationUpdate,
} from '@aws-sdk/client-lambda';
import { AwsError, type Kernel } from '../kernel.ts';
import type { InvocationOutcome } from './lambda-invocation.ts';

/** What a durable function is invoked with, each time. */
export interface DurableInvocation {
  readonly DurableExecutionArn: string;
  readonly CheckpointToken: string;
  readonly InitialExecutionState: { readonly Operations: readonly Operation[] };
}

export interface DurableSettings {
  /** Of the function's version: `…:function:<name>:<version>`. */
  readonly functionArn: string;
  /** `ExecutionTimeout` of its `DurableConfig`. */
  readonly executionTimeoutSeconds: number;
  /** Runs the code once. */
  readonly invoke: (event: DurableInvocation) => Promise<InvocationOutcome>;
}

export interface DurableExecution {
  readonly arn: string;
  readonly name: string;
  /** JSON. */
  readonly payload: string;
  /** How often its code was run. */
  readonly invocations: number;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  /** JSON. */
  readonly result?: string;
  readonly error?: ErrorObject;
  readonly operations: readonly Operation[];
}

interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly payload: string;
  readonly settings: DurableSettings;
  readonly operations: Map<string, Operation>;
  readonly startedAt: number;
  status: DurableExecution['status'];
  result?: string;
  error?: ErrorObject;
  invocations: number;
  /** Of the invocation under way: what another one checkpoints is not taken. */
  token: string;
  isInvoked: boolean;
  /** Something came due while an invocation was under way, which may not have gone on with it. */
  isDue: boolean;
  /** Invocations that failed, one after the other. */
  failures: number;
}

/** Until an invocation that failed is tried again: AWS backs off and says no more of it. Milliseconds; assumed. */
const invocationRetryMs = { first: 1000, longest: 60_000 };

/** From the moment that something is due to the invocation that goes on with it. Milliseconds; assumed. */
const dispatchMs = 100;

/**
 * The executions of durable functions: what they have checkpointed, and when they are invoked again. Steps, waits,
 * retries and conditions are simulated, and neither callbacks, chained invocations nor child contexts.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/durable-execution-idempotency.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/durable-execution-sdk-retries.html
 */
export class DurableExecutions {
  readonly #kernel: Kernel;
  /** By ARN. */
  readonly #executions = new Map<string, Execution>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /**
   * Starts an execution. The same name and payload again are the execution that there is, whether it has ended or not.
   *
   * @param name unique in the account and the Region. Left out: AWS makes one up.
   * @returns its ARN
   * @throws AwsError DurableExecutionAlreadyStartedException for the name of an execution with another payload
   */
  start(settings: DurableSettings, payload: string, name: string = this.#kernel.uuid()): string {
    const known = [...this.#executions.values()].find(
      (one) => one.name === name && regionOf(one.arn) === regionOf(settings.functionArn),
    );
    if (known !== undefined) {
      if (known.payload === payload) return known.arn;
      throw new AwsError(
        'DurableExecutionAlreadyStartedException',
        `Durable execution already started with name: ${name}`,
        409,
      );
    }
    const now = this.#kernel.now();
    const arn = `${settings.functionArn}/durable-execution/${name}/${this.#kernel.uuid()}`;
    const beginning: Operation = {
      Id: this.#kernel.uuid(),
      Type: 'EXECUTION',
      StartTimestamp: now,
      Status: 'STARTED',
      ExecutionDetails: { InputPayload: payload },
    };
    const execution: Execution = {
      arn,
      name,
      payload,
      settings,
      operations: new Map([[beginning.Id ?? '', beginning]]),
      startedAt: now.getTime(),
      status: 'RUNNING',
      invocations: 0,
      token: '',
      isInvoked: false,
      isDue: false,
      failures: 0,
    };
    this.#executions.set(arn, execution);
    this.#kernel.after(settings.executionTimeoutSeconds * 1000, () => {
      if (execution.status === 'RUNNING') execution.status = 'TIMED_OUT';
    });
    this.#goOn(execution, dispatchMs);
    return arn;
  }

  /** The oldest first. */
  list(): readonly DurableExecution[] {
    return [...this.#executions.values()].map((one) => ({
      ...one,
      operations: [...one.operations.values()],
    }));
  }

  checkpoint(input: CheckpointDurableExecutionRequest): CheckpointDurableExecutionResponse {
    const { DurableExecutionArn: arn = '', CheckpointToken: token = '', Updates = [] } = input;
    const execution = this.#current(arn, token);
    const changed = Updates.map((update) => this.#apply(execution, update));
    const due = [...execution.operations.values()].filter(({ Status }) => Status === 'READY');
    return { CheckpointToken: token, NewExecutionState: { Operations: [...changed, ...due] } };
  }

  state(input: GetDurableExecutionStateRequest): GetDurableExecutionStateResponse {
    const { operations } = this.#current(input.DurableExecutionArn ?? '', input.CheckpointToken ?? '');
    return { Operations: [...operations.values()] };
  }

  #current(arn: string, token: string): Execution {
    const execution = this.#executions.get(arn);
    if (execution === undefined) {
      throw new AwsError('ResourceNotFoundException', `Durable execution not found: ${arn}`, 404);
    }
    if (execution.token !== token || execution.status !== 'RUNNING') {
      throw new AwsError('InvalidParameterValueException', 'Invalid Checkpoint Token');
    }
    return execution;
  }

  #apply(execution: Execution, update: OperationUpdate): Operation {
    const { Id: id = '', Name, Type, SubType, ParentId, Action } = update;
    const now = this.#kernel.now();
    const before = execution.operations.get(id) ?? {
      Id: id,
      Type,
      StartTimestamp: now,
      Status: 'STARTED' as const,
      ...(Name !== undefined && { Name }),
      ...(SubType !== undefined && { SubType }),
      ...(ParentId !== undefined && { ParentId }),
    };
    if (Type !== 'STEP' && Type !== 'WAIT') {
      throw new RangeError(`durable executions: an operation of type ${Type} is not simulated`);
    }
    const after: Operation = { ...before, ...this.#changes(before, update, now) };
    execution.operations.set(id, after);
    const due = after.WaitDetails?.ScheduledEndTimestamp ?? after.StepDetails?.NextAttemptTimestamp;
    const isWaiting = Type === 'WAIT' ? Action === 'START' : Action === 'RETRY';
    if (isWaiting && due !== undefined) this.#awake(execution, id, due);
    return after;
  }

  #changes(before: Operation, update: OperationUpdate, now: Date): Partial<Operation> {
    const { Action, Type, Payload, Error: error, StepOptions, WaitOptions } = update;
    if (Type === 'WAIT') {
      const end = new Date(now.getTime() + (WaitOptions?.WaitSeconds ?? 0) * 1000);
      return { Status: 'STARTED', WaitDetails: { ScheduledEndTimestamp: end } };
    }
    const { Attempt = 0, Result } = before.StepDetails ?? {};
    const details = { Attempt, ...(Result !== undefined && { Result }) };
    switch (Action) {
      case 'START':
        return { Status: 'STARTED', StepDetails: details };
      case 'RETRY': {
        const next = new Date(now.getTime() + (StepOptions?.NextAttemptDelaySeconds ?? 1) * 1000);
        return {
          Status: 'PENDING',
          StepDetails: {
            Attempt: Attempt + 1,
            NextAttemptTimestamp: next,
            ...(Payload !== undefined && { Result: Payload }),
            ...(error !== undefined && { Error: error }),
          },
        };
      }
      case 'SUCCEED':
        return {
          Status: 'SUCCEEDED',
          EndTimestamp: now,
          StepDetails: { Attempt: Attempt + 1, ...(Payload !== undefined && { Result: Payload }) },
        };
      case 'FAIL':
        return {
          Status: 'FAILED',
          EndTimestamp: now,
          StepDetails: { Attempt: Attempt + 1, ...(error !== undefined && { Error: error }) },
        };
      default:
        throw new RangeError(`durable executions: the action ${Action} is not simulated`);
    }
  }

  /** A wait ends, or what failed may be tried again. */
  #awake(execution: Execution, id: string, due: Date): void {
    this.#kernel.after(due.getTime() - this.#kernel.now().getTime(), () => {
      const operation = execution.operations.get(id);
      if (operation === undefined || execution.status !== 'RUNNING') return;
      const isWait = operation.Type === 'WAIT';
      if (operation.Status !== (isWait ? 'STARTED' : 'PENDING')) return;
      execution.operations.set(
        id,
        isWait
          ? { ...operation, Status: 'SUCCEEDED', EndTimestamp: this.#kernel.now() }
          : { ...operation, Status: 'READY' },
      );
      this.#goOn(execution, dispatchMs);
    });
  }

  #goOn(execution: Execution, ms: number): void {
    this.#kernel.after(ms, () => this.#invoke(execution));
  }

  async #invoke(execution: Execution): Promise<void> {
    if (execution.status !== 'RUNNING') return;
    if (execution.isInvoked) {
      execution.isDue = true;
      return;
    }
    execution.isInvoked = true;
    execution.isDue = false;
    execution.invocations += 1;
    execution.token = this.#kernel.uuid();
    const outcome = await execution.settings.invoke({
      DurableExecutionArn: execution.arn,
      CheckpointToken: execution.token,
      InitialExecutionState: { Operations: [...execution.operations.values()] },
    });
    execution.isInvoked = false;
    execution.token = '';
    this.#settle(execution, outcome);
  }

  #settle(execution: Execution, outcome: InvocationOutcome): void {
    if (execution.status !== 'RUNNING') return;
    if (outcome.kind !== 'ok') {
      const wait = Math.min(invocationRetryMs.first * 2 ** execution.failures, invocationRetryMs.longest);
      execution.failures += 1;
      this.#goOn(execution, wait);
      return;
    }
    execution.failures = 0;
    const { Status, Result, Error: error } = answerOf(outcome.payload);
    if (Status === 'PENDING') {
      if (execution.isDue) this.#goOn(execution, dispatchMs);
      return;
    }
    execution.status = Status;
    if (Result !== undefined) execution.result = Result;
    if (error !== undefined) execution.error = error;
  }
}

interface Answer {
  readonly Status: 'SUCCEEDED' | 'FAILED' | 'PENDING';
  readonly Result?: string;
  readonly Error?: ErrorObject;
}

/** @throws TypeError for what no durable function answers */
function answerOf(payload: unknown): Answer {
  if (isAnswer(payload)) return payload;
  throw new TypeError(`a durable function answered ${JSON.stringify(payload)}`);
}

function isAnswer(payload: unknown): payload is Answer {
  if (typeof payload !== 'object' || payload === null || !('Status' in payload)) return false;
  return payload.Status === 'SUCCEEDED' || payload.Status === 'FAILED' || payload.Status === 'PENDING';
}

function regionOf(arn: string): string | undefined {
  return arn.split(':')[3];
}
