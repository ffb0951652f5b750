import { isDeepStrictEqual } from 'node:util';
import type { PlannedImage, RepositoryPlan, RetentionOutcome } from '../../../shared/retention/plan.ts';
import { planRepository } from '../../../shared/retention/plan.ts';
import type { RegistryImage, RepositoryState } from '../../../shared/retention/registry-state.ts';
import { indexUses } from '../../../shared/workloads/in-use.ts';
import { describeSource, type WorkloadInventory } from '../../../shared/workloads/inventory.ts';
import { describeError, type PruneDeps, type PruneRun } from './deps.ts';

/** Asked right before each batch. */
export type Guard = (batch: readonly PlannedImage[]) => Promise<
  | { readonly stop: string; readonly stillGoes?: undefined }
  /** Whether what was planned for an image of the batch is still to be done. */
  | { readonly stop?: undefined; readonly stillGoes: (planned: PlannedImage) => boolean }
>;

/** A plan, and what it stands on. */
export interface Planned {
  readonly plan: RepositoryPlan;
  /** What it took for in use. */
  readonly inventory: WorkloadInventory;
  /** When ECR was asked for the images. */
  readonly listedAt: Date;
  readonly at: Date;
}

/** What is in use, asked after the given moment. */
export type UsesSince = (moment: Date) => Promise<WorkloadInventory>;

/** How old the answers may be when a batch is begun: batches that are begun together ask together. */
const answersAreFreshForMs = 5000;

/**
 * Reads the switches, what is in use and the images of the batch once more, and where something has changed makes the plan
 * again: what has come into use since, or was pushed, tagged or brought back, is spared, and with it all that it needs. What
 * cannot be asked any more stops everything.
 */
export function guardOf(
  state: RepositoryState,
  { plan, inventory: plannedBy, listedAt, at }: Planned,
  usesSince: UsesSince,
  { standing, mayGoOn }: Pick<PruneRun, 'standing' | 'mayGoOn'>,
  { policy, registry, now }: Pick<PruneDeps, 'policy' | 'registry' | 'now'>,
): Guard {
  let last = { state, inventory: plannedBy, going: goingOf(plan) };

  const lookAgain = async (batch: readonly PlannedImage[]): Promise<readonly RegistryImage[]> => {
    if (now().getTime() - listedAt.getTime() < answersAreFreshForMs) return [];
    const planned = new Map(batch.map(({ image }) => [image.digest, image]));
    const found = await registry.again(state.repository, [...planned.keys()]);
    return found.filter((image) => hasChanged(planned.get(image.digest), image));
  };

  return async (batch) => {
    if (!mayGoOn()) return { stop: 'the time of the run was over; the next one goes on' };
    const moment = new Date(Math.max(at.getTime(), now().getTime() - answersAreFreshForMs));
    const [stands, inventory, changed] = await Promise.all([
      standing(),
      usesSince(moment),
      lookAgain(batch).catch((error: unknown) => describeError(error)),
    ]);
    if (stands.may === 'tell') return { stop: stands.reason };
    const missing = sayMissing(inventory);
    if (missing.length > 0)
      return { stop: `not everything that uses images could be asked: ${missing.join('; ')}` };
    if (typeof changed === 'string')
      return { stop: `the images could not be looked at once more (${changed})` };
    // Another inventory is nothing new where it says the same.
    const sameUses = last.inventory === inventory || isDeepStrictEqual(last.inventory.uses, inventory.uses);
    if (changed.length === 0 && sameUses) last = { ...last, inventory };
    else {
      const seen = changed.length > 0 ? withChanged(last.state, changed, now()) : last.state;
      const again = planRepository(seen, indexUses(inventory), policy, now());
      last = { state: seen, inventory, going: goingOf(again) };
    }
    const { going } = last;
    return { stillGoes: ({ image, outcome }) => going.get(image.digest) === outcome };
  };
}

function goingOf({ archive, delete: deletion }: RepositoryPlan): ReadonlyMap<string, RetentionOutcome> {
  return new Map([...archive, ...deletion].flat().map(({ image, outcome }) => [image.digest, outcome]));
}

/** Whether somebody did something with an image that may mean that it is wanted. */
function hasChanged(before: RegistryImage | undefined, image: RegistryImage): boolean {
  if (before === undefined) return true;
  return (
    (image.status !== before.status && image.status !== 'ARCHIVED') ||
    (['pushedAt', 'pulledAt', 'restoredAt'] as const).some(
      (sign) => image[sign]?.getTime() !== before[sign]?.getTime(),
    ) ||
    image.tags.some((tag) => !before.tags.includes(tag))
  );
}

/** The repository with some images as they are now. A tag that is new on one was given just now. */
function withChanged(state: RepositoryState, changed: readonly RegistryImage[], now: Date): RepositoryState {
  const current = new Map(changed.map((image) => [image.digest, image]));
  const taggedAt = new Map(state.taggedAt);
  const images = state.images.map((before) => {
    const image = current.get(before.digest);
    for (const tag of image?.tags ?? []) if (!before.tags.includes(tag)) taggedAt.set(tag, now);
    return image ?? before;
  });
  return { ...state, images, taggedAt };
}

export function sayMissing({ missing }: WorkloadInventory): readonly string[] {
  return missing.map(({ source, reason }) => `${describeSource(source)}: ${reason}`);
}
