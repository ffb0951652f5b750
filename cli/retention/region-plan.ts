import { sayMissing } from '../../functions/retention/prune-images/guard.ts';
import { type InventoryDeps, takeInventory } from '../../functions/retention/prune-images/inventory.ts';
import { resourceName } from '../../shared/policy/resource.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import { type CapDecision, decideCap } from '../../shared/retention/caps.ts';
import { demandOf, planRepository, type RepositoryPlan } from '../../shared/retention/plan.ts';
import type { Workloads } from '../../shared/workloads/compose.ts';
import { indexUses } from '../../shared/workloads/in-use.ts';

export interface PlanOfRepository {
  readonly plan: RepositoryPlan;
  /** What one run of prune-images would say to the plan, if nobody has approved of more. */
  readonly cap: CapDecision;
}

export interface PlanDeps extends Omit<InventoryDeps, 'policy'> {
  readonly workloads: Pick<Workloads, 'survey'>;
  readonly policy: Policy;
}

/**
 * The plans of one Region, made as prune-images makes them, of everything as it is now. Nothing is changed, nor
 * remembered.
 */
export async function planRegion(
  { workloads, ...deps }: PlanDeps,
  wanted: (repository: string) => boolean,
): Promise<readonly PlanOfRepository[]> {
  const { policy, now } = deps;
  const objects = { ...deps.objects, put: async () => 'written' as const };
  const inventory = await workloads.survey();
  const plans: PlanOfRepository[] = [];
  for (const { repository } of Object.values(policy.services)) {
    const name = resourceName(repository);
    const taken = wanted(name) ? await takeInventory(name, { ...deps, objects }) : undefined;
    if (taken === undefined) continue;
    const state = { ...taken, missing: [...taken.missing, ...sayMissing(inventory)] };
    const plan = planRepository(state, indexUses(inventory), policy, now());
    plans.push({ plan, cap: decideCap(demandOf(plan), policy.retention.caps, undefined, now()) });
  }
  return plans;
}
