import type { Snapshot, SnapshotListing, SnapshotStore } from '../../../shared/domain/snapshot.ts';
import { eachOf } from '../../../shared/lambda/each-of.ts';
import { describeError } from './wording.ts';

/** EC2 and RDS allow few calls of a kind in a second. */
const atOnce = 2;

/**
 * The listing with what is known of sharing. AWS tells it of one snapshot at a time, so it is asked of those alone for
 * which it matters.
 */
export async function withShares(
  listing: SnapshotListing,
  suspects: readonly Snapshot[],
  store: SnapshotStore,
): Promise<SnapshotListing> {
  const shared = new Set<string>();
  const missing = [...listing.missing];
  await eachOf(suspects, atOnce, async (snapshot) => {
    try {
      if (await store.isShared(snapshot)) shared.add(snapshot.id);
    } catch (error) {
      missing.push(`whether others may use ${snapshot.id} (${describeError(error)})`);
    }
  });
  const snapshots = listing.snapshots.map((snapshot) =>
    shared.has(snapshot.id)
      ? { ...snapshot, protections: [...snapshot.protections, 'shared' as const] }
      : snapshot,
  );
  return { snapshots, missing };
}
