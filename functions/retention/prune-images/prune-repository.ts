import { type CapDecision, decideCap } from '../../../shared/retention/caps.ts';
import { demandOf, planRepository, type RepositoryPlan } from '../../../shared/retention/plan.ts';
import type { RepositoryState } from '../../../shared/retention/registry-state.ts';
import { indexUses } from '../../../shared/workloads/in-use.ts';
import { applyPlan } from './apply.ts';
import { describeError, type PruneDeps, type PruneRun } from './deps.ts';
import { guardOf, type Planned, sayMissing, type UsesSince } from './guard.ts';
import { type Inventory, takeInventory } from './inventory.ts';
import { type EarlierJournals, type JournalEntry, writeJournal } from './journal.ts';
import { type EarlierAttempts, type Judged, type RepositoryReport, reportOn } from './report.ts';

/** What the repositories of one run ask together. */
export interface Shared {
  readonly usesSince: UsesSince;
  readonly earlierJournals: EarlierJournals;
}

/** A plan may stand on what was in use half a minute ago: it is asked again before each batch. */
const usesMayBeOldMs = 30_000;

/**
 * Inventory, plan, apply, report, for one repository.
 *
 * @returns undefined when there is no such repository: where nothing was replicated yet ECR has made none
 */
export async function pruneRepository(
  repository: string,
  { usesSince, earlierJournals }: Shared,
  run: PruneRun,
  deps: PruneDeps,
): Promise<RepositoryReport | undefined> {
  const listedAt = deps.now();
  const moment = new Date(listedAt.getTime() - usesMayBeOldMs);
  const [taken, inventory, journal] = await Promise.all([
    takeInventory(repository, deps),
    usesSince(moment),
    earlierJournals(repository),
  ]);
  if (taken === undefined) return undefined;

  const state = { ...taken, missing: [...taken.missing, ...sayMissing(inventory)] };
  const planned = {
    plan: planRepository(state, indexUses(inventory), deps.policy, deps.now()),
    inventory,
    listedAt,
    at: deps.now(),
  };

  const { untouched, approved } = await mayApply(planned, run, deps);
  const judged = {
    plan: planned.plan,
    earlier: earlierAttempts(taken, journal, run),
    ...(approved !== undefined && { approved }),
  };
  if (untouched !== undefined) return reportOn({ ...judged, acts: [], untouched });
  return reportOn({ ...judged, ...(await apply(state, planned, usesSince, run, deps)) });
}

/** What was to be deleted by an earlier attempt and is not there any more, it deleted. */
function earlierAttempts(
  { images, missing, lastTakenAt }: Inventory,
  journal: readonly JournalEntry[],
  { due }: PruneRun,
): EarlierAttempts {
  if (missing.length > 0) return { deleted: [] };
  const there = journal.length === 0 ? undefined : new Set(images.map(({ digest }) => digest));
  return {
    deleted: journal.filter(({ digest }) => !there?.has(digest)),
    ...(lastTakenAt !== undefined && lastTakenAt.getTime() >= Date.parse(due) && { lookedAt: lastTakenAt }),
  };
}

type Untouched = NonNullable<Judged['untouched']>;

/** Why nothing of the plan may be done, or who has approved of more than the caps allow. Neither: it may be done. */
async function mayApply(
  { plan }: Planned,
  { standing }: PruneRun,
  { policy, approvals, now }: PruneDeps,
): Promise<{ readonly untouched?: Untouched; readonly approved?: string }> {
  if (plan.missing.length > 0) {
    const reason = `could not be found out: ${plan.missing.join('; ')}`;
    return { untouched: { outcome: 'incomplete', reason } };
  }
  const cap = await withinCaps(plan, { policy, approvals, now });
  const stands = await standing();
  if (stands.may === 'tell') {
    const wouldAsk = cap.within ? '' : `; then a person would be asked: ${cap.reason}`;
    return { untouched: { outcome: 'observed', reason: `${stands.reason}${wouldAsk}` } };
  }
  if (!cap.within) return { untouched: { outcome: 'over-cap', reason: cap.reason } };
  return cap.approved === undefined ? {} : { approved: cap.approved };
}

/** Whether somebody has approved of more is only asked where it matters. */
async function withinCaps(
  plan: RepositoryPlan,
  { policy, approvals, now }: Pick<PruneDeps, 'policy' | 'approvals' | 'now'>,
): Promise<CapDecision> {
  const { caps } = policy.retention;
  const demand = demandOf(plan);
  const unasked = decideCap(demand, caps, undefined, now());
  return unasked.within ? unasked : decideCap(demand, caps, await approvals.of(plan.repository), now());
}

async function apply(
  state: RepositoryState,
  planned: Planned,
  usesSince: UsesSince,
  run: PruneRun,
  deps: PruneDeps,
): Promise<Pick<Judged, 'acts' | 'untouched' | 'journal'>> {
  const { plan } = planned;
  const deletions = plan.delete.flat();
  let journal: string | undefined;
  try {
    const { due } = run;
    const { objects, policy } = deps;
    if (deletions.length > 0)
      journal = await writeJournal(deletions, state, { due, objects, convention: policy });
  } catch (error) {
    const reason = `the journal could not be written: ${describeError(error)}`;
    return { acts: [], untouched: { outcome: 'unfinished', reason } };
  }
  const acts = await applyPlan(plan, guardOf(state, planned, usesSince, run, deps), deps);
  return { acts, ...(journal !== undefined && { journal }) };
}
