import type { LogFacts } from './world.ts';

/*
 * Whoever catches an error asks one thing of it: can trying again help? These two classes are the answer. An error of
 * any other class is a fault nobody foresaw, and is treated as one that may pass.
 *
 * A message is one line: what was wrong, what was given (shortened), what is expected or what to do.
 * Secrets, and text from outside at length, never go into it.
 */

interface ErrorDetails {
  readonly cause?: unknown;
  /** For the log record, beside the message: ids and names to search by. */
  readonly facts?: LogFacts;
}

/** Trying again cannot help: the input is to be recorded and put aside for a person, not retried. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
  readonly facts: LogFacts;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details);
    this.facts = details.facts ?? {};
  }
}

/** It may work later: a throttle, a timeout, a service that is down. Whatever sent the input should send it again. */
export class RetryableError extends Error {
  override readonly name = 'RetryableError';
  readonly facts: LogFacts;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details);
    this.facts = details.facts ?? {};
  }
}
