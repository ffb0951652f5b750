import { RetryableError } from '../lambda/errors.ts';
import { logOutcome, type Outcome } from '../lambda/outcome.ts';
import type { World } from '../lambda/world.ts';
import { lookTimeoutSeconds } from './budget.ts';
import { tick } from './ticks.ts';
import type { Voice } from './vote.ts';

/** Where a shift gets its time from, and where it writes what went wrong. */
export interface ShiftDeps {
  readonly voice: Voice;
  readonly now: () => Date;
  /** Resolves after so many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: World<unknown>['log'];
}

/** The invocation that it is the work of. */
export interface ShiftOf {
  /** When it was due. ISO 8601, UTC. */
  readonly scheduledTime: string;
  readonly context: { readonly getRemainingTimeInMillis: () => number };
}

/** The log record of a mark at which something could not be done. */
const failedMessage = 'mark failed';

/** An invocation that begins so long after it was due has others before and beside it. Milliseconds. */
const tooLateMs = 120_000;

/** What Lambda needs to have the answer. Milliseconds. */
const reservedMs = 1000;

/** What the work at a mark takes at most: the look, and to write down what was seen. Milliseconds. */
const workMs = lookTimeoutSeconds * 1000 + 3000;

/**
 * The marks of one invocation of a voice. It begins within a minute of when it was due, as late as EventBridge Scheduler
 * may, and lasts for longer than a minute, so that most often the next one takes over in time; where that begins late,
 * nobody looks for a while, and those marks are blind.
 *
 * What fails at one mark does not keep the next from its work. An invocation that comes long after its time, as a retry
 * does, leaves the work to those that were on time.
 *
 * @throws RetryableError at the end, when something could not be done at some mark
 */
export async function shift(
  { scheduledTime, context }: ShiftOf,
  { voice, now, sleep, log }: ShiftDeps,
  work: (mark: number) => Promise<void>,
): Promise<Outcome> {
  const start = now().getTime();
  if (start - Date.parse(scheduledTime) > tooLateMs) {
    const late = { outcome: 'late', reason: 'others have looked since it was due', subject: voice };
    logOutcome(log, late);
    return late;
  }
  const until = new Date(start + context.getRemainingTimeInMillis() - reservedMs);
  const failures: string[] = [];
  const marks = await tick({ now, sleep, until, workMs }, async (mark) => {
    try {
      await work(mark);
    } catch (error) {
      const reason = Error.isError(error) ? `${error.name}: ${error.message}` : String(error);
      failures.push(reason);
      log('error', failedMessage, { mark: new Date(mark).toISOString(), reason });
    }
  });
  const [first] = failures;
  if (first !== undefined) {
    throw new RetryableError(`${failures.length} of ${marks.length} marks failed, the first with ${first}`);
  }
  const outcome = { outcome: 'looked', reason: `at ${marks.length} marks`, subject: voice };
  logOutcome(log, outcome);
  return outcome;
}
