import type { SnapshotKind } from '../../../shared/domain/snapshot.ts';
import type { PlannedSnapshot, SnapshotReason } from './plan.ts';

/** What became of a snapshot that the plan would delete. */
export const snapshotEnds = [
  'deleted',
  /** Somebody else deleted it. */
  'gone',
  /** Nothing may be deleted now. */
  'would-delete',
  /** Something had changed when it was looked at right before. */
  'kept',
  /** AWS does not delete it. */
  'refused',
  'failed',
  /** The run ended before its turn. */
  'not-reached',
] as const;

export type SnapshotEnd = (typeof snapshotEnds)[number];

export interface SnapshotLine {
  readonly id: string;
  readonly source: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** Of the whole volume or instance: what is freed is less. */
  readonly sourceGib: number;
  readonly end: SnapshotEnd | 'keep';
  readonly reason: string;
}

/** How a run ended for snapshots of one kind. Only the first two are as they should be. */
export type KindOutcome = 'well' | 'observed' | 'over-cap' | 'incomplete' | 'unfinished';

export interface KindReport {
  readonly kind: SnapshotKind;
  readonly outcome: KindOutcome;
  /** One sentence for people. */
  readonly reason: string;
  /** By whom and why more was deleted than the caps allow. */
  readonly approved?: string;
  /** What could not be found out. */
  readonly missing: readonly string[];
  /** How many are kept, by why. Those that are none of ours are only counted. */
  readonly kept: Readonly<Partial<Record<SnapshotReason, number>>>;
  readonly ends: Readonly<Record<SnapshotEnd, number>>;
  readonly snapshots: readonly SnapshotLine[];
}

/** The report on one Region's run, as it is kept in S3. */
export interface Report {
  readonly region: string;
  /** When the run was due. */
  readonly due: string;
  readonly writtenAt: string;
  /** Why nothing was deleted, where nothing might be. */
  readonly standing?: string;
  readonly kinds: readonly KindReport[];
}

/** Of a kind of which nothing could be looked at: nothing was deleted. */
export function notPruned(kind: SnapshotKind, reason: string): KindReport {
  return { kind, outcome: 'unfinished', reason, missing: [], kept: {}, ends: countEnds([]), snapshots: [] };
}

export function countReasons(planned: readonly PlannedSnapshot[]): KindReport['kept'] {
  const kept: Partial<Record<SnapshotReason, number>> = {};
  for (const { outcome, reason } of planned) if (outcome === 'keep') kept[reason] = (kept[reason] ?? 0) + 1;
  return kept;
}

export function countEnds(lines: readonly SnapshotLine[]): KindReport['ends'] {
  const count = (end: SnapshotEnd): number => lines.filter((line) => line.end === end).length;
  return {
    deleted: count('deleted'),
    gone: count('gone'),
    'would-delete': count('would-delete'),
    kept: count('kept'),
    refused: count('refused'),
    failed: count('failed'),
    'not-reached': count('not-reached'),
  };
}
