import type { PlannedImage, RepositoryPlan } from '../../../shared/retention/plan.ts';
import { sayNote } from '../../../shared/retention/say-note.ts';
import { sayWhy, type WhyCode } from '../../../shared/retention/why.ts';
import type { Act, ActEnd, actEnds } from './apply.ts';
import type { JournalEntry } from './journal.ts';

/** How a run ended in one repository. Only the first two are as they should be. */
export const repositoryOutcomes = [
  'well',
  /** Nothing might be done, and nothing was. */
  'observed',
  /** More would be done than one run may: a person is asked. */
  'over-cap',
  /** Something could not be found out. */
  'incomplete',
  /** Not all that was to be done was. */
  'unfinished',
] as const;

export type RepositoryOutcome = (typeof repositoryOutcomes)[number];

export interface RepositoryReport {
  readonly repository: string;
  readonly outcome: RepositoryOutcome;
  /** One sentence for people. */
  readonly reason: string;
  readonly images: number;
  /** How many are kept, by why. */
  readonly kept: Readonly<Partial<Record<WhyCode, number>>>;
  /** In the archive, and waiting there. */
  readonly waiting: number;
  /** What the plan would do, or have done. */
  readonly planned: { readonly archive: number; readonly delete: number };
  readonly ends: Readonly<Record<ActEnd, number>>;
  readonly bytes: { readonly archived: number; readonly deleted: number };
  readonly notes: readonly string[];
  readonly missing: readonly string[];
  /** By whom and why more was done than the caps allow. */
  readonly approved?: string;
  /** Where it is written down what was to be deleted. */
  readonly journal?: string;
  /** Every image that is not kept. */
  readonly lines: readonly ReportLine[];
}

export interface ReportLine {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly sizeBytes: number;
  /** ISO 8601, UTC. Here and below: undefined is left out of the JSON. */
  readonly pushedAt: string | undefined;
  readonly outcome: PlannedImage['outcome'];
  readonly reason: string;
  /** Of what waits in the archive. ISO 8601, UTC. */
  readonly until: string | undefined;
  readonly end: ActEnd | undefined;
  readonly endReason: string | undefined;
}

/** The report on one Region's run, as it is kept in S3. */
export interface Report {
  readonly region: string;
  /** When the run was due. ISO 8601, UTC. */
  readonly due: string;
  readonly writtenAt: string;
  /** Why nothing was done, where nothing might be. */
  readonly standing?: string;
  readonly prices: typeof prices;
  readonly repositories: readonly RepositoryReport[];
}

/**
 * What ECR charges in us-east-1 for the first 150 TB of private images: archived images cost as much as others there,
 * for at least 90 days each. Other Regions may differ.
 * @see https://aws.amazon.com/ecr/pricing/
 */
export const prices = { usdPerGbMonth: 0.1, asOf: '2026-03', archiveSavesBelow150Tb: false } as const;

/** What bytes cost a month, at most: layers that images share are counted with each, and charged once. */
export function monthlyUsd(bytes: number): number {
  return Math.round((bytes / 1e9) * prices.usdPerGbMonth * 100) / 100;
}

export interface Judged {
  readonly plan: RepositoryPlan;
  readonly acts: readonly Act[];
  /** What earlier attempts of this run did, which died before they could tell. */
  readonly earlier?: EarlierAttempts;
  /** By whom and why it may be more than the caps allow. */
  readonly approved?: string;
  /** Why nothing was done; absent where it was done. */
  readonly untouched?: {
    readonly outcome: 'observed' | 'over-cap' | 'incomplete' | 'unfinished';
    readonly reason: string;
  };
  readonly journal?: string;
}

export interface EarlierAttempts {
  readonly deleted: readonly JournalEntry[];
  /** When the last of them looked at the repository: what was archived since then, it archived. Absent: none did. */
  readonly lookedAt?: Date;
}

export function reportOn({
  plan,
  acts: own,
  earlier = { deleted: [] },
  approved,
  untouched,
  journal,
}: Judged): RepositoryReport {
  const { deleted } = earlier;
  const acts = [...archivedBefore(plan, earlier), ...own];
  const counted = countEnds(acts);
  const ends = { ...counted, deleted: counted.deleted + deleted.length };
  const planned = {
    archive: plan.archive.reduce((sum, stage) => sum + stage.length, acts.length - own.length),
    delete: plan.delete.reduce((sum, stage) => sum + stage.length, deleted.length),
  };
  const undone = acts.find(({ end }) => end === 'failed' || end === 'not-reached');
  const left = ends.failed + ends['not-reached'];
  const done = `${ends.archived} archived, ${ends.deleted} deleted of ${plan.images.length} images`;
  return {
    repository: plan.repository,
    ...(untouched ??
      (undone === undefined
        ? { outcome: 'well', reason: done }
        : {
            outcome: 'unfinished',
            reason: `${done}, and ${left} that should be are not, the first because: ${undone.reason ?? 'not told'}`,
          })),
    images: plan.images.length,
    kept: countKept(plan.images),
    waiting: plan.images.filter(({ outcome }) => outcome === 'wait').length,
    planned,
    ends,
    bytes: { archived: bytesOf(acts, 'archived'), deleted: bytesOf(acts, 'deleted') + bytesBefore(deleted) },
    notes: plan.notes.map(sayNote),
    missing: plan.missing,
    ...(approved !== undefined && { approved }),
    ...(journal !== undefined && { journal }),
    lines: [...deleted.map(lineBefore), ...linesOf(plan.images, acts)],
  };
}

function countEnds(acts: readonly Act[]): RepositoryReport['ends'] {
  const counts = { archived: 0, deleted: 0, gone: 0, spared: 0, left: 0, failed: 0, 'not-reached': 0 };
  for (const { end } of acts) counts[end] += 1;
  return counts satisfies Record<(typeof actEnds)[number], number>;
}

function countKept(images: readonly PlannedImage[]): RepositoryReport['kept'] {
  const kept: Partial<Record<WhyCode, number>> = {};
  for (const { outcome, why } of images) if (outcome === 'keep') kept[why.code] = (kept[why.code] ?? 0) + 1;
  return kept;
}

/** The size of an index is that of one of its images, which is counted itself. */
function bytesOf(acts: readonly Act[], end: ActEnd): number {
  return acts.reduce(
    (sum, { planned: { image }, end: ended }) =>
      ended === end && image.kind !== 'index' ? sum + image.sizeBytes : sum,
    0,
  );
}

function bytesBefore(deleted: readonly JournalEntry[]): number {
  return deleted.reduce((sum, { kind, sizeBytes }) => (kind === 'index' ? sum : sum + sizeBytes), 0);
}

function archivedBefore({ images }: RepositoryPlan, { lookedAt }: EarlierAttempts): readonly Act[] {
  if (lookedAt === undefined) return [];
  return images
    .filter(
      ({ image: { archivedAt }, outcome }) => outcome === 'wait' && archivedAt && archivedAt >= lookedAt,
    )
    .map((planned) => ({ planned, end: 'archived', reason: 'an earlier attempt of this run archived it' }));
}

function lineBefore({ digest, tags, sizeBytes, pushedAt, reason }: JournalEntry): ReportLine {
  const endReason = 'an earlier attempt of this run deleted it';
  const outcome = 'delete';
  return { digest, tags, sizeBytes, pushedAt, outcome, reason, until: undefined, end: 'deleted', endReason };
}

function linesOf(images: readonly PlannedImage[], acts: readonly Act[]): readonly ReportLine[] {
  const ended = new Map(acts.map((act) => [act.planned.image.digest, act]));
  return images
    .filter(({ outcome }) => outcome !== 'keep')
    .map(({ image, outcome, why, until }) => {
      const { digest, tags, sizeBytes, pushedAt } = image;
      const act = ended.get(digest);
      return {
        digest,
        tags,
        sizeBytes,
        pushedAt: pushedAt?.toISOString(),
        outcome,
        reason: sayWhy(why),
        until: until === undefined ? undefined : new Date(until).toISOString(),
        end: act?.end,
        endReason: act?.reason,
      };
    });
}
