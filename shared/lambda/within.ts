import { RetryableError } from './errors.ts';

/**
 * Waits for work, but not for longer than somebody waits for us.
 *
 * @param work is told by the signal when nobody waits any more
 * @throws RetryableError when it takes longer; else what the work throws
 */
export async function within<Result>(
  milliseconds: number,
  what: string,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const abort = new AbortController();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new RetryableError(`${what} took longer than ${milliseconds} ms`));
    abort.abort();
  }, milliseconds);
  try {
    return await Promise.race([work(abort.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
