import {
  type DurableExecutionClient,
  type DurableExecutionInvocationInput,
  DurableExecutionInvocationInputWithClient,
} from '@aws/durable-execution-sdk-js';
import {
  CheckpointDurableExecutionCommand,
  GetDurableExecutionStateCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import type { ClientConfig } from '../../shared/lambda/world.ts';
import type { Handler } from './lambda-function.ts';

/**
 * Has a durable function keep what it does in the simulated Lambda: the SDK makes a client of its own in AWS, which
 * nobody can hand it another way through middy. Every other function is left as it is.
 *
 * @param client makes a client that the simulated AWS answers
 */
export function durably(
  handler: Handler,
  client: (Constructor: new (config: ClientConfig) => LambdaClient) => LambdaClient,
): Handler {
  let lambda: LambdaClient | undefined;
  const connected = (): LambdaClient => {
    lambda ??= client(LambdaClient);
    return lambda;
  };
  const checkpoints: DurableExecutionClient = {
    async checkpoint(input) {
      const { NewExecutionState, CheckpointToken } = await connected().send(
        new CheckpointDurableExecutionCommand(input),
      );
      return { NewExecutionState, CheckpointToken };
    },
    async getExecutionState(input) {
      const { Operations, NextMarker } = await connected().send(new GetDurableExecutionStateCommand(input));
      return { Operations, NextMarker };
    },
  };
  return (event, context) =>
    handler(
      isInvocation(event) ? new DurableExecutionInvocationInputWithClient(event, checkpoints) : event,
      context,
    );
}

function isInvocation(event: unknown): event is DurableExecutionInvocationInput {
  return (
    typeof event === 'object' &&
    event !== null &&
    'DurableExecutionArn' in event &&
    'CheckpointToken' in event
  );
}
