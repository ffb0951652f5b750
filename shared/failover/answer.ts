import type { WayOption } from './ways.ts';

/** What one person said of a run's question. */
export interface Approval {
  /** Whoever it is, as the policy names them. */
  readonly by: string;
  readonly choice: 'promote' | 'restore' | 'refuse';
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** How many people have to choose the same. */
export const approvalsNeeded = 2;

export interface AnswerPolicy {
  /** Who may answer. */
  readonly people: readonly string[];
  /** What is done when the deadline passes without an answer. */
  readonly whenSilent: 'restore' | 'stop';
}

export type AnswerDecision =
  | { readonly end: 'wait'; readonly reason: string }
  | { readonly end: 'take'; readonly option: WayOption; readonly reason: string }
  | { readonly end: 'stop'; readonly reason: string };

/**
 * Decides what people have answered. The last word of each counts. One refusal stops the run, whatever others chose:
 * what is lost cannot be brought back, and a run can be started again. Words of whom the policy does not name do not
 * count at all.
 */
export function decideAnswer(
  approvals: readonly Approval[],
  options: readonly WayOption[],
  { people, whenSilent }: AnswerPolicy,
  isOver: boolean,
): AnswerDecision {
  const words = new Map<string, Approval>();
  for (const approval of approvals.toSorted(
    (one, other) => Number(one.at > other.at) - Number(one.at < other.at),
  )) {
    if (people.includes(approval.by)) words.set(approval.by, approval);
  }
  const refusal = [...words.values()].find(({ choice }) => choice === 'refuse');
  if (refusal !== undefined) return { end: 'stop', reason: `${refusal.by} refused` };
  for (const option of options) {
    const by = [...words.values()].filter(({ choice }) => choice === option.way).map((word) => word.by);
    if (by.length >= approvalsNeeded)
      return { end: 'take', option, reason: `approved by ${by.join(' and ')}` };
  }
  const said =
    words.size === 0 ? 'nobody has answered' : `${words.size} of ${approvalsNeeded} have answered alike`;
  if (!isOver) return { end: 'wait', reason: said };
  const restore = options.find(({ way }) => way === 'restore');
  if (whenSilent === 'stop' || restore === undefined) return { end: 'stop', reason: `${said} in time` };
  return {
    end: 'take',
    option: restore,
    reason: `${said} in time, and the policy then restores: that leaves the replica as it is`,
  };
}
