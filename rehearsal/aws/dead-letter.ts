import { AwsError, type Kernel, type Principal } from '../kernel.ts';
import { parseArn } from './arn.ts';
import type { Delivery, Sqs } from './sqs.ts';

/** Something that a service gives up delivering. */
export interface DeadLetter extends Delivery {
  readonly region: string;
  /** Undefined: nobody wants it, and it is lost. */
  readonly queueArn: string | undefined;
  /** The service that gives up. */
  readonly caller: string;
  /** As whom it sends to the queue. */
  readonly principal: Principal;
  readonly why: string;
}

/**
 * Sends it to the dead-letter queue. The trace says where it went; `none` when it is lost, for want of a queue or
 * because the queue did not take it.
 *
 * @returns whether it was kept
 */
export function sendToDeadLetterQueue(kernel: Kernel, sqs: Sqs, letter: DeadLetter): boolean {
  const { region, queueArn, caller, principal, why } = letter;
  const trace = (queue: string, reason: string): void =>
    kernel.trace({ kind: 'dead-letter', region, queue, why: reason });
  if (queueArn === undefined) {
    trace('none', why);
    return false;
  }
  try {
    sqs.deliver(queueArn, letter, caller, principal);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    trace('none', `${why}; and ${queueArn} did not take it: ${error.code}: ${error.message}`);
    return false;
  }
  trace(parseArn(queueArn).resource, why);
  return true;
}
