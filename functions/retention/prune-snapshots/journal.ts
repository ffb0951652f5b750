import type { ObjectStore } from '../../../shared/aws/object-store.ts';
import type { Snapshot, SnapshotKind } from '../../../shared/domain/snapshot.ts';

/** What a run has set out to delete, each written down before it is deleted. */
export interface Journal {
  /** @param reason why it is deleted, after "because" */
  readonly write: (snapshot: Snapshot, reason: string, now: Date) => Promise<void>;
  /** The ids of all that this run has set out to delete, in this attempt or in one that died. */
  readonly ids: () => Promise<readonly string[]>;
}

/** @param run when the run was due: the same for each of its attempts */
export function journal(store: ObjectStore, kind: SnapshotKind, run: string): Journal {
  const prefix = `journal/prune-snapshots/${run}/${kind}/`;
  return {
    async write({ protections: _none, ...snapshot }, reason, now) {
      const entry = { kind, ...snapshot, reason, wayBack: waysBack[kind], writtenAt: now };
      await store.put(`${prefix}${encodeURIComponent(snapshot.id)}.json`, JSON.stringify(entry, null, 2), {
        contentType: 'application/json',
        noOverwrite: true,
      });
    },

    async ids() {
      const objects = await store.list(prefix);
      return objects.map(({ key }) => decodeURIComponent(key.slice(prefix.length, -'.json'.length)));
    },
  };
}

const waysBack = {
  volume: 'The Recycle Bin, if it has a retention rule for EBS snapshots in this Region; else nothing.',
  database:
    'Nothing. Newer manual snapshots of the instance, its automated backups and recovery points of AWS Backup stay.',
} as const satisfies Record<SnapshotKind, string>;
