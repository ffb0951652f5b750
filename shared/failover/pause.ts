import type { SwitchReading } from '../domain/standing.ts';

/** The pause of the failover itself. `pause/all` does not bind it: who stops the pruning does not mean this. */
export const failoverPause = 'pause/failover';

/** Why the failover may not start by itself; undefined when nobody has paused it. What cannot be read counts as set. */
export function pausedBy(reading: SwitchReading, now: Date): string | undefined {
  if ('unreadable' in reading) {
    return `the pause of the failover could not be read, which counts as set (${reading.unreadable})`;
  }
  const row = reading.rows.find(({ until }) => until === undefined || !(new Date(until) <= now));
  if (row === undefined) return undefined;
  const end = row.until === undefined ? '' : ` until ${row.until}`;
  return `paused by ${row.by}${end}: ${row.reason}`;
}
