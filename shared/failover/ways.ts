import { type Loss, sayLoss } from './loss.ts';

/** How the standby Region comes to a database that takes writes. */
export const ways = ['promote', 'restore'] as const;

export type Way = (typeof ways)[number];

export interface WayOption {
  readonly way: Way;
  readonly loss: Loss;
}

export interface DatabaseSight {
  /** Absent: there is no such instance. */
  readonly replica?: {
    /** In the words of RDS. */
    readonly status: string;
    /** False: somebody has promoted it already. */
    readonly isReplica: boolean;
    readonly loss: Loss;
  };
  /** The newest good recovery point of the database in the standby's vault. */
  readonly point?: { readonly loss: Loss };
}

export type WayDecision =
  | { readonly end: 'take'; readonly option: WayOption; readonly reason: string }
  /** People choose among what there is, the least loss first. */
  | { readonly end: 'ask'; readonly options: readonly WayOption[]; readonly reason: string }
  | { readonly end: 'none'; readonly reason: string };

/** States of a replica that it does not come back from by itself. */
const hopeless = ['failed', 'deleting', 'storage-full', 'incompatible-restore', 'incompatible-network'];

/**
 * Decides how the standby gets its database. The least loss comes first, and of equal ones the promotion, which is
 * faster. What loses more than the policy allows, or nobody knows how much, is for people to choose.
 */
export function decideWay(
  { replica, point }: DatabaseSight,
  { rpoSeconds }: { readonly rpoSeconds: number },
): WayDecision {
  if (replica !== undefined && !replica.isReplica) {
    const option = { way: 'promote', loss: replica.loss } as const;
    return { end: 'take', option, reason: 'it was promoted before this run' };
  }
  const isHopeless = replica !== undefined && hopeless.includes(replica.status);
  const options: WayOption[] = [];
  if (replica !== undefined && !isHopeless) options.push({ way: 'promote', loss: replica.loss });
  if (point !== undefined) options.push({ way: 'restore', loss: point.loss });
  options.sort((one, other) => secondsOf(one.loss) - secondsOf(other.loss));
  const [best] = options;
  const lack =
    replica === undefined
      ? 'there is no replica'
      : isHopeless
        ? `the replica is ${replica.status}`
        : undefined;
  if (best === undefined) {
    return { end: 'none', reason: `${lack ?? 'there is no replica'}, and no good recovery point` };
  }
  const says = `${sayWay[best.way]} loses ${sayLoss(best.loss)}`;
  if (secondsOf(best.loss) <= rpoSeconds) return { end: 'take', option: best, reason: says };
  const more = `which is more than the ${rpoSeconds} s that may be lost`;
  return { end: 'ask', options, reason: [lack, `${says}, ${more}`].filter(Boolean).join('; ') };
}

/** What is not known may be everything. */
function secondsOf(loss: Loss): number {
  return 'unknown' in loss ? Number.POSITIVE_INFINITY : loss.seconds;
}

export const sayWay = {
  promote: 'the promotion of the replica',
  restore: 'the restore of the newest recovery point',
} as const satisfies Record<Way, string>;
