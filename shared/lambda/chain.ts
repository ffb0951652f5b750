import middy, { type MiddyfiedHandler } from '@middy/core';
import type { Context } from 'aws-lambda';
import type { OutgoingQueue } from '../aws/queue.ts';
import { PermanentError } from './errors.ts';
import { logOutcome, type Outcome } from './outcome.ts';
import type { World } from './world.ts';

/**
 * The chain around every function's work.
 *
 * What fails is logged and thrown on, so that Lambda tries again. What can never succeed (`PermanentError`) is logged,
 * put into the function's dead-letter queue, and answered with the outcome `refused`, so that nothing tries again.
 * When even that queue does not take it, the function fails after all: nothing is lost in silence. A function that
 * answers whoever invokes it has no such queue: it fails, and its caller knows.
 *
 * middy's own early timeout is off: a function that runs out of time is reported by Lambda as what it is.
 */
export function opsHandler<Result>(
  world: Pick<World<unknown>, 'log'>,
  deadLetters?: OutgoingQueue,
): MiddyfiedHandler<unknown, Result | Outcome, Error, Context> {
  return middy<unknown, Result | Outcome, Error, Context>({ timeoutEarlyInMillis: 0 }).use({
    async onError(request) {
      const { error, event } = request;
      if (!(error instanceof PermanentError) || deadLetters === undefined) {
        world.log('error', 'failed', describeError(error));
        return;
      }
      const refused: Outcome = {
        outcome: 'refused',
        reason: error.message,
        subject: 'event',
        facts: error.facts,
      };
      logOutcome(world.log, refused);
      await deadLetter(deadLetters, event, error);
      request.response = refused;
    },
  });
}

/** Puts what was refused, whole, into a dead-letter queue, with the reason beside it. */
export async function deadLetter(
  queue: OutgoingQueue,
  refused: unknown,
  error: PermanentError,
): Promise<void> {
  const body = typeof refused === 'string' ? refused : (JSON.stringify(refused) ?? 'undefined');
  await queue.send(body === '' ? '(empty)' : body, {
    ErrorCode: error.name,
    ErrorMessage: legalText(error.message),
  });
}

/** SQS refuses control characters, and Lambda cuts its own ErrorMessage at 1 KB; we do the same. */
function legalText(text: string): string {
  const legal = text
    .replace(/\p{C}/gu, ' ')
    .slice(0, 1000)
    .replace(/\p{C}$/u, '')
    .trim();
  return legal === '' ? '(no message)' : legal;
}

function describeError(error: Error | null | undefined): Record<string, unknown> {
  if (!error) return { error: 'unknown' };
  return {
    error: error.name,
    reason: error.message,
    stack: error.stack,
    ...(error.cause !== undefined && { cause: String(error.cause) }),
    ...('facts' in error && { facts: error.facts }),
  };
}
