import { AwsError, type Kernel } from '../kernel.ts';
import { inputHash } from '../trace.ts';

/** A call that one AWS service makes on another: EventBridge on SQS, CloudWatch on SNS. */
export interface ServiceCall {
  readonly region: string;
  /** The calling service's principal, such as `events.amazonaws.com`. */
  readonly caller: string;
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
}

/** Makes the call and traces it with its outcome. What it throws goes on to the caller. */
export function serviceCall<Output>(kernel: Kernel, what: ServiceCall, call: () => Output): Output {
  const trace = (outcome: string, detail?: string): void =>
    kernel.trace({
      kind: 'call',
      region: what.region,
      caller: what.caller,
      service: what.service,
      operation: what.operation,
      inputHash: inputHash(what.input),
      outcome,
      ...(detail === undefined ? {} : { detail }),
    });
  try {
    const output = call();
    trace('ok');
    return output;
  } catch (error) {
    if (error instanceof AwsError) trace(error.code, error.message);
    throw error;
  }
}
