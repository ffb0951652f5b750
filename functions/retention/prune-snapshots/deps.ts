import type { ApprovalTable } from '../../../shared/aws/approval-table.ts';
import type { ObjectStore } from '../../../shared/aws/object-store.ts';
import type { OpsBus } from '../../../shared/aws/ops-bus.ts';
import type { SwitchTable } from '../../../shared/aws/switch-table.ts';
import type { SnapshotStore } from '../../../shared/domain/snapshot.ts';
import type { PolicySlice } from '../../../shared/policy/slice.ts';
import type { contract } from './contract.ts';

export type PrunePolicy = PolicySlice<(typeof contract.policy)[number]>;

export interface PruneDeps {
  readonly stores: readonly SnapshotStore[];
  readonly objects: ObjectStore;
  /** The name of the bucket that `objects` are in. */
  readonly bucket: string;
  readonly approvals: ApprovalTable;
  readonly switches: SwitchTable;
  readonly bus: OpsBus;
  readonly policy: PrunePolicy;
  readonly region: string;
  readonly now: () => Date;
}

export interface PruneRun {
  /** When it was due, the same for each attempt. ISO 8601, UTC. */
  readonly due: string;
  /** False from when time is running out: nothing more is deleted. */
  readonly mayGoOn: () => boolean;
}
