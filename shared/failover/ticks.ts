import { markEverySeconds, markOf } from './vote.ts';

export interface Ticking {
  readonly now: () => Date;
  /** Resolves after so many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
  /** The moment by which the last piece of work has to be over. */
  readonly until: Date;
  /** Milliseconds that the work at one mark takes at most. None is begun that could not end in time. */
  readonly workMs: number;
}

const everyMs = markEverySeconds * 1000;

/**
 * Works at each mark of the clock, from the first that has not passed to the last that leaves time enough. Work that
 * runs into the next mark makes that one late; a mark that is over by then is left out, and nothing makes up for it.
 *
 * @returns the marks at which there was work, in milliseconds since 1970
 */
export async function tick(
  { now, sleep, until, workMs }: Ticking,
  work: (mark: number) => Promise<void>,
): Promise<readonly number[]> {
  const marks: number[] = [];
  const start = now().getTime();
  let mark = markOf(start) === start ? start : markOf(start) + everyMs;
  for (;;) {
    const early = mark - now().getTime();
    if (mark + Math.max(0, -early) + workMs > until.getTime()) return marks;
    if (early > 0) await sleep(early);
    marks.push(mark);
    await work(mark);
    mark = Math.max(mark + everyMs, markOf(now().getTime()));
  }
}
