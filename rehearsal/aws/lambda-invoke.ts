import type {
  CheckpointDurableExecutionRequest,
  CheckpointDurableExecutionResponse,
  GetDurableExecutionStateRequest,
  GetDurableExecutionStateResponse,
  InvocationRequest,
  InvocationResponse,
} from '@aws-sdk/client-lambda';
import type { Call, Kernel, Operations } from '../kernel.ts';
import { authorize } from './authorize.ts';
import type { Lambda } from './lambda.ts';

/**
 * The part of Lambda's API by which a function invokes another one and waits for its answer, or starts a durable one; and
 * by which that keeps what it has done.
 */
export function invokeOperations(kernel: Kernel, lambda: Lambda) {
  const { account } = kernel;
  const mayKeep = (action: string, { principal }: Call, arn = ''): void =>
    authorize(kernel, { principal, action: `lambda:${action}`, resource: arn }, 'AccessDeniedException');
  return {
    Invoke: async (input: InvocationRequest, { region, principal }: Call): Promise<InvocationResponse> => {
      const { FunctionName: name = '', InvocationType = 'RequestResponse', Payload } = input;
      const arn = `arn:aws:lambda:${region}:${account}:function:${name}`;
      if (InvocationType === 'Event' && name.includes(':')) {
        const started: unknown = JSON.parse(new TextDecoder().decode(Payload));
        const execution = lambda.startExecution(arn, started, principal, input.DurableExecutionName);
        return { StatusCode: 202, DurableExecutionArn: execution };
      }
      if (InvocationType !== 'RequestResponse') {
        throw new RangeError(`Lambda Invoke: the type '${InvocationType}' is not simulated`);
      }
      const event: unknown = JSON.parse(new TextDecoder().decode(Payload));
      const outcome = await lambda.invoke(arn, event, principal);
      const isOk = outcome.kind === 'ok';
      return {
        StatusCode: 200,
        ExecutedVersion: '$LATEST',
        Payload: new TextEncoder().encode(JSON.stringify(isOk ? outcome.payload : outcome.error)),
        ...(!isOk && { FunctionError: 'Unhandled' }),
      };
    },

    CheckpointDurableExecution: (
      input: CheckpointDurableExecutionRequest,
      call: Call,
    ): CheckpointDurableExecutionResponse => {
      mayKeep('CheckpointDurableExecution', call, input.DurableExecutionArn);
      return lambda.durable.checkpoint(input);
    },

    GetDurableExecutionState: (
      input: GetDurableExecutionStateRequest,
      call: Call,
    ): GetDurableExecutionStateResponse => {
      mayKeep('GetDurableExecutionState', call, input.DurableExecutionArn);
      return lambda.durable.state(input);
    },
  } satisfies Operations;
}
