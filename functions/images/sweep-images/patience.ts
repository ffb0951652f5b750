import type { SweepRun } from './deps.ts';

/** Milliseconds that are waited before each further try. The SDK has tried most calls three times before the first. */
const pausesMs = [2000, 8000, 20_000];

/** Names of the errors by which ECR and DynamoDB say that they are asked too often, or not well, or say nothing at all. */
const passing =
  /Throttl|TooManyRequests|RequestLimitExceeded|ProvisionedThroughputExceeded|InternalServer|ServerException|ServiceUnavailable|Timeout|ECONN/;

/**
 * Does some work again and again while AWS refuses it for what may pass, such as being asked too often. Whoever waits asks nothing meanwhile,
 * so that all who work at once slow down to what AWS allows; it publishes no limits for most operations of ECR.
 */
export async function patiently<Result>(
  work: () => Promise<Result>,
  { pause, mayGoOn }: Pick<SweepRun, 'pause' | 'mayGoOn'>,
): Promise<Result> {
  for (const pauseMs of pausesMs) {
    try {
      return await work();
    } catch (error) {
      if (!Error.isError(error) || !passing.test(error.name) || !mayGoOn()) throw error;
    }
    await pause(pauseMs);
  }
  return work();
}
