import { type CapDecision, decideCap } from '../../../shared/retention/caps.ts';
import { planRepository, type RepositoryPlan } from '../../../shared/retention/plan.ts';
import type { RepositoryState } from '../../../shared/retention/registry-state.ts';
import { indexUses } from '../../../shared/workloads/in-use.ts';
import { applyPlan } from './apply.ts';
import { describeError, type PruneDeps, type PruneRun } from './deps.ts';
import { guardOf, type Planned, sayMissing, type UsesSince } from './guard.ts';
import { takeInventory } from './inventory.ts';
import { type EarlierJournals, writeJournal } from './journal.ts';
import { type Judged, type RepositoryReport, reportOn } from './report.ts';

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

  const untouched = await whyUntouched(planned, run, deps);
  const there = new Set(taken.images.map(({ digest }) => digest));
  const earlier = taken.missing.length > 0 ? [] : journal.filter(({ digest }) => !there.has(digest));
  const judged = { plan: planned.plan, earlier };
  if (untouched !== undefined) return reportOn({ ...judged, acts: [], untouched });
  return reportOn({ ...judged, ...(await apply(state, planned, usesSince, run, deps)) });
}

type Untouched = NonNullable<Judged['untouched']>;

/** Why nothing of the plan may be done. Undefined: it may. */
async function whyUntouched(
  { plan }: Planned,
  { standing }: PruneRun,
  { policy, approvals, now }: PruneDeps,
): Promise<Untouched | undefined> {
  if (plan.missing.length > 0) {
    return { outcome: 'incomplete', reason: `could not be found out: ${plan.missing.join('; ')}` };
  }
  const cap = await withinCaps(plan, { policy, approvals, now });
  const stands = await standing();
  if (stands.may === 'tell') {
    const wouldAsk = cap.within ? '' : `; then a person would be asked: ${cap.reason}`;
    return { outcome: 'observed', reason: `${stands.reason}${wouldAsk}` };
  }
  return cap.within ? undefined : { outcome: 'over-cap', reason: cap.reason };
}

/** Whether somebody has approved of more is only asked where it matters. */
async function withinCaps(
  plan: RepositoryPlan,
  { policy, approvals, now }: Pick<PruneDeps, 'policy' | 'approvals' | 'now'>,
): Promise<CapDecision> {
  const { caps } = policy.retention;
  const unasked = decideCap(plan, caps, undefined, now());
  return unasked.within ? unasked : decideCap(plan, caps, await approvals.of(plan.repository), now());
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
