import {
  DurableExecutionAlreadyStartedException,
  InvokeCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { type RunInput, runNameOf } from '../failover/run.ts';

/** The runbook: a durable function, started by its name. */
export interface Runbook {
  /**
   * Starts the run of an epoch, or leaves the one that was started: Lambda knows a run by its name.
   *
   * @throws what AWS Lambda answers when it took nothing
   */
  readonly start: (input: RunInput) => Promise<void>;
}

/**
 * @param qualifiedName name and alias: Lambda starts no durable execution of a function without its version
 * @see https://docs.aws.amazon.com/lambda/latest/dg/durable-execution-idempotency.html
 */
export function runbook(lambda: LambdaClient, qualifiedName: string): Runbook {
  return {
    async start(input) {
      try {
        await lambda.send(
          new InvokeCommand({
            FunctionName: qualifiedName,
            InvocationType: 'Event',
            DurableExecutionName: runNameOf(input),
            Payload: new TextEncoder().encode(JSON.stringify(input)),
          }),
        );
      } catch (error) {
        // It was started before, with other words: at an earlier mark, or by a person. It is the same run.
        if (!(error instanceof DurableExecutionAlreadyStartedException)) throw error;
      }
    },
  };
}
