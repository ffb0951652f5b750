import type { ConcernedCopy, KnownOfCopy } from '../../../shared/aws/quarantine-table.ts';
import { type CopyId, recordKey } from '../../../shared/aws/verdict-table.ts';
import { type ImageState, isOpen, type QuarantineCase } from '../../../shared/domain/quarantine.ts';
import type { Standing } from '../../../shared/domain/standing.ts';
import { isGood } from '../../../shared/domain/verdict.ts';
import type { VerdictRecord } from '../../../shared/domain/verdict-record.ts';
import { type CaseFacts, caseOf, inState, isSameCase, isToBeTold, withheld } from './case.ts';
import { evidenceUnasked, neededElsewhere, protectionsOf } from './checks.ts';
import { type Decision, decideQuarantine } from './decide.ts';
import type { QuarantineDeps } from './deps.ts';
import { statesOf } from './family.ts';
import { isOfThePolicy, type QuarantineRun } from './run.ts';

/** @returns what a copy stands as, in a word or two, where nothing is to be done about it; undefined: look at it */
export type Screen = (copy: ConcernedCopy) => Promise<string | undefined>;

type Known = Omit<KnownOfCopy, 'elsewhere'>;

/**
 * Tells which of the copies of a pass stand as they should, by what is asked for all of them together: their cases a
 * hundred rows in a call, and the list of each repository. Both may be out of date when the copy has its turn, so that
 * nothing is done because of them: whatever is not plainly to be left alone is looked at by itself, where all is read anew.
 */
export async function screenOf(
  concerned: readonly ConcernedCopy[],
  run: QuarantineRun,
  deps: QuarantineDeps,
): Promise<Screen> {
  const known = await deps.cases.many(
    concerned.filter(({ repository, hasCase }) => hasCase && isOfThePolicy(repository, deps)),
  );
  const parts = partsOf(known.values());
  return async (copy) => {
    if (!isOfThePolicy(copy.repository, deps)) return undefined;
    const isPart = parts.has(recordKey(copy));
    if (copy.hasCase) {
      const { record, case: of } = known.get(recordKey(copy)) ?? {};
      if (record === undefined || of === undefined || !isSettledDown(of) || isGood(record.verdict)) {
        return undefined;
      }
      if (isPart && of.archived.length === 0) return undefined;
      if (!run.isReview && isAsChecked(record, of, run.standing, deps)) return of.state;
      if (of.archived.length === 0 && (await isLedTo(copy, record.tags, run))) return undefined;
      return screenCase(record, of, run, deps);
    }
    if (isPart) return 'with its index';
    const images = await run.surroundings.repository(copy.repository).images();
    if ('unlisted' in images) return undefined;
    const image = images.get(copy.digest);
    if (image === undefined) return 'gone';
    if (image.state === 'ARCHIVED') return 'archived for another reason';
    return (await isLedTo(copy, image.tags, run)) ? 'with its index' : undefined;
  };
}

/** What the open cases of indexes name: it is looked after with its index. */
function partsOf(known: Iterable<Known>): ReadonlySet<string> {
  const parts = new Set<string>();
  for (const { case: of } of known) {
    if (of === undefined || !isOpen(of)) continue;
    for (const { digest } of of.members) if (digest !== of.digest) parts.add(recordKey({ ...of, digest }));
  }
  return parts;
}

/** True for an image without a tag that an index leads to. */
async function isLedTo(
  { repository, digest }: CopyId,
  tags: readonly string[],
  { surroundings }: QuarantineRun,
): Promise<boolean> {
  if (tags.length > 0) return false;
  const over = await surroundings.repository(repository).indexesOver();
  return !('unlisted' in over) && over(digest).length > 0;
}

/** In all other states something is under way, or has to be tried again. */
function isSettledDown(of: QuarantineCase): boolean {
  const { state, request, members } = of;
  const isState = state === 'archived' || state === 'held' || state === 'watched';
  return isState && request === undefined && members.length > 0 && !isToBeTold(of);
}

async function screenCase(
  record: VerdictRecord,
  known: QuarantineCase,
  run: QuarantineRun,
  deps: QuarantineDeps,
): Promise<string | undefined> {
  const images = await run.surroundings.repository(known.repository).images();
  if ('unlisted' in images) return undefined;
  const image = images.get(known.digest);
  if (image === undefined || image.kind === 'artifact') return undefined;
  const { standing, isReview } = run;
  const { members } = known;
  const now = deps.now();
  const facts: CaseFacts = { record, kind: image.kind, tags: image.tags, members };
  const observed = { record, case: known, states: statesOf(images, members), standing, now };
  let decision = decideQuarantine(observed);
  if (decision.do === 'check') {
    if (!isReview) return isLeftForOthers(known, observed.states) ? known.state : undefined;
    const checks = await checksByHints(known, facts, run);
    if (checks === undefined) return undefined;
    decision = decideQuarantine({ ...observed, checks });
  }
  return staysAsItIs(known, facts, decision, deps) ? known.state : undefined;
}

function staysAsItIs(
  known: QuarantineCase,
  facts: CaseFacts,
  decision: Decision,
  { policy, now }: QuarantineDeps,
): boolean {
  switch (decision.do) {
    case 'nothing':
    case 'await':
      return true;
    case 'hold':
    case 'watch':
      return isSameCase(known, withheld(caseOf(facts, known, policy), decision, now()));
    default:
      return false;
  }
}

/**
 * Of a copy that can be pulled it is asked in the review alone how it stands in ECR and who needs it, as long as nothing
 * has changed about it meanwhile: not its verdict, not the date by which it has to be replaced, and not what may be done.
 * Of other changes there are events.
 */
function isAsChecked(
  record: VerdictRecord,
  known: QuarantineCase,
  standing: Standing,
  { policy, now }: QuarantineDeps,
): boolean {
  const { state, reason, heldBy, because, kind, tags, members } = known;
  const mayAsk = standing.may === 'act' || standing.because === 'observe';
  const isSo = state === 'held' ? mayAsk : because === 'observe' && mayAsk && standing.may === 'tell';
  const asNow = inState(
    caseOf({ record, kind, tags, members }, known, policy),
    { state, reason, ...(heldBy && { heldBy }), ...(because && { because }) },
    now(),
  );
  return isSo && isSameCase(known, asNow);
}

/** True when nothing of what was archived can be pulled: what can is what others needed when it was archived. */
function isLeftForOthers(
  { state, archived }: QuarantineCase,
  states: ReadonlyMap<string, ImageState>,
): boolean {
  return state === 'archived' && archived.every((digest) => states.get(digest) !== 'ACTIVE');
}

/** @returns undefined when the evidence has to be asked too, for nobody needs the copy */
async function checksByHints(
  { repository, digest, members }: QuarantineCase,
  { tags }: CaseFacts,
  { surroundings, standing }: QuarantineRun,
) {
  const candidate = { repository, digest, tags, members };
  const view = await surroundings.repository(repository).view();
  const protections = protectionsOf(candidate, await surroundings.inventory(), view);
  const evidence = evidenceUnasked(standing, protections);
  return (
    evidence && {
      protections,
      evidence,
      neededElsewhere: 'unlisted' in view ? new Set<string>() : neededElsewhere(candidate, view),
    }
  );
}
