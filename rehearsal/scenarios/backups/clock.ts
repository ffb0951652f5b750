import { contract as verifyRestore } from '../../../functions/backups/verify-restore/contract.ts';
import { contract as watchBackups } from '../../../functions/backups/watch-backups/contract.ts';
import { contract as takeManifest } from '../../../functions/databases/take-manifest/contract.ts';
import { contract as writeHeartbeat } from '../../../functions/databases/write-heartbeat/contract.ts';
import { functionNameOf } from '../../../infra/names.ts';
import type { Policy } from '../../../shared/policy/schema.ts';
import { testSlots } from '../../../shared/restores/scheduled-test.ts';

const anHour = 3_600_000;

/** Of the run by the clock from which on, and up to which, one of the tests may depend on it. Before and after a test's time. */
const heartbeats = { before: 4 * anHour, after: 2 * anHour };
const sweeps = { before: 0, after: 13 * anHour };

/**
 * Which runs by the clock a story of backups plays.
 *
 * 1. Functions of other concerns are not played.
 * 2. A heartbeat is overwritten by the next one, and read only in a copy that a test restores. Its backup begins in the
 *    hours before the test, so that those are played. Where one of them were not, the copy would lack more changes than
 *    its proof lets pass.
 * 3. A sweep for restores finds something only while one is being made, looked at or deleted. In other hours one an hour
 *    is played, which would find what the other three had.
 * 4. All else is played: each look at backups, and each manifest that is taken or not needed.
 */
export function playedIn({ backups }: Policy): (functionName: string, dueAt: Date) => boolean {
  const tests = Object.values(backups.tiers).flatMap(({ restoreTest }) => restoreTest ?? []);
  const isNearTest = (at: Date, { before, after }: { before: number; after: number }): boolean =>
    tests.some((test) => testSlots(test, at.getTime() - after, at.getTime() + before).length > 0);
  const played = new Map<string, (at: Date) => boolean>([
    [functionNameOf(watchBackups), () => true],
    [functionNameOf(takeManifest), () => true],
    [functionNameOf(writeHeartbeat), (at) => isNearTest(at, heartbeats)],
    [functionNameOf(verifyRestore), (at) => at.getUTCMinutes() < 15 || isNearTest(at, sweeps)],
  ]);
  return (functionName, dueAt) => played.get(functionName)?.(dueAt) ?? false;
}
