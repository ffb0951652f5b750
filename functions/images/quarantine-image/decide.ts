import {
  type ImageState,
  isOpen,
  type ProtectionKind,
  protectionKinds,
  type QuarantineCase,
} from '../../../shared/domain/quarantine.ts';
import type { Standing } from '../../../shared/domain/standing.ts';
import { isGood } from '../../../shared/domain/verdict.ts';
import type { VerdictRecord } from '../../../shared/domain/verdict-record.ts';

/** All that is known of a copy when it is decided what becomes of it. */
export interface Observed {
  /** Absent: the copy was never judged. */
  readonly record?: VerdictRecord;
  /** Absent: nothing was ever done about it. */
  readonly case?: QuarantineCase;
  /**
   * Of the copy itself, which comes first, and of what its index leads to. Absent: the manifest of the index could not
   * be read.
   */
  readonly states?: ReadonlyMap<string, ImageState>;
  readonly standing: Standing;
  /** True: it has no tag, and was pushed so lately that the index which leads to it may still be on its way. */
  readonly isIncoming?: boolean;
  /** Members that were archived for the block of another index that leads to them too. */
  readonly archivedForOthers?: ReadonlySet<string>;
  /** Absent: not asked yet, which costs far more than all else. */
  readonly checks?: Checks;
  /** Of a copy whose release a person wants with a new scan. */
  readonly rescan?: Rescan;
  readonly now: Date;
}

/** What has to be asked before something is archived. */
export interface Checks {
  /** Empty: nobody needs it, as far as everything that could need it was asked. */
  readonly protections: readonly Protection[];
  /**
   * `incomplete`: something is still to be saved, or what is saved does not show that it is blocked. `lost`: nothing shows it
   * any more, though it is blocked until a scan says otherwise.
   */
  readonly evidence:
    | { readonly is: 'complete' }
    | { readonly is: 'incomplete' | 'lost'; readonly reason: string };
  /** Members that another index needs, which can be pulled. */
  readonly neededElsewhere: ReadonlySet<string>;
}

export interface Protection {
  readonly kind: ProtectionKind;
  /** A phrase for people: who uses it, what could not be asked. */
  readonly reason: string;
}

/** `judged`: all new scans have ended, and the verdict is made of them. `overdue`: it took longer than the policy gives. */
export type Rescan = 'to be started' | 'awaited' | 'judged' | 'overdue';

/** What is to be done with a copy, and why. */
export type Decision = { readonly reason: string } & (
  | { readonly do: 'nothing' }
  /** The checks have to be asked first. */
  | { readonly do: 'check' }
  /** Later it can be told what is to be done. Nothing changes meanwhile. */
  | { readonly do: 'await' }
  | { readonly do: 'watch'; readonly because: 'observe' | 'suspended' }
  | { readonly do: 'hold'; readonly by: ProtectionKind }
  /** In this order. `again`: what was archived before has come back. An empty list: only the case has to say so. */
  | { readonly do: 'archive'; readonly digests: readonly string[]; readonly again: boolean }
  /** In this order. `for`: why it may be pulled again. An empty list: only the case has to say so. */
  | { readonly do: 'restore'; readonly digests: readonly string[]; readonly for: 'verdict' | 'person' }
  | { readonly do: 'rescan' }
  | { readonly do: 'close'; readonly as: 'released' | 'gone' }
);

/** Longer than an invocation can take: who was about to archive something then is not about to any more. */
const longestRunMs = 15 * 60_000;

/**
 * What becomes of a copy of an image.
 *
 * 1. Only a copy whose recorded verdict is `block` is archived, and only a verdict that is good releases it: `unknown`
 *    does neither.
 * 2. Nothing is archived that is in use, may be in use, is one of the last good releases, or whose evidence is not
 *    saved and does not show the block.
 * 3. Nothing is changed in ECR unless the standing says so. Where the policy has images observed it is still found out
 *    what would be done; while they are paused or interlocked not even that is asked.
 * 4. What is restored is what was archived here, and nothing else: children before their index, as it is archived before
 *    them.
 * 5. A case is closed as released only when all is back, and when nobody can still be about to archive something.
 */
export function decideQuarantine(observed: Observed): Decision {
  const { record, case: known, states } = observed;
  const isKnown = known !== undefined && isOpen(known);
  if (record === undefined) return nothing('it was never judged');
  if (record.verdict !== 'block' && !isKnown) return nothing(`its verdict is ${record.verdict}`);
  if (states === undefined) {
    return { do: 'await', reason: 'the manifest of the index could not be read' };
  }
  if (selfOf(states) === 'gone') {
    const reason = 'it is no longer in the repository';
    return isKnown ? { do: 'close', as: 'gone', reason } : nothing(reason);
  }
  if (isGood(record.verdict)) return decideRelease(observed, states, `its verdict is ${record.verdict} now`);
  if (record.verdict === 'unknown') {
    return {
      do: 'await',
      reason: 'nobody knows any more whether it is to be blocked, so all stays as it is',
    };
  }
  return decideReprieve(observed, states) ?? decideBlocked(observed, states);
}

function decideRelease(observed: Observed, states: States, reason: string): Decision {
  const { case: known, standing, now } = observed;
  const back = archivedHere(states, observed, 'ARCHIVED');
  if (back.length > 0) {
    return standing.may === 'act'
      ? { do: 'restore', digests: back, for: 'verdict', reason }
      : watch(standing, `it would be restored, for ${reason}`);
  }
  if (archivedHere(states, observed, 'ACTIVATING').length > 0) {
    return { do: 'await', reason: `it is being restored, for ${reason}` };
  }
  const begun = known?.begunAt === undefined ? 0 : Date.parse(known.begunAt);
  if (now.getTime() - begun < longestRunMs) {
    const told = known?.state === 'restoring' || known?.state === 'watched';
    const wait = 'it stays under watch until no call to archive it can be under way any more';
    return told
      ? { do: 'await', reason: wait }
      : { do: 'restore', digests: [], for: 'verdict', reason: `${reason}; ${wait}` };
  }
  return { do: 'close', as: 'released', reason };
}

/** Undefined when nobody wants the copy released, or not any more. */
function decideReprieve(observed: Observed, states: States): Decision | undefined {
  const { case: known, standing, rescan, now } = observed;
  const request = known?.request;
  if (known === undefined || request === undefined || Date.parse(request.until) <= now.getTime())
    return undefined;
  if (rescan === 'judged' || rescan === 'overdue') return undefined;
  const reason = `${request.by} wants it released until ${request.until}: ${request.reason}`;
  const back = archivedHere(states, observed, 'ARCHIVED');
  if (back.length > 0 || known.state !== 'reprieved') {
    return standing.may === 'act'
      ? { do: 'restore', digests: back, for: 'person', reason }
      : watch(standing, `it would be restored, for ${reason}`);
  }
  if ([...states.values()].includes('ACTIVATING'))
    return { do: 'await', reason: `it is being restored: ${reason}` };
  if (rescan !== 'to be started') return { do: 'await', reason };
  return standing.may === 'act'
    ? { do: 'rescan', reason }
    : watch(standing, `it would be scanned anew, for ${reason}`);
}

function decideBlocked(observed: Observed, states: States): Decision {
  const { case: known, standing, checks, isIncoming } = observed;
  const isKnown = known !== undefined && isOpen(known);
  const self = selfOf(states);
  if (!isKnown && isIncoming) {
    return { do: 'await', reason: 'it has no tag, and the index that leads to it may still be on its way' };
  }
  if (!isKnown && self === 'ARCHIVED') return nothing('it is archived already, and not for its block');

  const left = new Set(self === 'ARCHIVED' ? known?.left : []);
  const active = digestsIn(states, 'ACTIVE').filter((digest) => !left.has(digest));
  const isComingBack = digestsIn(states, 'ACTIVATING').length > 0;
  if (self === 'ACTIVATING' || (active.length === 0 && isComingBack)) {
    return { do: 'await', reason: 'it is being restored, and can be archived when it is back' };
  }
  if (active.length === 0) return settle(known);
  if (standing.may === 'tell' && standing.because !== 'observe') {
    return watch(standing, 'it is blocked and can be pulled');
  }
  if (checks === undefined) return { do: 'check', reason: 'it is blocked and can be pulled' };

  const { protections, evidence, neededElsewhere } = checks;
  const protection = strongest(protections, known);
  if (protection !== undefined) return { do: 'hold', by: protection.kind, reason: protection.reason };
  const digests = active.filter((digest) => !neededElsewhere.has(digest));
  if (digests.length === 0) return settle(known);
  if (standing.may === 'tell') return watch(standing, 'it would be archived');
  if (evidence.is === 'lost') return { do: 'hold', by: 'unproven', reason: evidence.reason };
  if (evidence.is === 'incomplete') return { do: 'await', reason: evidence.reason };
  return {
    do: 'archive',
    digests,
    again: isUndone(digests, known),
    reason: observed.record?.reason ?? 'it is blocked',
  };
}

/** True when what is to be archived was archived before, and no call of ours is the reason that it can be pulled. */
function isUndone(digests: readonly string[], known: QuarantineCase | undefined): boolean {
  if (known === undefined || !known.isSettled) return false;
  const isUnderWay = known.state === 'archiving' || known.state === 'failed';
  return !isUnderWay && digests.some((digest) => known.archived.includes(digest));
}

/** Nothing of it can be pulled that could be archived. */
function settle(known: QuarantineCase | undefined): Decision {
  return known?.state === 'archived'
    ? nothing('it is archived')
    : { do: 'archive', digests: [], again: false, reason: 'it is archived' };
}

function watch(standing: Standing, reason: string): Decision {
  if (standing.may === 'act') throw new RangeError('who may act does not only watch');
  return {
    do: 'watch',
    because: standing.because === 'observe' ? 'observe' : 'suspended',
    reason: `${reason}; nothing was done: ${standing.reason}`,
  };
}

/**
 * What is known for certain comes before what nobody could find out. A copy that was in use when that could be asked
 * last is taken to be in use still.
 */
function strongest(
  protections: readonly Protection[],
  known: QuarantineCase | undefined,
): Protection | undefined {
  const [first, ...more] = protections.toSorted(
    (one, other) => protectionKinds.indexOf(one.kind) - protectionKinds.indexOf(other.kind),
  );
  if (first === undefined) return undefined;
  const reason = [first, ...more].map((each) => each.reason).join('; ');
  const wasInUse = first.kind === 'unknown-use' && known?.state === 'held' && known.heldBy === 'in-use';
  return { kind: wasInUse ? 'in-use' : first.kind, reason };
}

type States = ReadonlyMap<string, ImageState>;

function nothing(reason: string): Decision {
  return { do: 'nothing', reason };
}

function selfOf(states: States): ImageState {
  const [self = 'gone'] = states.values();
  return self;
}

function digestsIn(states: States, wanted: ImageState): readonly string[] {
  return [...states].flatMap(([digest, state]) => (state === wanted ? [digest] : []));
}

/** Children first: an index that is back leads to what is back. */
function archivedHere(
  states: States,
  { case: known, archivedForOthers = new Set() }: Observed,
  wanted: ImageState,
): readonly string[] {
  const here = new Set([...(known?.archived ?? []), ...archivedForOthers]);
  return digestsIn(states, wanted)
    .filter((digest) => here.has(digest))
    .toReversed();
}
