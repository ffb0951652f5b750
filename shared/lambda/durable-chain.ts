import type { DurableContext } from '@aws/durable-execution-sdk-js';
import middy, { type MiddyfiedHandler } from '@middy/core';
import { executionModeDurableContext } from '@middy/core/DurableContext';
import type { World } from './world.ts';

/**
 * The chain around a durable function's work. It has no dead-letter queue of its own: what is refused fails the
 * execution, which Lambda keeps with its input, does not try again, and tells EventBridge of.
 *
 * middy hands the work to the durable execution SDK, which makes the client for its checkpoints itself.
 * @see https://middy.js.org/docs/intro/durable-functions
 */
export function durableHandler<Result>(
  world: Pick<World<unknown>, 'log'>,
): MiddyfiedHandler<unknown, Result, Error, DurableContext> {
  return middy<unknown, Result, Error, DurableContext>({
    executionMode: executionModeDurableContext,
    timeoutEarlyInMillis: 0,
  }).use({
    onError({ error }) {
      world.log('error', 'failed', {
        error: error?.name ?? 'unknown',
        reason: error?.message ?? '',
        stack: error?.stack,
      });
    },
  });
}
