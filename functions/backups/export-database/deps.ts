import type { RecoveryPoints } from '../../../shared/aws/backup-points.ts';
import type { ExportTasks } from '../../../shared/aws/export-tasks.ts';
import type { OpsBus } from '../../../shared/aws/ops-bus.ts';
import type { TaggedResources } from '../../../shared/aws/tagged-resources.ts';
import type { PolicySlice } from '../../../shared/policy/slice.ts';
import type { contract } from './contract.ts';

export type ExportPolicy = PolicySlice<(typeof contract.policy)[number]>;

export interface ExportDeps {
  readonly tagged: TaggedResources;
  readonly points: RecoveryPoints;
  readonly exports: ExportTasks;
  readonly bus: OpsBus;
  /** The ARN of the role by which RDS writes to the archive of a tier, up to the tier's name. */
  readonly rolePrefix: string;
  readonly policy: ExportPolicy;
  readonly region: string;
  readonly now: () => Date;
}
