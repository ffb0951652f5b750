/** The functions that ask a person when they would do more than the caps allow. */
export type CappedFunction = 'prune-images' | 'prune-snapshots';

/** A person agreed to more than the caps allow, of one thing and for a while. */
export interface CapApproval {
  /** A repository for prune-images, a kind of snapshots for prune-snapshots. */
  readonly subject: string;
  /** How many acts one run may do: so many as the person was told of. */
  readonly most: number;
  readonly by: string;
  readonly reason: string;
  /** From this moment on it no longer counts. ISO 8601, UTC. */
  readonly until: string;
}

/** Long enough for a run that was due a day later. */
export const longestApprovalMs = 48 * 60 * 60 * 1000;

/** What one run may do without asking anybody. */
export interface Caps {
  /** Of all there are. */
  readonly share: number;
  readonly count: number;
}

/** What a run is about to do. */
export interface Demand {
  /** What would be archived or deleted. */
  readonly acts: number;
  /** What there is. */
  readonly all: number;
  /** As a phrase after the two numbers: `images would be archived or deleted`. */
  readonly what: string;
}

export type CapDecision =
  /** `approved`: by whom and why it may be more than the caps allow. */
  | { readonly within: true; readonly approved?: string }
  | { readonly within: false; readonly acts: number; readonly most: number; readonly reason: string };

/** Of few a share is soon reached; so many are nothing gone wild. */
const alwaysAllowed = 10;

/** Whether a plan may be carried out without asking anybody. It is asked of the whole plan, before its first act. */
export function decideCap(
  { acts, all, what }: Demand,
  caps: Caps,
  approval: CapApproval | undefined,
  now: Date,
): CapDecision {
  const most = Math.min(caps.count, Math.max(alwaysAllowed, Math.floor(caps.share * all)));
  if (acts <= most) return { within: true };

  const left = approval === undefined ? 0 : Date.parse(approval.until) - now.getTime();
  const counts = approval !== undefined && left > 0 && left <= longestApprovalMs;
  if (counts && acts <= approval.most) {
    return { within: true, approved: `${approval.by} approved of ${approval.most}: ${approval.reason}` };
  }
  const tooFew = counts ? `, and ${approval.by} has approved of ${approval.most} only` : '';
  return {
    within: false,
    acts,
    most,
    reason: `${acts} of ${all} ${what}, and one run may do so with ${most}${tooFew}`,
  };
}
