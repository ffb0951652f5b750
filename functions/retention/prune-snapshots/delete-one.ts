import type { Snapshot, SnapshotDeletion, SnapshotStore } from '../../../shared/domain/snapshot.ts';
import type { Journal } from './journal.ts';
import { planSnapshots, sayReason } from './plan.ts';
import { withShares } from './shares.ts';

/** How the deletion of one snapshot ended, and why. */
export type DeletionEnd =
  | SnapshotDeletion
  /** Something has changed since the plan was made. */
  | { readonly end: 'kept'; readonly reason: string };

/**
 * Looks at the snapshot and its source once more, writes it into the journal, and deletes it.
 *
 * @throws what kept the journal from being written, or AWS from deciding: then nobody knows whether it is there
 */
export async function deleteOne(
  snapshot: Snapshot,
  days: number,
  { store, journal, now }: { store: SnapshotStore; journal: Journal; now: () => Date },
): Promise<DeletionEnd> {
  const listing = await store.lookAgain(snapshot);
  const current = listing.snapshots.find(({ id }) => id === snapshot.id);
  if (current === undefined) {
    return listing.missing.length === 0
      ? { end: 'gone' }
      : { end: 'kept', reason: `it could not be looked at once more: ${listing.missing.join('; ')}` };
  }
  const planned = planSnapshots(await withShares(listing, [current], store), days, now());
  const plan = planned.find((each) => each.snapshot.id === snapshot.id);
  if (plan?.outcome !== 'delete') {
    return { end: 'kept', reason: plan === undefined ? 'it is gone' : sayReason[plan.reason] };
  }
  await journal.write(current, sayReason[plan.reason], now());
  return store.delete(current);
}
