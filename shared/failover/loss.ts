import type { StandbyReadiness } from './standby.ts';

/** How many seconds of changes are lost when something becomes the writer, or why that is not known. */
export type Loss = { readonly seconds: number } | { readonly unknown: string };

/**
 * What the promotion of the replica loses.
 *
 * `ReplicaLag` is how long ago the newest transaction was committed that the replica has replayed, so that it goes on to
 * grow while the primary is dead and nothing is committed any more. What counts is the time from that transaction to the
 * end of the primary: the same, whenever somebody looked.
 *
 * @param ended when the primary stopped taking changes, at the latest. Milliseconds since 1970.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.Replication.ReadReplicas.Monitor.html
 */
export function lossOfReplica(standby: StandbyReadiness | undefined, ended: number): Loss {
  const lag = standby?.replica?.lagSeconds;
  if (standby === undefined || lag === undefined)
    return { unknown: 'nobody has read the lag of the replica' };
  const replayed = standby.at - lag * 1000;
  return { seconds: Math.max(0, Math.round((ended - replayed) / 1000)) };
}

/**
 * What a restore loses. A backup holds what was committed when it was begun, and may hold a little more.
 *
 * @param begun when the backup was begun. Milliseconds since 1970.
 */
export function lossOfPoint(begun: number, ended: number): Loss {
  return { seconds: Math.max(0, Math.round((ended - begun) / 1000)) };
}

export function sayLoss(loss: Loss): string {
  if ('unknown' in loss) return `an unknown number of seconds of changes (${loss.unknown})`;
  return `up to ${loss.seconds} s of changes`;
}
