import { lossOfReplica } from './loss.ts';
import type { Quorum } from './quorum.ts';
import type { StandbyReadiness } from './standby.ts';

/**
 * The standby with the lag that its replica had when the primary went down. After that the lag only grows, and nothing
 * more is lost by it.
 */
export function withFrozenLag(
  standby: StandbyReadiness | undefined,
  { downSince }: Quorum,
): StandbyReadiness | undefined {
  if (downSince === undefined || standby?.replica === undefined) return standby;
  const loss = lossOfReplica(standby, downSince);
  return 'unknown' in loss
    ? standby
    : { ...standby, replica: { ...standby.replica, lagSeconds: loss.seconds } };
}
