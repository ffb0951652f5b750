import type { RepositoryPlan } from './plan.ts';

/** A person agreed to more than the caps allow, in one repository and for a while. */
export interface CapApproval {
  readonly repository: string;
  /** Images that may be archived and deleted in one run: so many as the person was told of. */
  readonly most: number;
  readonly by: string;
  readonly reason: string;
  /** From this moment on it no longer counts. ISO 8601, UTC. */
  readonly until: string;
}

/** Long enough for a run that was due a day later. */
export const longestApprovalMs = 48 * 60 * 60 * 1000;

export interface Caps {
  /** Of the images of the repository. */
  readonly share: number;
  readonly count: number;
}

export type CapDecision =
  | { readonly within: true; readonly reason: string }
  | { readonly within: false; readonly acts: number; readonly most: number; readonly reason: string };

/** In a small repository a share is soon reached; so many are no repository gone wild. */
const alwaysAllowed = 10;

/** Whether a plan may be carried out without asking anybody. It is asked of the whole plan, before its first act. */
export function decideCap(
  plan: Pick<RepositoryPlan, 'images' | 'archive' | 'delete'>,
  caps: Caps,
  approval: CapApproval | undefined,
  now: Date,
): CapDecision {
  const acts = [...plan.archive, ...plan.delete].reduce((sum, stage) => sum + stage.length, 0);
  const shared = Math.max(alwaysAllowed, Math.floor(caps.share * plan.images.length));
  const most = Math.min(caps.count, shared);
  if (acts <= most) return { within: true, reason: `${acts} of at most ${most} images` };

  const left = approval === undefined ? 0 : Date.parse(approval.until) - now.getTime();
  if (approval !== undefined && left > 0 && left <= longestApprovalMs && acts <= approval.most) {
    return { within: true, reason: `${acts} images, approved by ${approval.by}: ${approval.reason}` };
  }
  const approved =
    approval !== undefined && left > 0 && acts > approval.most
      ? `, and ${approval.by} has approved ${approval.most} only`
      : '';
  return {
    within: false,
    acts,
    most,
    reason: `${acts} of its ${plan.images.length} images would be archived or deleted, and one run may do so with ${most}${approved}`,
  };
}
