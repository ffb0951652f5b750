import { syncBuiltinESMExports } from 'node:module';
import { install } from '@sinonjs/fake-timers';

/**
 * Virtual time for the whole process. While it is installed, `Date`, `setTimeout`, `setInterval`, `setImmediate` and
 * their forms in `node:timers` and `node:timers/promises` follow this clock, so the SDK's retries and the handlers'
 * waits take no real time and end in a reproducible order. Time stands still while code runs and jumps from one due
 * moment to the next.
 *
 * `process.nextTick`, microtasks, `performance` and `AbortSignal.timeout` stay real, and so do timers that a test file
 * imports by name from `node:timers/promises`: jest copies them before the clock can replace them. Real I/O ends at no
 * defined virtual time and has no place inside.
 */
export interface VirtualClock extends Disposable {
  readonly now: () => Date;
  /**
   * Runs `what` after `ms` of virtual time, rounded down to whole milliseconds and at least one, as Node's timers do.
   * What is due at one instant runs in the order it was asked for.
   */
  readonly after: (ms: number, what: () => void | Promise<void>) => void;
  /**
   * Runs all that is due up to and including `moment`, which then is the present. Stops at the first failure of
   * scheduled work and rejects with it.
   *
   * @throws RangeError when `moment` has passed
   * @throws Error when it is running already
   */
  readonly runUntil: (moment: Date) => Promise<void>;
  /** Runs until nothing is due any more, but not past `limit`. The clock stays at the last thing that was run. */
  readonly runUntilIdle: (limit: Date) => Promise<void>;
}

/** The longest delay that a timer takes; a longer one would fire at once. */
const longestDelay = 2 ** 31 - 1;

/**
 * Only one can be installed at a time. Dispose of it (`using clock = installClock(…)`), or it outlives the test or
 * the command that wanted it.
 */
export function installClock(start: Date): VirtualClock {
  const realImmediate = setImmediate;
  const RealDate = Date;
  const fake = install({
    now: start,
    toFake: [
      'setTimeout',
      'clearTimeout',
      'setInterval',
      'clearInterval',
      'setImmediate',
      'clearImmediate',
      'Date',
    ],
  });
  const { setTimeout: startTimer, setInterval: startInterval } = fake;
  fake.setTimeout = (callback, ms, ...args) => startTimer(callback, nodeDelay(ms), ...args);
  fake.setInterval = (callback, ms, ...args) => startInterval(callback, nodeDelay(ms), ...args);
  syncBuiltinESMExports();

  const failures: unknown[] = [];

  const attempt = (what: () => void | Promise<void>): void => {
    what()?.catch((error: unknown) => failures.push(error));
  };

  const after = (ms: number, what: () => void | Promise<void>): void => {
    const due = fake.now + Math.max(1, Math.trunc(ms));
    const arm = (): void => {
      const left = due - fake.now;
      if (left > longestDelay) startTimer(arm, longestDelay);
      else startTimer(() => attempt(what), left);
    };
    arm();
  };

  /** Lets everything that waits for nothing but microtasks come to rest. */
  const settle = async (): Promise<void> => {
    await new Promise((resolve) => realImmediate(resolve));
    if (failures.length > 0) throw failures.shift();
  };

  let isRunning = false;
  const runDue = async (limit: number): Promise<void> => {
    if (isRunning) throw new Error('the clock is running already: await one run before starting the next');
    isRunning = true;
    try {
      await settle();
      for (;;) {
        const next = fake.timerHeap?.timers[0]?.callAt;
        if (next === undefined || next > limit) return;
        fake.next();
        await settle();
      }
    } finally {
      isRunning = false;
    }
  };

  return {
    // The real one: a date of the clock is a proxy's, which costs ten times as much.
    now: () => new RealDate(fake.now),
    after,
    async runUntil(moment) {
      const limit = moment.getTime();
      if (!(limit >= fake.now)) {
        throw new RangeError(
          `cannot run until ${describe(moment)}: it is ${new Date(fake.now).toISOString()} already`,
        );
      }
      if (limit > fake.now) after(limit - fake.now, () => undefined);
      await runDue(limit);
    },
    runUntilIdle: (limit) => runDue(limit.getTime()),
    [Symbol.dispose]() {
      // The originals carry what uninstall() needs to know to put the real timers back.
      Object.assign(fake, { setTimeout: startTimer, setInterval: startInterval });
      fake.uninstall();
      syncBuiltinESMExports();
    },
  };
}

/** Node starts no timer shorter than a millisecond, and one that is too long for it at once. */
function nodeDelay(ms: unknown): number {
  const delay = Number(ms);
  return delay >= 1 && delay <= longestDelay ? delay : 1;
}

function describe(moment: Date): string {
  return Number.isNaN(moment.getTime()) ? 'an invalid date' : moment.toISOString();
}
