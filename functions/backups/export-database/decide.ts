import type { ExportTask } from '../../../shared/aws/export-tasks.ts';
import type { RecoveryPoint } from '../../../shared/backups/observed.ts';

const dayMs = 86_400_000;

/** From then on a month without an export is one that somebody should look at. */
const dueOnDay = 4;

/** AWS gives exports no time. One of a large database takes hours. */
const longestMs = 3 * dayMs;

/** One try on each of so many days; what keeps failing needs somebody who mends it. */
const mostTries = 3;

const underWay: ReadonlySet<string> = new Set(['STARTING', 'IN_PROGRESS', 'CANCELING']);

export type ExportDecision = {
  readonly outcome: 'exported' | 'under way' | 'to begin' | 'no recovery point' | 'given up';
  /** One sentence for people. */
  readonly reason: string;
  /** What is to be asked for. */
  readonly start?: { readonly id: string; readonly pointArn: string };
  /** What somebody has to know. */
  readonly finding?: {
    readonly name: 'export-failed' | 'export-missing';
    readonly reason: string;
    /** The same in every run that finds it. */
    readonly since: Date;
  };
  /** When the export of this month was complete. */
  readonly completedAt?: Date;
};

/** `2026-11`, UTC */
export function monthOf(now: Date): string {
  return now.toISOString().slice(0, 7);
}

/** The identifiers of this month's exports begin so: a number for each try follows. */
export function exportPrefix(instance: string, now: Date): string {
  return `${instance}-${monthOf(now)}-`;
}

/**
 * Decides what is to be done for the archive of one database in the present month.
 *
 * The name of an export is derived from the database, the month and the number of the try, so that what is asked for
 * twice is begun once. Whatever state AWS adds counts as an end that is no success.
 *
 * @param tasks all into the archive's bucket, of whatever month and database
 * @param points good recovery points of the database
 */
export function decideExport(
  instance: string,
  tasks: readonly ExportTask[],
  points: readonly RecoveryPoint[],
  now: Date,
): ExportDecision {
  const prefix = exportPrefix(instance, now);
  const ours = tasks
    .filter(({ id }) => id.startsWith(prefix))
    .toSorted((one, other) => tryOf(one, prefix) - tryOf(other, prefix));
  const complete = ours.find(({ status }) => status === 'COMPLETE');
  if (complete !== undefined) {
    const completedAt = complete.endedAt ?? now;
    return { outcome: 'exported', reason: `${complete.id} is complete`, completedAt };
  }
  const running = ours.find(({ status }) => underWay.has(status));
  if (running !== undefined) return stillUnderWay(running, now);

  const last = ours.at(-1);
  const tries = last === undefined ? 0 : tryOf(last, prefix);
  const failure = last && {
    name: 'export-failed' as const,
    reason: `${last.id} is ${last.status}: ${last.failure ?? 'AWS does not say why'}`,
    since: last.endedAt ?? monthStart(now),
  };
  if (tries >= mostTries && failure !== undefined) {
    return { outcome: 'given up', reason: `it has failed ${tries} times`, finding: failure };
  }
  const finding = failure ?? missing(now);
  const [newest] = points
    .filter(({ createdAt }) => createdAt >= monthStart(now))
    .toSorted((one, other) => other.createdAt.getTime() - one.createdAt.getTime());
  const told = finding && { finding };
  if (newest === undefined) {
    const reason = 'there is no recovery point of this month yet that could be exported';
    return { outcome: 'no recovery point', reason, ...told };
  }
  const start = { id: `${prefix}${tries + 1}`, pointArn: newest.arn };
  return { outcome: 'to begin', reason: `${start.id} of ${newest.arn}`, start, ...told };
}

/** What somebody has begun by hand under a name of ours, with no number, comes first. */
function tryOf({ id }: ExportTask, prefix: string): number {
  return Number.parseInt(id.slice(prefix.length), 10) || 0;
}

function stillUnderWay({ id, status, startedAt }: ExportTask, now: Date): ExportDecision {
  const reason = `${id} is ${status}`;
  if (startedAt === undefined || now.getTime() - startedAt.getTime() <= longestMs) {
    return { outcome: 'under way', reason };
  }
  const since = new Date(startedAt.getTime() + longestMs);
  const said = `${reason} since ${startedAt.toISOString()}`;
  return { outcome: 'under way', reason, finding: { name: 'export-missing', reason: said, since } };
}

function missing(now: Date): ExportDecision['finding'] {
  const since = new Date(monthStart(now).getTime() + (dueOnDay - 1) * dayMs);
  if (now < since) return undefined;
  return { name: 'export-missing', reason: `nothing of ${monthOf(now)} is in the archive`, since };
}

function monthStart(now: Date): Date {
  return new Date(`${monthOf(now)}-01T00:00:00Z`);
}
