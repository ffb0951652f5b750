import type {
  FamilyMember,
  QuarantineCase,
  QuarantineOutcome,
  QuarantineState,
  Telling,
} from '../../../shared/domain/quarantine.ts';
import { isOpen } from '../../../shared/domain/quarantine.ts';
import type { VerdictRecord } from '../../../shared/domain/verdict-record.ts';
import type { Decision } from './decide.ts';
import { daysOverdue, fixByOf } from './fix-by.ts';
import type { QuarantinePolicy } from './policy.ts';

/** What a case is made of, when it is opened and whenever it is looked at again. */
export interface CaseFacts {
  readonly record: VerdictRecord;
  readonly kind: 'image' | 'index';
  readonly tags: readonly string[];
  readonly members: readonly FamilyMember[];
}

/**
 * The case as the facts have it now: the one that is open, or a new one in place of one that is closed.
 *
 * While it is open its block began when it began first, and its fix-by moves to an earlier moment at most, whatever the
 * image is judged meanwhile.
 */
export function caseOf(
  { record, kind, tags, members }: CaseFacts,
  known: QuarantineCase | undefined,
  policy: QuarantinePolicy,
): QuarantineCase {
  const before = known !== undefined && isOpen(known) ? known : undefined;
  const { digest, region, repository, environment, verdict } = record;
  const isBlocked = verdict === 'block';
  const blockedSince = before?.blockedSince ?? record.since;
  const fixBy = fixByOf(record, blockedSince, policy);
  const about = { digest, region, repository, kind, tags, environment, members };
  if (before === undefined) {
    return {
      ...about,
      blockedSince,
      blockReason: record.reason,
      severity: fixBy.severity,
      fixBy: fixBy.at,
      state: 'watched',
      reason: record.reason,
      archived: [],
      left: [],
      isSettled: false,
      undone: 0,
      version: known?.version ?? 0,
    };
  }
  if (!isBlocked) return { ...before, ...about, environment: before.environment };
  return {
    ...before,
    ...about,
    blockReason: record.reason,
    severity: fixBy.severity,
    fixBy: earlier(fixBy.at, before.fixBy),
  };
}

/** Of two moments, both ISO 8601 in UTC. */
function earlier(one: string, other: string): string {
  return Date.parse(one) < Date.parse(other) ? one : other;
}

export interface NewState extends Pick<QuarantineCase, 'reason' | 'heldBy' | 'because'> {
  readonly state: QuarantineState;
}

/** The case in another state. What was said of the state before is gone, and what is to be told of the new one is noted. */
export function inState(
  { heldBy: _held, because: _because, ...rest }: QuarantineCase,
  state: NewState,
  now: Date,
): QuarantineCase {
  return withTelling({ ...rest, ...state }, now);
}

/** The case of a copy that is not archived although it is blocked. */
export function withheld(
  of: QuarantineCase,
  decision: Extract<Decision, { do: 'hold' | 'watch' }>,
  now: Date,
): QuarantineCase {
  const { reason } = decision;
  return decision.do === 'hold'
    ? inState(of, { state: 'held', heldBy: decision.by, reason }, now)
    : inState(of, { state: 'watched', because: decision.because, reason }, now);
}

/** A pass over hundreds of copies that stand as they stood writes nothing. */
export function isSameCase(one: QuarantineCase, other: QuarantineCase): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(of: QuarantineCase): readonly (readonly [string, unknown])[] {
  return Object.entries(of).toSorted(([one], [other]) => Number(one > other) - Number(one < other));
}

/**
 * Notes what people are to be told of the case, before anybody is told: whoever finds the note tells it, under the same
 * identity however often that is tried.
 */
export function withTelling(of: QuarantineCase, now: Date): QuarantineCase {
  const due = dueOf(of, now);
  if (due === undefined) return of;
  const { telling } = of;
  if (telling?.outcome === due.outcome && telling.which === due.which) return of;
  return { ...of, telling: { ...due, since: now.toISOString(), isTold: false } };
}

/** Undefined while a call is under way, whose end will be told. */
function dueOf(of: QuarantineCase, now: Date): Pick<Telling, 'outcome' | 'which'> | undefined {
  const due = (outcome: QuarantineOutcome, which = '') => ({ outcome, which });
  const late = daysOverdue(of.fixBy, now);
  switch (of.state) {
    case 'watched':
      if (of.because === 'observe') return due('observed');
      return late === 0 ? due('suspended') : due('overdue', String(late));
    case 'held':
      return late === 0 ? due('held', of.heldBy) : due('overdue', String(late));
    case 'archived':
      return of.undone === 0 ? due('quarantined') : due('reasserted', String(of.undone));
    case 'failed':
      return due('failed');
    case 'reprieved':
      return due('reprieved', of.request?.until);
    case 'restoring':
    case 'released':
      return due('released');
    case 'gone':
      return due('gone');
    case 'archiving':
      return undefined;
    default:
      return of.state satisfies never;
  }
}

/** True when there is something that people do not know yet. What nobody has heard of needs no end. */
export function isToBeTold({ telling, state }: QuarantineCase): boolean {
  return telling !== undefined && !telling.isTold && state !== 'archiving';
}
