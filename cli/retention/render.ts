import { monthlyUsd } from '../../functions/retention/prune-images/report.ts';
import { type PlannedImage, type RepositoryPlan, retentionOutcomes } from '../../shared/retention/plan.ts';
import { sayNote } from '../../shared/retention/say-note.ts';
import { sayWhy, shorten } from '../../shared/retention/why.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Answer, table } from '../output.ts';
import type { PlanOfRepository } from './region-plan.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** In a larger repository what is kept is only counted: the JSON has it all. */
const mostRows = 100;

/** The answer is no where a run of prune-images could not do what is planned: something is missing, or a cap is in the way. */
export function planAnswer(region: string, plans: readonly PlanOfRepository[], now: Date): Answer {
  const stuck = plans.filter(({ plan, cap }) => plan.missing.length > 0 || !cap.within);
  return {
    exitCode: stuck.length === 0 ? exitCodes.yes : exitCodes.no,
    json: { region, at: now.toISOString(), repositories: plans.map(jsonOf) },
    text:
      plans.length === 0
        ? `There is no repository in ${region}.`
        : plans.map((each) => textOf(each, now)).join('\n\n'),
    ...(stuck.length > 0 && {
      trouble: `prune-images would not do this in ${stuck.map(({ plan }) => plan.repository).join(', ')}: see there.`,
    }),
  };
}

function jsonOf({ plan, cap }: PlanOfRepository): object {
  return {
    repository: plan.repository,
    totals: totalsOf(plan),
    cap,
    missing: plan.missing,
    notes: plan.notes,
    images: plan.images.map(({ image, outcome, why, until }) => ({
      ...image,
      outcome,
      code: why.code,
      reason: sayWhy(why),
      ...(until !== undefined && { until: new Date(until).toISOString() }),
    })),
  };
}

function textOf({ plan, cap }: PlanOfRepository, now: Date): string {
  const shown =
    plan.images.length > mostRows ? plan.images.filter(({ outcome }) => outcome !== 'keep') : plan.images;
  const rows = shown
    .toSorted(
      (one, other) =>
        retentionOutcomes.indexOf(other.outcome) - retentionOutcomes.indexOf(one.outcome) ||
        pushed(one) - pushed(other),
    )
    .map((planned) => rowOf(planned, now));
  const totals = totalsOf(plan);
  if (plan.images.length === 0 && plan.missing.length === 0)
    return `${plan.repository}: there is nothing in it`;
  return [
    plan.repository,
    table([['  image', 'age', 'outcome', 'reason'], ...rows]),
    `  ${retentionOutcomes.map((outcome) => `${outcome} ${totals[outcome].images}`).join(', ')}; deleting frees at most ${(totals.delete.bytes / 1e9).toFixed(2)} GB (${monthlyUsd(totals.delete.bytes)} USD a month)`,
    ...plan.missing.map((what) => `  missing: ${what}`),
    ...(cap.within ? [] : [`  over the cap: ${cap.reason}`]),
    ...plan.notes.map((note) => `  note: ${sayNote(note)}`),
  ].join('\n');
}

function rowOf({ image, outcome, why, until }: PlannedImage, now: Date): readonly string[] {
  const age =
    image.pushedAt === undefined
      ? '?'
      : `${Math.floor((now.getTime() - image.pushedAt.getTime()) / dayMs)} d`;
  const end =
    until === undefined ? '' : `; in the archive until ${new Date(until).toISOString().slice(0, 10)}`;
  return [`  ${image.tags[0] ?? shorten(image.digest)}`, age, outcome, `${sayWhy(why)}${end}`];
}

function pushed({ image }: PlannedImage): number {
  return image.pushedAt?.getTime() ?? 0;
}

type Totals = Readonly<Record<(typeof retentionOutcomes)[number], { images: number; bytes: number }>>;

function totalsOf({ images }: RepositoryPlan): Totals {
  const none = () => ({ images: 0, bytes: 0 });
  const totals = { keep: none(), archive: none(), wait: none(), delete: none() };
  for (const { image, outcome } of images) {
    totals[outcome].images += 1;
    // The size of an index is that of one of its images, which is counted itself.
    if (image.kind !== 'index') totals[outcome].bytes += image.sizeBytes;
  }
  return totals;
}
