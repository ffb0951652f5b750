import { describeSource, type WorkloadInventory } from '../../../shared/workloads/inventory.ts';
import { describeError, type SweepDeps, type SweepRun } from './deps.ts';
import type { Gap } from './gaps.ts';

export const workloadsScope = 'workloads';

/**
 * Notes what runs in the clusters of this Region, so that admission lets it start again whatever becomes of its verdict.
 *
 * @returns the clusters that could not be asked to the end
 */
export async function noteRunning(
  { tell }: Pick<SweepRun, 'tell'>,
  { workloads, running, policy, region }: SweepDeps,
): Promise<readonly Gap[]> {
  const clusters = workloads.sources.filter((source) => source.kind === 'eks' && source.region === region);
  if (clusters.length === 0) return [];
  const { uses, missing, takenAt } = await workloads.survey(clusters);
  for (const { cluster, digests } of runningByCluster(uses)) {
    try {
      const written = await running.note(cluster, digests, takenAt);
      const reason = `${digests.length} images run in it, ${written} of them were noted anew`;
      tell({ outcome: 'noted', reason, subject: cluster });
    } catch (error) {
      const reason = `what runs in it could not be noted: ${describeError(error)}`;
      tell({ outcome: 'failed', reason, subject: cluster });
    }
  }
  return missing.map((one) => gapOf(one, policy.images.environmentWhenUnclear));
}

function runningByCluster(
  uses: WorkloadInventory['uses'],
): readonly { readonly cluster: string; readonly digests: readonly string[] }[] {
  const running = uses.flatMap(({ image: { digest }, source: { cluster }, isRunning }) =>
    isRunning && digest !== undefined && cluster !== undefined ? [{ cluster, digest }] : [],
  );
  return [...Map.groupBy(running, ({ cluster }) => cluster)].map(([cluster, each]) => ({
    cluster,
    digests: [...new Set(each.map(({ digest }) => digest))],
  }));
}

function gapOf({ source, reason }: WorkloadInventory['missing'][number], environment: string): Gap {
  return {
    scope: workloadsScope,
    subject: describeSource(source),
    environment,
    reason,
    facts: {
      gap: `workloads/${source.account}/${source.cluster ?? source.kind}`,
      kind: 'workloads-unknown',
      tags: [],
    },
  };
}
