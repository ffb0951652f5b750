import type { VerdictRecord } from '../../../shared/domain/verdict-record.ts';
import { judgeImage } from '../../../shared/judging/judge.ts';
import { eachOf } from '../../../shared/lambda/each-of.ts';
import { atOnce, describeError, type SweepDeps, type SweepRun } from './deps.ts';
import { type ListedRegistry, listedRegistry } from './listed-registry.ts';
import { patiently } from './patience.ts';
import type { Known, Plan, Step } from './plan.ts';
import { decideRescan } from './rescan.ts';

/** What became of a plan. */
export interface Work {
  /** Images judged, indexes that were judged along with their images included. */
  judged: number;
  /** Verdicts that changed, and were announced. */
  announced: number;
  scansStarted: number;
  /** Scans that ECR had made within a day already. */
  scansAlready: number;
  /** What kept scans from being started, one text each. */
  readonly scanFailures: string[];
  /** What kept images from being judged, one text each. */
  readonly failures: string[];
  /** Images that were to be judged and for which there was no time. */
  left: number;
}

export interface WorkPlace {
  readonly repository: string;
  readonly plan: Plan;
  readonly known: Known & { readonly records: Map<string, VerdictRecord> };
  /** When the images were listed. */
  readonly listedAt: Date;
}

/**
 * Judges what the plan says, and starts the scans that are due. Several families are worked on at once, the members of
 * one in turn. What fails with one image stops no other.
 *
 * A judgement counts as a look of the moment in which the images were listed: it never replaces one that an event has
 * led to since. `known.records` afterwards holds what is recorded then.
 */
export async function workOff(place: WorkPlace, run: SweepRun, deps: SweepDeps): Promise<Work> {
  const { plan, known } = place;
  const work: Work = {
    judged: 0,
    announced: 0,
    scansStarted: 0,
    scansAlready: 0,
    scanFailures: [],
    failures: [...known.unread].map((digest) => `the manifest of ${digest} could not be read`),
    left: 0,
  };
  const listed = new Map(known.images.map((image) => [image.digest, image]));
  const registry = listedRegistry(listed, deps.registry, deps.manifests);
  const judge = judgeIn(place, registry, work, run, deps);
  await eachOf(plan.groups, atOnce, async (group) => {
    for (const step of group) {
      if (step.do === 'nothing') continue;
      if (!run.mayGoOn()) {
        work.left += 1;
        continue;
      }
      try {
        await patiently(() => judge(step), run);
      } catch (error) {
        work.failures.push(`${step.image.digest}: ${describeError(error)}`);
        continue;
      }
      await rescan(step, place, registry, work, run, deps);
    }
  });
  return work;
}

function judgeIn(
  { repository, known, listedAt }: WorkPlace,
  registry: ListedRegistry,
  work: Work,
  { account, standing, tell }: SweepRun,
  deps: SweepDeps,
): (step: Step) => Promise<void> {
  const done = new Set<string>();
  const verdicts: SweepDeps['verdicts'] = {
    ...deps.verdicts,
    async write(record) {
      const written = await deps.verdicts.write(record);
      if (written) known.records.set(written.digest, written);
      return written;
    },
  };
  const judgeDeps = { ...deps, registry, verdicts, now: () => listedAt };
  return async ({ image: { digest } }) => {
    if (done.has(digest)) return;
    const judged = await judgeImage({ account, repository, digest }, standing, judgeDeps, done).catch(
      (error: unknown) => {
        // It may have been an index of the image that could not be judged: both are to be tried again.
        done.delete(digest);
        throw error;
      },
    );
    work.judged += judged.length;
    for (const each of judged) {
      if (each.facts?.announced !== true) continue;
      work.announced += 1;
      tell(each);
    }
  };
}

async function rescan(
  { image }: Step,
  { repository, plan, listedAt }: WorkPlace,
  registry: ListedRegistry,
  work: Work,
  run: SweepRun,
  { policy, scanner }: SweepDeps,
): Promise<void> {
  const { digest, kind, pushedAt } = image;
  const scan = registry.scanSeen(digest);
  const isScannedByUs = policy.images.registry.scanning === 'basic' && plan.families.named.has(digest);
  if (!isScannedByUs || kind !== 'image' || scan === undefined) return;
  if (!decideRescan({ scan, pushedAt }, policy.images.overdueAfterMinutes.scan, listedAt).start) return;
  try {
    const outcome = await patiently(() => scanner.start({ repository, digest }), run);
    if (outcome === 'started') work.scansStarted += 1;
    if (outcome === 'already') work.scansAlready += 1;
  } catch (error) {
    work.scanFailures.push(`${digest}: ${describeError(error)}`);
  }
}
