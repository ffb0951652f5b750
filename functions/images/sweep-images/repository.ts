import type { ListedImage } from '../../../shared/aws/image-registry.ts';
import type { ReplicaStatus } from '../../../shared/aws/image-replication.ts';
import { eachOf } from '../../../shared/lambda/each-of.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import { awaitedCopies, copiesScope, decideCopyGaps, unrecorded } from './copies.ts';
import { atOnce, describeError, type SweepDeps, type SweepRun } from './deps.ts';
import { lookAt } from './look.ts';
import { patiently } from './patience.ts';
import { decidePlan, type Plan } from './plan.ts';
import { type Place, type RepositoryGaps, scanGaps, scansScope, unsweptGap } from './repository-gaps.ts';
import type { WaiverUse } from './waiver-gaps.ts';
import { type Work, workOff } from './work.ts';

/** What came of one repository. */
export interface RepositorySwept extends RepositoryGaps {
  readonly outcome: Outcome;
  /** True when every image was looked at that had to be. */
  readonly isComplete: boolean;
}

/** What one sweep of a repository needs to know of the sweeps before, and gathers for the report on waivers. */
export interface RepositorySweep extends SweepRun {
  readonly policySince?: string;
  readonly isOpen: (gap: string) => boolean;
  readonly use: WaiverUse;
}

/**
 * Sweeps one repository, and tells of it also where it could not: one that fails stops no other.
 *
 * Lists, looks, plans, judges, and in the primary Region looks for the copies.
 */
export async function sweepRepository(
  repository: string,
  sweep: RepositorySweep,
  deps: SweepDeps,
): Promise<RepositorySwept> {
  const place: Place = {
    repository,
    arn: `arn:aws:ecr:${deps.region}:${sweep.account}:repository/${repository}`,
    environment: deps.policy.images.environmentWhenUnclear,
  };
  if (!sweep.mayGoOn())
    return notSwept('unfinished', 'there was no time for it; the next sweep begins with it', place);
  try {
    const listedAt = deps.now();
    const images = await patiently(() => deps.listing.list(repository), sweep);
    return images === undefined
      ? withoutRepository(place, deps)
      : await sweepImages(images, listedAt, place, sweep, deps);
  } catch (error) {
    return notSwept('failed', `it could not be looked at: ${describeError(error)}`, place);
  }
}

async function sweepImages(
  images: readonly ListedImage[],
  listedAt: Date,
  place: Place,
  sweep: RepositorySweep,
  deps: SweepDeps,
): Promise<RepositorySwept> {
  const { repository, arn } = place;
  const { policy, region } = deps;
  const { scanning } = policy.images.registry;
  const { policySince } = sweep;
  const rules = { scanning, ...(policySince !== undefined && { policySince }) };

  const known = await patiently(() => lookAt(repository, images, deps), sweep);
  const plan = decidePlan(known, rules, listedAt);
  const work = await workOff({ repository, plan, known, listedAt }, sweep, deps);
  for (const record of known.records.values()) sweep.use.note(record);

  const isPrimary = region === policy.regions.primary;
  const copies = isPrimary ? await lookForCopies(images, place, sweep, deps) : { gaps: [], unseen: [] };
  const scans = scanGaps(work, place, scanning);
  const incomplete = whyIncomplete(images.length, work);
  return {
    outcome: { subject: arn, ...outcomeOf(images.length, plan, work, incomplete) },
    isComplete: incomplete === undefined,
    gaps: [
      ...(incomplete === undefined ? [] : [unsweptGap(place, incomplete)]),
      ...scans.gaps,
      ...copies.gaps,
    ],
    unseen: [...scans.unseen, ...copies.unseen],
  };
}

async function lookForCopies(
  images: readonly ListedImage[],
  { repository, arn }: Place,
  sweep: RepositorySweep,
  { policy, verdicts, replication, now: clock }: SweepDeps,
): Promise<RepositoryGaps> {
  const unseen = { gaps: [], unseen: [copiesScope(repository)] };
  if (!sweep.mayGoOn()) return unseen;
  const now = clock();
  const awaited = awaitedCopies(images, policy, now);
  const statuses = new Map<string, ReadonlyMap<string, ReplicaStatus>>();
  try {
    const records = await verdicts.records(
      awaited.map(({ image: { digest }, region }) => ({ region, repository, digest })),
    );
    const missing = unrecorded(awaited, repository, records);
    await eachOf(new Set(missing.map(({ image }) => image.digest)), atOnce, async (digest) => {
      statuses.set(digest, await patiently(() => replication.of({ repository, digest }), sweep));
    });
    const asked = missing.map((copy) => ({
      ...copy,
      status: statuses.get(copy.image.digest)?.get(copy.region),
    }));
    return {
      gaps: decideCopyGaps(asked, { repository, arn, policy, isOpen: sweep.isOpen, now }),
      unseen: [],
    };
  } catch (error) {
    const reason = `nobody knows whether its copies are there: ${describeError(error)}`;
    sweep.tell({ outcome: 'failed', reason, subject: arn });
    return unseen;
  }
}

/** In another Region than the primary ECR makes a repository when it replicates the first image. */
function withoutRepository(place: Place, { policy, region }: SweepDeps): RepositorySwept {
  if (region === policy.regions.primary) return notSwept('failed', 'there is no such repository', place);
  const reason = 'nothing was replicated here yet: there is no such repository';
  const outcome = { outcome: 'swept', reason, subject: place.arn };
  return { outcome, isComplete: true, gaps: [], unseen: [] };
}

function notSwept(outcome: 'failed' | 'unfinished', reason: string, place: Place): RepositorySwept {
  return {
    outcome: { outcome, reason, subject: place.arn },
    isComplete: false,
    gaps: [unsweptGap(place, reason)],
    unseen: [copiesScope(place.repository), scansScope(place)],
  };
}

/** Undefined when every image was looked at that had to be. */
function whyIncomplete(images: number, { failures, left }: Work): string | undefined {
  const [first] = failures;
  const reasons = [
    ...(first === undefined ? [] : [`${failures.length} could not be judged, the first ${first}`]),
    ...(left === 0
      ? []
      : [`there was no time for ${left} of ${images} images; the next sweep begins with them`]),
  ];
  return reasons.length === 0 ? undefined : reasons.join('; ');
}

function outcomeOf(
  images: number,
  { tally }: Plan,
  { judged, announced, scansStarted, scansAlready, failures, left }: Work,
  incomplete: string | undefined,
): Omit<Outcome, 'subject'> {
  const done = `${images} images, ${judged} judged, ${announced} verdicts told, ${scansStarted} scans started`;
  return {
    outcome: failures.length > 0 ? 'failed' : left > 0 ? 'unfinished' : 'swept',
    reason: incomplete === undefined ? done : `${done}; ${incomplete}`,
    facts: { images, judged, announced, scansStarted, scansAlready, left, why: Object.fromEntries(tally) },
  };
}
