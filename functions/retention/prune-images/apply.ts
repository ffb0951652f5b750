import { mostDeletionsPerCall } from '../../../shared/aws/image-retention.ts';
import { chunksOf, eachOf } from '../../../shared/lambda/each-of.ts';
import type { PlannedImage, RepositoryPlan } from '../../../shared/retention/plan.ts';
import { atOnce, describeError, type PruneDeps } from './deps.ts';
import type { Guard } from './guard.ts';

/** How an act of the plan ended. */
export const actEnds = [
  'archived',
  'deleted',
  /** Somebody else deleted it. */
  'gone',
  /** Something has come to need it since the plan was made. */
  'spared',
  /** ECR does not archive it. It goes with what it is about. */
  'left',
  'failed',
  /** The run ended before its turn. */
  'not-reached',
] as const;

export type ActEnd = (typeof actEnds)[number];

export interface Act {
  readonly planned: PlannedImage;
  readonly end: ActEnd;
  /** Of what did not come to pass: why. */
  readonly reason?: string;
}

/** Calls that fail one after the other before no more are made. */
const patience = 3;

/**
 * Carries out a plan, stage by stage: what refers to another goes before it. Batches of one stage are under way at once.
 *
 * What ECR refuses because an index leads to it is tried once more at the end, when the index is gone. One failure stops
 * nothing but what is in its batch; three calls that fail in a row stop the repository.
 */
export async function applyPlan(
  plan: RepositoryPlan,
  guard: Guard,
  { registry, limit }: Pick<PruneDeps, 'registry' | 'limit'>,
): Promise<readonly Act[]> {
  const acts: Act[] = [];
  const refused: PlannedImage[] = [];
  let stopped: string | undefined;
  let failures = 0;

  const attempt = async <Result>(
    call: () => Promise<Result>,
  ): Promise<Result | { readonly error: string }> => {
    try {
      const result = await call();
      failures = 0;
      return result;
    } catch (error) {
      failures += 1;
      if (failures >= patience) stopped ??= `${patience} calls failed in a row`;
      return { error: describeError(error) };
    }
  };

  const archive = async (batch: readonly PlannedImage[]): Promise<void> => {
    await eachOf(batch, atOnce, async (planned) => {
      if (stopped !== undefined) return end(planned, 'not-reached', stopped);
      const result = await limit(() =>
        attempt(() => registry.archive(plan.repository, planned.image.digest)),
      );
      if (typeof result === 'object') end(planned, 'failed', result.error);
      else if (result === 'not-yet') refused.push(planned);
      else end(planned, result);
    });
  };

  const deleteAll = async (batch: readonly PlannedImage[]): Promise<void> => {
    const result = await attempt(() =>
      registry.delete(
        plan.repository,
        batch.map(({ image }) => image.digest),
      ),
    );
    for (const planned of batch) {
      if ('error' in result) end(planned, 'failed', result.error);
      else {
        const deletion = result.get(planned.image.digest);
        if (deletion?.end === 'referenced') refused.push(planned);
        else if (deletion?.end === 'failed') end(planned, 'failed', deletion.reason);
        else if (deletion !== undefined) end(planned, deletion.end);
      }
    }
  };

  function end(planned: PlannedImage, how: ActEnd, reason?: string): void {
    acts.push({ planned, end: how, ...(reason !== undefined && { reason }) });
  }

  const guarded = async (
    batch: readonly PlannedImage[],
    act: (going: readonly PlannedImage[]) => Promise<void>,
  ): Promise<void> => {
    const { stop, stillGoes } = stopped === undefined ? await guard(batch) : { stop: stopped };
    stopped ??= stop;
    const going: PlannedImage[] = [];
    for (const planned of batch) {
      if (stop !== undefined) end(planned, 'not-reached', stop);
      else if (stillGoes?.(planned)) going.push(planned);
      else end(planned, 'spared', 'it has come into use since, or was pushed, tagged or brought back');
    }
    if (going.length > 0) await act(going);
  };

  const work = async (stage: readonly PlannedImage[]): Promise<void> => {
    const batches = chunksOf(stage, mostDeletionsPerCall);
    // The calls of one batch are under way at once; of deletions, which are one call each, it is the batches.
    if (stage[0]?.outcome === 'archive') await eachOf(batches, 1, (batch) => guarded(batch, archive));
    else await eachOf(batches, atOnce, (batch) => limit(() => guarded(batch, deleteAll)));
  };

  for (const stage of [...plan.archive, ...plan.delete]) await work(stage);
  const once = refused.splice(0);
  for (const outcome of ['archive', 'delete']) {
    await work(once.filter((planned) => planned.outcome === outcome));
  }
  for (const planned of refused) {
    if (planned.why.code === 'goes-with-subject') end(planned, 'left', 'ECR does not archive it');
    else end(planned, 'failed', 'ECR refuses it, as what an index leads to that is there');
  }
  return acts;
}
