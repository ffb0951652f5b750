import { type BackupFinding, findingKey } from '../../../shared/backups/finding.ts';
import type { BackupSource } from '../../../shared/backups/source.ts';

/** A finding from when it opened on. */
export interface StandingFinding extends BackupFinding {
  /** ISO 8601, UTC. */
  readonly since: string;
  /** What became of the wish to try again, when it opened. For people. */
  readonly retry?: string;
  /** Whether it is published. */
  readonly isTold: boolean;
}

/** Something that was asked for once more. */
export interface RetryNote {
  readonly token: string;
  /** ISO 8601, UTC. When it was decided, which was written down before it was asked for. */
  readonly at: string;
  /** What AWS Backup answered. Absent: nobody knows whether it was asked. */
  readonly end?: string;
}

/** What is known of the backups of a resource, or of the Region as a whole. */
export interface WatchRecord {
  /** The ARN of the resource, or `theRegion`. */
  readonly subject: string;
  /** The value of its tag. */
  readonly tier?: string;
  /** When it was first seen in its tier. ISO 8601, UTC. */
  readonly knownSince: string;
  readonly open: readonly StandingFinding[];
  /** What is over, while people still have to be told. */
  readonly over: readonly StandingFinding[];
  /** The newest last. */
  readonly retries: readonly RetryNote[];
  /** The beginning of the look that this was made from. ISO 8601, UTC. */
  readonly lookedAt: string;
  /** Counts the writes. 0: not written yet. */
  readonly version: number;
}

/** The subject of what concerns no one resource. */
export const theRegion = 'region';

export function subjectOf({ name, resourceArn }: BackupFinding): string {
  return name === 'unread' || name === 'gap-expired' ? theRegion : resourceArn;
}

/** What was found of a subject. */
export interface Look {
  /** When it began: what was found is at least as young. */
  readonly at: Date;
  readonly tier?: string;
  readonly findings: readonly BackupFinding[];
  /** Whether all of these could be read. */
  readonly knows: (sources: readonly BackupSource[]) => boolean;
  /** What became of the wish to try again. */
  readonly retryOf: (finding: BackupFinding) => string | undefined;
}

export function newRecord(subject: string, at: Date): WatchRecord {
  const moment = at.toISOString();
  return { subject, knownSince: moment, open: [], over: [], retries: [], lookedAt: moment, version: 0 };
}

/**
 * The record after a look. A finding stays open under its key in silence; one that was not found again is over, unless
 * what it rests on could not be read.
 *
 * @returns the same record when there is nothing to write down, as after a look that is older than the last one
 */
export function afterLook(record: WatchRecord, look: Look): WatchRecord {
  const lookedAt = look.at.toISOString();
  if (lookedAt < record.lookedAt) return record;
  const before = new Map(record.open.map((finding) => [findingKey(finding), finding]));
  const unsaid = new Map(record.over.map((finding) => [findingKey(finding), finding]));
  const found = new Map(look.findings.map((finding) => [findingKey(finding), finding]));

  const open: StandingFinding[] = [];
  for (const [key, finding] of found) {
    const known = before.get(key) ?? unsaid.get(key);
    open.push(known ?? opened(finding, look));
    unsaid.delete(key);
  }
  const over = [...unsaid.values()];
  for (const [key, finding] of before) {
    if (found.has(key)) continue;
    if (!look.knows(finding.restsOn)) open.push(finding);
    else if (finding.isTold) over.push(finding);
  }
  const isSame =
    record.version > 0 &&
    record.tier === look.tier &&
    open.length === record.open.length &&
    over.length === record.over.length &&
    open.every((finding) => before.get(findingKey(finding)) === finding);
  if (isSame) return record;
  const { tier: _before, ...rest } = record;
  const knownSince = record.tier === look.tier ? record.knownSince : lookedAt;
  return { ...rest, ...(look.tier !== undefined && { tier: look.tier }), knownSince, open, over, lookedAt };
}

function opened(finding: BackupFinding, { at, retryOf }: Look): StandingFinding {
  const retry = retryOf(finding);
  return { ...finding, since: at.toISOString(), isTold: false, ...(retry !== undefined && { retry }) };
}

/** What people have not been told yet. */
export function untold({ open, over }: WatchRecord): {
  readonly opened: readonly StandingFinding[];
  readonly over: readonly StandingFinding[];
} {
  return { opened: open.filter(({ isTold }) => !isTold), over };
}

export function allTold(record: WatchRecord): WatchRecord {
  return { ...record, open: record.open.map((finding) => ({ ...finding, isTold: true })), over: [] };
}

/** Retries that can still matter: AWS Backup lists jobs for 30 days, and no slot is judged for longer. */
const notesKeptMs = 31 * 86_400_000;

export function withNote(record: WatchRecord, note: RetryNote): WatchRecord {
  const oldest = new Date(Date.parse(note.at) - notesKeptMs).toISOString();
  const others = record.retries.filter(({ token, at }) => token !== note.token && at >= oldest);
  return { ...record, retries: [...others, note] };
}
