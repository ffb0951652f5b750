/** A point at which an invocation can be killed. */
export interface CallPoint {
  readonly region: string;
  readonly function: string;
  readonly requestId: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** What is called, as the caller of `beforeCall` names it: `sqs:SendMessage`. */
  readonly operation: string;
  /** The how-manieth call of this invocation, from 1. */
  readonly call: number;
  /** After: the call took effect, and its answer is lost. */
  readonly moment: 'before' | 'after';
}

/** What a failed invocation answers. Stack traces are left out: they name this machine's paths. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
}

export type InvocationOutcome =
  | { readonly kind: 'ok'; readonly payload: unknown }
  | { readonly kind: 'failed' | 'timeout' | 'crashed'; readonly error: FunctionError };

type Identity = Pick<CallPoint, 'region' | 'function' | 'requestId' | 'attempt'>;

/**
 * One invocation, from its start to its end. It ends once: by the handler's answer, by its timeout or by a crash. Code
 * that still runs after that belongs to a process that is no longer there, so none of its calls may be made or
 * answered: whoever makes calls for the handler awaits `beforeCall` and `afterCall`, which then never settle.
 */
export class InvocationScope {
  readonly region: string;
  readonly function: string;
  readonly requestId: string;
  readonly attempt: number;
  readonly outcome: Promise<InvocationOutcome>;
  readonly #crash: (point: CallPoint) => boolean;
  readonly #settle: (outcome: InvocationOutcome) => void;
  #end: InvocationOutcome | undefined;
  #calls = 0;

  constructor(identity: Identity, crash: (point: CallPoint) => boolean) {
    this.region = identity.region;
    this.function = identity.function;
    this.requestId = identity.requestId;
    this.attempt = identity.attempt;
    this.#crash = crash;
    const { promise, resolve } = Promise.withResolvers<InvocationOutcome>();
    this.outcome = promise;
    this.#settle = resolve;
  }

  get ended(): boolean {
    return this.#end !== undefined;
  }

  /** The first end counts. */
  end(outcome: InvocationOutcome): void {
    this.#end ??= outcome;
    this.#settle(outcome);
  }

  /** Settles when the call may be made. */
  async beforeCall(operation: string): Promise<void> {
    this.#calls += 1;
    await this.#survive(operation, 'before');
  }

  /** Settles when the call's answer may reach the handler. */
  async afterCall(operation: string): Promise<void> {
    await this.#survive(operation, 'after');
  }

  #survive(operation: string, moment: 'before' | 'after'): Promise<void> {
    const { region, requestId, attempt } = this;
    const point = {
      region,
      function: this.function,
      requestId,
      attempt,
      operation,
      call: this.#calls,
      moment,
    };
    if (!this.ended && this.#crash(point)) {
      this.end({
        kind: 'crashed',
        error: {
          errorType: 'Runtime.ExitError',
          errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
        },
      });
    }
    return this.ended ? new Promise(() => undefined) : Promise.resolve();
  }
}

/** What Lambda makes of a value that a handler threw. */
export function functionError(thrown: unknown): FunctionError {
  return Error.isError(thrown)
    ? { errorType: thrown.name, errorMessage: thrown.message }
    : { errorType: typeof thrown, errorMessage: String(thrown) };
}
