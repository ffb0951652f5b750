import type { UseIndex } from '../workloads/in-use.ts';
import { tagReader } from './age.ts';
import type { Demand } from './caps.ts';
import { keptOf } from './keep.ts';
import { type Kinship, kinshipOf, linked, linkedInEither } from './kinship.ts';
import { notesOf, type RetentionNote } from './notes.ts';
import { dayMs, type RetentionPolicy } from './policy.ts';
import type { RegistryImage, RepositoryState } from './registry-state.ts';
import { inStages } from './stages.ts';
import type { Why } from './why.ts';

/**
 * What becomes of an image:
 *
 * - `keep`: nothing;
 * - `archive`: it is put away, from where it can be brought back;
 * - `wait`: it is in the archive and stays there, until the grace of the policy is over or what it belongs to goes too;
 * - `delete`: it is gone for good.
 */
export const retentionOutcomes = ['keep', 'archive', 'wait', 'delete'] as const;

export type RetentionOutcome = (typeof retentionOutcomes)[number];

export interface PlannedImage {
  readonly image: RegistryImage;
  readonly outcome: RetentionOutcome;
  readonly why: Why;
  /** Of what waits for its grace to end: when that is, in milliseconds. */
  readonly until?: number;
}

/** What becomes of the images of one repository. Made of data alone, and worth nothing any more when they change. */
export interface RepositoryPlan {
  readonly repository: string;
  /** Every image once, in the order of the state. */
  readonly images: readonly PlannedImage[];
  /** What is to be archived, stage by stage: a stage is begun when the one before it is over. */
  readonly archive: readonly (readonly PlannedImage[])[];
  readonly delete: readonly (readonly PlannedImage[])[];
  readonly notes: readonly RetentionNote[];
  /** Why nothing may be done in this repository. Empty: it may. */
  readonly missing: readonly string[];
}

/** What carrying it out takes. */
export function demandOf({ images, archive, delete: deletion }: RepositoryPlan): Demand {
  const acts = [...archive, ...deletion].reduce((sum, stage) => sum + stage.length, 0);
  return { acts, all: images.length, what: 'images would be archived or deleted' };
}

/**
 * Decides what becomes of every image of a repository.
 *
 * What is not kept is archived first and deleted when it was in the archive for as long as the policy says. A part goes
 * no sooner than every index that leads to it, and a referrer when what it is about goes. Where something could not be
 * found out, all that is there is kept.
 *
 * Time and memory grow as the number of images, tags and links between them does.
 */
export function planRepository(
  state: RepositoryState,
  uses: UseIndex,
  policy: RetentionPolicy,
  now: Date,
): RepositoryPlan {
  const kinship = kinshipOf(state);
  const read = tagReader(policy);
  const kept = keptOf(state, kinship, uses, read, policy, now);
  const outcomes: (Fate | undefined)[] = [];
  if (state.missing.length === 0) {
    for (const position of holdersFirst(kept.because, kinship)) {
      const image = state.images[position];
      if (image === undefined) continue;
      outcomes[position] = fateOf(image, position, { kinship, outcomes, policy, now });
    }
  }
  const images = state.images.map((image, position): PlannedImage => {
    const because = kept.because[position];
    if (because !== undefined) return { image, outcome: 'keep', why: because };
    const fate = outcomes[position];
    if (fate === undefined) return { image, outcome: 'keep', why: { code: 'unsure' } };
    const { outcome, until } = fate;
    const why = kept.notBecause(image, position);
    return until === undefined ? { image, outcome, why } : { image, outcome, why, until };
  });
  const stages = stagesOf(images, kinship);
  return {
    repository: state.repository,
    images,
    archive: stages('archive'),
    delete: stages('delete'),
    notes: notesOf(state, images, read, policy, now),
    missing: state.missing,
  };
}

interface Fate {
  readonly outcome: Exclude<RetentionOutcome, 'keep'>;
  readonly until?: number;
}

interface Circumstances {
  readonly kinship: Kinship;
  /** Of every index that leads to the image, and of what it is about. */
  readonly outcomes: readonly (Fate | undefined)[];
  readonly policy: RetentionPolicy;
  readonly now: Date;
}

/** What becomes of an image that is not kept. No index that leads to it is kept then, nor what it is about. */
function fateOf(
  image: RegistryImage,
  position: number,
  { kinship, outcomes, policy, now }: Circumstances,
): Fate {
  const goes = (other: number): boolean => outcomes[other]?.outcome === 'delete';
  const subjects = linked(kinship.subjectsOf, position);
  const indexes = linked(kinship.indexesOf, position);
  const own = fateAlone(image, policy, now);
  if (!indexes.every(goes)) return own.outcome === 'delete' ? { outcome: 'wait' } : own;
  if (subjects.some(goes)) return { outcome: 'delete' };
  return own.outcome === 'delete' && subjects.length > 0 ? { outcome: 'wait' } : own;
}

function fateAlone({ status, archivedAt }: RegistryImage, { retention }: RetentionPolicy, now: Date): Fate {
  if (retention.archive === 'no') return { outcome: 'delete' };
  if (status !== 'ARCHIVED') return { outcome: 'archive' };
  if (archivedAt === undefined) return { outcome: 'wait' };
  const until = archivedAt.getTime() + retention.archive.deleteAfterDays * dayMs;
  return now.getTime() >= until ? { outcome: 'delete' } : { outcome: 'wait', until };
}

/** What is not kept: indexes before their parts, and what a referrer is about before the referrer. */
function holdersFirst(because: readonly (Why | undefined)[], kinship: Kinship): readonly number[] {
  const { indexesOf, subjectsOf, partsOf, referrersOf } = kinship;
  const goes = (position: number): boolean => because[position] === undefined;
  return inStages(
    [...because.keys()].filter(goes),
    (position) => linkedInEither([indexesOf, subjectsOf], position, goes),
    (position) => linkedInEither([partsOf, referrersOf], position, goes),
  ).flat();
}

/**
 * An index goes before its parts: ECR deletes and archives no part of an index that is still there. A referrer is deleted
 * before what it is about, which it could not follow any more, and archived after it: what can be pulled stays signed.
 */
function stagesOf(images: readonly PlannedImage[], kinship: Kinship) {
  const { indexesOf, subjectsOf, partsOf, referrersOf } = kinship;
  return (outcome: 'archive' | 'delete'): readonly (readonly PlannedImage[])[] => {
    const does = (position: number): boolean => images[position]?.outcome === outcome;
    const [first, last] = outcome === 'delete' ? [referrersOf, subjectsOf] : [subjectsOf, referrersOf];
    const stages = inStages(
      [...images.keys()].filter(does),
      (position) => linkedInEither([indexesOf, first], position, does),
      (position) => linkedInEither([partsOf, last], position, does),
    );
    return stages.map((stage) => stage.flatMap((position) => images[position] ?? []));
  };
}
