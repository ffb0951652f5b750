import type { RunInput } from './run.ts';

/** The state of the failover with all that runs need of it: one row, which every run has to win. */
export interface FencedState {
  /** Of the newest run, whatever became of it. */
  readonly epoch: number;
  readonly writer: 'primary' | 'standby';
  /** The run that has not ended. */
  readonly openRun?: string;
  /** The durable execution that opened it, by its ARN. */
  readonly openedBy?: string;
  /** The run that stopped when it may have moved traffic, and had not moved the writer. */
  readonly halfway?: string;
  /** Milliseconds since 1970. */
  readonly lastRunEnded?: number;
  /** Counts the writes. 0: not written yet. */
  readonly version: number;
}

export const untouchedState: FencedState = { epoch: 0, writer: 'primary', version: 0 };

/** One run, as the state knows it. */
export interface RunIdentity {
  readonly name: string;
  /** The ARN of its durable execution: of two runs of one epoch one is not the one that opened it. */
  readonly execution: string;
}

/** What a run wants of the state: the state to write, nothing to write because it is so already, or why not. */
export type Fencing =
  | { readonly end: 'write'; readonly state: FencedState }
  | { readonly end: 'done' }
  | { readonly end: 'refused'; readonly reason: string };

/** Opens a run. Whoever has opened it may do so again. */
export function opening(
  state: FencedState,
  { epoch }: Pick<RunInput, 'epoch'>,
  { name, execution }: RunIdentity,
): Fencing {
  if (state.openRun === name && state.openedBy === execution) return { end: 'done' };
  if (state.openRun !== undefined) return refused(`the run ${state.openRun} is open`);
  if (epoch <= state.epoch) {
    return refused(`the epoch ${epoch} is of the past: there has been a run of epoch ${state.epoch}`);
  }
  if (state.writer === 'standby') return refused('the standby Region is the writer already');
  const { halfway: _before, ...rest } = state;
  return { end: 'write', state: { ...rest, epoch, openRun: name, openedBy: execution } };
}

/** Makes the standby the writer. From then on the primary has to be kept from writing. */
export function committing(state: FencedState, run: RunIdentity): Fencing {
  if (!isOf(state, run)) return refused(notOpen(state));
  return state.writer === 'standby'
    ? { end: 'done' }
    : { end: 'write', state: { ...state, writer: 'standby' } };
}

/**
 * Ends a run. One that is not open has ended already.
 *
 * @param isHalfway whether it stopped when traffic may have moved, and the writer had not
 */
export function closing(state: FencedState, run: RunIdentity, now: Date, isHalfway: boolean): Fencing {
  if (!isOf(state, run)) return { end: 'done' };
  const { openRun: _run, openedBy: _execution, ...rest } = state;
  const halfway = isHalfway ? { halfway: run.name } : {};
  return { end: 'write', state: { ...rest, ...halfway, lastRunEnded: now.getTime() } };
}

function isOf({ openRun, openedBy }: FencedState, { name, execution }: RunIdentity): boolean {
  return openRun === name && openedBy === execution;
}

function notOpen({ openRun, epoch }: FencedState): string {
  return openRun === undefined
    ? `this run is not open any more, and the epoch is ${epoch}`
    : `the run ${openRun} is open, and not this one`;
}

function refused(reason: string): Fencing {
  return { end: 'refused', reason };
}
