/** What one run may delete of the snapshots of one kind in a Region. */
export interface Caps {
  /** Of those that retention looks after. */
  readonly share: number;
  readonly count: number;
}

/** Of few snapshots a share is soon reached. So many are no retention gone wild. */
const alwaysAllowed = 10;

/**
 * Whether so many may be deleted without asking anybody. It is asked of the whole plan, before its first act.
 *
 * @returns undefined, or why not: a sentence for people
 */
export function whyOverCap(deletions: number, all: number, { share, count }: Caps): string | undefined {
  const most = Math.min(count, Math.max(alwaysAllowed, Math.floor(share * all)));
  if (deletions <= most) return undefined;
  return `${deletions} of ${all} snapshots would be deleted, and one run may delete ${most}`;
}
