import type { Outcome } from '../../../shared/lambda/outcome.ts';
import { resourceName } from '../../../shared/policy/resource.ts';
import type { SweepDeps, SweepRun } from './deps.ts';
import { decideGaps } from './gaps.ts';
import { fingerprintOf } from './policy.ts';
import { sweepQuarantined } from './quarantined.ts';
import { type RepositorySweep, type RepositorySwept, sweepRepository } from './repository.ts';
import type { RepositoryGaps } from './repository-gaps.ts';
import { noteRunning } from './running.ts';
import type { SweepRecord } from './sweep-table.ts';
import { decideWaiverGaps, waiverScope, waiverUse } from './waiver-gaps.ts';

/**
 * Goes through every repository of the policy and does what no event led to, then tells what opened and closed that is
 * no verdict.
 *
 * What runs in the clusters of the Region is noted first: it takes a minute at most, and what was noted counts for a day.
 *
 * The repository that was finished longest ago comes first, so that none is left out for ever when time does not suffice.
 *
 * @throws what kept the record of the sweeps from being read or written, or the findings from being published: then
 * the sweep has to be run again
 */
export async function sweepImages(run: SweepRun, deps: SweepDeps): Promise<readonly Outcome[]> {
  const { policy, region } = deps;
  const last = await deps.sweeps.read();
  const begun = begin(last, deps);
  const open = new Set(last?.open.map(({ facts }) => facts.gap));
  const sweep: RepositorySweep = {
    ...run,
    ...(begun.policySince !== undefined && { policySince: begun.policySince }),
    isOpen: (gap) => open.has(gap),
    use: waiverUse(policy.waivers),
  };

  const unknown = await noteRunning(run, deps);
  const swept: RepositorySwept[] = [];
  const sweptAt: Record<string, string> = {};
  for (const repository of longestAgoFirst(policy, begun)) {
    const result = await sweepRepository(repository, sweep, deps);
    run.tell(result.outcome);
    swept.push(result);
    const finished = result.isComplete ? deps.now().toISOString() : begun.sweptAt[repository];
    if (finished !== undefined) sweptAt[repository] = finished;
  }

  const { scanning } = policy.images.registry;
  const rules = { scanning, ...(begun.policySince !== undefined && { policySince: begun.policySince }) };
  const quarantined = await sweepQuarantined(sweep, rules, deps);
  const waivers = waiverGaps(swept, sweep, deps);
  const gaps = [...unknown, ...swept.flatMap((each) => each.gaps), ...quarantined.gaps, ...waivers.gaps];
  const unseen = new Set([...swept.flatMap((each) => each.unseen), ...waivers.unseen]);
  const decision = decideGaps(begun.open, { gaps, unseen }, region, deps.now());
  for (const detail of decision.events) {
    await deps.bus.publish({ detailType: 'Image Gap', detail });
    const { outcome, reason, subject, facts } = detail;
    const { kind, gap, tags } = facts;
    run.tell({ outcome: `gap ${outcome}`, reason, subject, facts: { kind, gap, tags } });
  }
  await deps.sweeps.write({ ...begun, sweptAt, open: decision.open });
  return swept.map(({ outcome }) => outcome);
}

/** The record of the sweeps as this one begins. */
function begin(last: SweepRecord | undefined, { policy: given, now }: SweepDeps): SweepRecord {
  const policy = fingerprintOf(given);
  if (last === undefined) return { policy, sweptAt: {}, open: [], version: 0 };
  return last.policy === policy ? last : { ...last, policy, policySince: now().toISOString() };
}

function longestAgoFirst({ services }: SweepDeps['policy'], { sweptAt }: SweepRecord): readonly string[] {
  const repositories = Object.values(services).map(({ repository }) => resourceName(repository));
  const rank = (repository: string): string => `${sweptAt[repository] ?? ''} ${repository}`;
  return repositories.toSorted(
    (one, other) => Number(rank(one) > rank(other)) - Number(rank(one) < rank(other)),
  );
}

/** Waivers are reported once, from the primary Region, where all images are. */
function waiverGaps(
  swept: readonly RepositorySwept[],
  { use }: RepositorySweep,
  { policy, region, now }: SweepDeps,
): RepositoryGaps {
  if (region !== policy.regions.primary) return { gaps: [], unseen: [] };
  const sawAll = swept.every(({ isComplete }) => isComplete);
  const { environmentWhenUnclear } = policy.images;
  return {
    gaps: decideWaiverGaps(policy.waivers, sawAll ? use : undefined, environmentWhenUnclear, now()),
    unseen: sawAll ? [] : [waiverScope],
  };
}
