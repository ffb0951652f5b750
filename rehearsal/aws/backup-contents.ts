import type { DatabaseContent } from '../databases/content.ts';
import type { BackupResource } from './backup-resource.ts';
import type { RestoredResource } from './backup-restore.ts';

/** What is in the resources that are backed up, and in what restores make of their recovery points. */
export interface BackupContents {
  /** What a backup that begins now takes along. Undefined: nothing is known to be in it. */
  readonly take: (resource: BackupResource) => DatabaseContent | undefined;
  /** A restore has made it: it can be found, and spoken to, where it stands. */
  readonly restored: (created: RestoredResource, content: DatabaseContent | undefined) => void;
  /** It was deleted. */
  readonly deleted: (created: RestoredResource) => void;
}

/** Recovery points are snapshots of nothing. */
export const noContents: BackupContents = {
  take: () => undefined,
  restored: () => undefined,
  deleted: () => undefined,
};
