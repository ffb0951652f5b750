/** What failed, as far as it matters: can the same succeed when it is tried again? */
export type FailureKind = 'passing' | 'permanent';

/** By the names that AWS gives errors. */
const permanent = [
  /^AccessDenied/,
  /^UnrecognizedClient/,
  /^NoSuchBucket$/,
  /^Validation(Exception|Error)$/,
  /^InvalidParameter/,
  /NotFound(Exception|Fault)?$/,
  /^PermanentError$/,
];

/**
 * Tells an error that trying again cannot help from one that may pass. What nobody foresaw may pass.
 *
 * Permissions do not pass within a run, but the step that lacks one may have another way, so it should learn at once.
 */
export function kindOfFailure({ name }: Pick<Error, 'name'>): FailureKind {
  return permanent.some((pattern) => pattern.test(name)) ? 'permanent' : 'passing';
}

/**
 * How long to wait before the next attempt; undefined when there is to be none. Seconds, without chance: what is
 * replayed has to come to the same.
 *
 * @param attempt that failed, from 1
 */
export function retryAfter(
  error: Pick<Error, 'name'>,
  attempt: number,
  mostAttempts: number,
): number | undefined {
  if (attempt >= mostAttempts || kindOfFailure(error) === 'permanent') return undefined;
  return Math.min(2 ** (attempt - 1), 10);
}
