import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod/mini';
import { AskReply, type AskRequest } from '../database/exchange.ts';
import { RetryableError } from '../lambda/errors.ts';
import { within } from '../lambda/within.ts';
import type { ClientConfig } from '../lambda/world.ts';

/** The function that speaks to databases in networks which nothing else reaches. */
export interface DatabaseQuestions {
  /**
   * Asks, and waits for the reply. That the function failed, or took too long, is a reply too.
   *
   * @param withinMs milliseconds until nobody waits any more. What was asked may go on.
   * @throws what AWS Lambda answers when the function was not run
   */
  readonly ask: (request: AskRequest, withinMs: number) => Promise<AskReply>;
}

/**
 * Waits as long as a function can run, and tries nothing again by itself: a second attempt would ask the database twice
 * at once.
 */
export class PatientLambdaClient extends LambdaClient {
  constructor(config: ClientConfig) {
    super({
      ...config,
      maxAttempts: 1,
      requestHandler: { connectionTimeout: 2000, requestTimeout: 900_000, throwOnRequestTimeout: true },
    });
  }
}

/**
 * @param lambda should wait as long as the function can run
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function databaseQuestions(lambda: LambdaClient, functionName: string): DatabaseQuestions {
  return {
    async ask(request, withinMs) {
      const command = new InvokeCommand({
        FunctionName: functionName,
        Payload: new TextEncoder().encode(JSON.stringify(request)),
      });
      try {
        const { Payload = new Uint8Array(), FunctionError } = await within(
          withinMs,
          functionName,
          (abortSignal) => lambda.send(command, { abortSignal }),
        );
        const answer: unknown = JSON.parse(new TextDecoder().decode(Payload));
        return FunctionError === undefined ? readReply(answer) : noReply(failureOf(answer));
      } catch (error) {
        if (error instanceof RetryableError) return noReply(error.message, 'timeout');
        throw error;
      }
    },
  };
}

function readReply(answer: unknown): AskReply {
  const reply = z.safeParse(AskReply, answer);
  return reply.success ? reply.data : noReply('the function answered something that is no reply');
}

function noReply(reason: string, kind: 'unreachable' | 'timeout' = 'unreachable'): AskReply {
  return { failure: { kind, reason }, spoiled: [], answers: [] };
}

const Failed = z.object({ errorType: z.string(), errorMessage: z.string() });

function failureOf(answer: unknown): string {
  const failed = z.safeParse(Failed, answer);
  return failed.success
    ? `the function failed: ${failed.data.errorType}: ${failed.data.errorMessage.slice(0, 300)}`
    : 'the function failed, and did not say why';
}
