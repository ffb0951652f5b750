import type { NodeGroups } from '../../../shared/aws/node-groups.ts';
import type { Runbook } from '../../../shared/aws/runbook.ts';
import { aboutRegion, type Condition } from '../../../shared/failover/condition.ts';
import type { FailoverDecision, FailoverState, Refusal } from '../../../shared/failover/decide.ts';
import type { Quorum } from '../../../shared/failover/quorum.ts';
import type { Prepared, WatchRecord } from '../../../shared/failover/watch-record.ts';
import type { ProbePolicy } from './policy.ts';
import type { WatchTable } from './watch-table.ts';

export interface ActDeps {
  readonly nodeGroups: NodeGroups;
  readonly runbook: Runbook;
  readonly watch: WatchTable;
  readonly policy: ProbePolicy;
  /** Who starts the runbook: this function. */
  readonly startedBy: string;
}

export interface Situation {
  readonly decision: FailoverDecision;
  readonly quorum: Quorum;
  /** Undefined where it did not matter, or could not be read. */
  readonly state: FailoverState | undefined;
  readonly now: Date;
}

/** What is known after an act. */
export interface Acted {
  readonly record: WatchRecord;
  /** What could not be done. The next mark tries again. */
  readonly failures: readonly Condition[];
}

/** What also keeps nodes from being raised, which can be undone. */
const keepsAll: readonly Refusal['rule'][] = ['observe', 'unreadable', 'paused', 'maintenance'];

/** What was raised for nothing is lowered once the Region has been well for so long. Milliseconds. */
const lowersAfterMs = 15 * 60_000;

/** A run is open within so long of its start, or something is wrong. Milliseconds. */
const opensWithinMs = 60_000;

/**
 * Does what was decided. A record that was changed may not be written yet, but for what has to be known before it is done.
 *
 * @returns undefined when another run of the probe came first
 */
export async function act(
  record: WatchRecord,
  situation: Situation,
  deps: ActDeps,
): Promise<Acted | undefined> {
  const { decision } = situation;
  if (decision.move === 'start') return start(record, decision.epoch, situation, deps);
  const mayPrepare = decision.refusals.every(({ rule }) => !keepsAll.includes(rule));
  if ((decision.move === 'prepare' || decision.move === 'ask') && mayPrepare) {
    return prepare(record, situation, deps);
  }
  return isFalseAlarm(record, situation) ? undo(record, deps) : { record, failures: [] };
}

async function start(
  record: WatchRecord,
  epoch: number,
  { quorum, now }: Situation,
  { runbook, startedBy }: ActDeps,
): Promise<Acted> {
  const started = record.started?.epoch === epoch ? record.started : { epoch, at: now.toISOString() };
  const downSince =
    quorum.downSince === undefined ? {} : { downSince: new Date(quorum.downSince).toISOString() };
  const next = { ...record, started };
  try {
    await runbook.start({ epoch, mode: 'failover', reason: quorum.reason, startedBy, ...downSince });
  } catch (error) {
    return { record: next, failures: [failure('start-failed', describe(error))] };
  }
  if (now.getTime() - Date.parse(started.at) <= opensWithinMs) return { record: next, failures: [] };
  const reason = `it was started at ${started.at}, and no run is open`;
  return { record: next, failures: [failure('start-failed', reason)] };
}

/** Node groups that have enough are left alone. */
async function prepare(record: WatchRecord, { now }: Situation, deps: ActDeps): Promise<Acted | undefined> {
  if (record.prepared?.isDone) return { record, failures: [] };
  try {
    const planned = record.prepared ?? (await plan(now, deps));
    const written = record.prepared ? record : await deps.watch.write({ ...record, prepared: planned });
    if (written === undefined) return undefined;
    for (const [name, { minSize }] of Object.entries(planned.nodeGroups)) {
      const present = await deps.nodeGroups.size(name);
      if (present.minSize < minSize) await deps.nodeGroups.setMinimum(name, minSize, present);
    }
    return { record: { ...written, prepared: { ...planned, isDone: true } }, failures: [] };
  } catch (error) {
    return { record, failures: [failure('prepare-failed', describe(error))] };
  }
}

async function plan(now: Date, { nodeGroups, policy }: ActDeps): Promise<Prepared> {
  const raised: Record<string, { before: number; minSize: number }> = {};
  for (const [name, { minSize }] of Object.entries(policy.failover.standby.nodeGroups)) {
    const { minSize: before } = await nodeGroups.size(name);
    if (before < minSize) raised[name] = { before, minSize };
  }
  return { at: now.toISOString(), isDone: false, nodeGroups: raised };
}

function isFalseAlarm({ prepared, standing, wellSince }: WatchRecord, { state, now }: Situation): boolean {
  return (
    prepared !== undefined &&
    standing.every(({ about }) => about !== aboutRegion) &&
    now.getTime() - Date.parse(wellSince ?? prepared.at) >= lowersAfterMs &&
    state?.writer === 'primary' &&
    state.openRun === undefined
  );
}

/** A minimum that somebody else has set meanwhile stays. The nodes themselves are the autoscaler's to remove. */
async function undo({ prepared, ...record }: WatchRecord, { nodeGroups }: ActDeps): Promise<Acted> {
  if (prepared === undefined) return { record, failures: [] };
  try {
    for (const [name, { before, minSize }] of Object.entries(prepared.nodeGroups)) {
      const present = await nodeGroups.size(name);
      if (present.minSize === minSize) await nodeGroups.setMinimum(name, before, present);
    }
    return { record, failures: [] };
  } catch (error) {
    return {
      record: { ...record, prepared },
      failures: [failure('prepare-failed', describe(error))],
    };
  }
}

/** A node group that is just being changed takes no change. Seconds. */
const busyFor = 30;

function failure(name: 'start-failed' | 'prepare-failed', reason: string): Condition {
  const isStart = name === 'start-failed';
  return {
    about: isStart ? 'start' : 'prepare',
    name,
    reason,
    refusals: [],
    settlesFor: isStart ? 0 : busyFor,
  };
}

function describe(error: unknown): string {
  return Error.isError(error) ? `${error.name}: ${error.message}` : String(error);
}
