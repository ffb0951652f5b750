import type { RecoveryPoints } from '../../../shared/aws/backup-points.ts';
import type { DatabaseQuestions } from '../../../shared/aws/database-questions.ts';
import type { FailoverApprovals } from '../../../shared/aws/failover-approvals.ts';
import type { FailoverFence } from '../../../shared/aws/failover-fence.ts';
import type { Interlock } from '../../../shared/aws/interlock.ts';
import type { NodeGroups } from '../../../shared/aws/node-groups.ts';
import type { ObjectStore } from '../../../shared/aws/object-store.ts';
import type { OpsBus } from '../../../shared/aws/ops-bus.ts';
import type { RestoreProofs } from '../../../shared/aws/restore-table.ts';
import type { Secrets } from '../../../shared/aws/secrets.ts';
import type { ReadinessRow } from '../../../shared/aws/standby-readiness.ts';
import type { StandbyReplica } from '../../../shared/aws/standby-replica.ts';
import type { StandbyRestores } from '../../../shared/aws/standby-restores.ts';
import type { SwitchObjects } from '../../../shared/aws/switch-objects.ts';
import type { Resolve } from '../../../shared/lambda/dns.ts';
import type { HttpsGet, World } from '../../../shared/lambda/world.ts';
import type { PolicySlice } from '../../../shared/policy/slice.ts';
import type { contract } from './contract.ts';

export type RunPolicy = PolicySlice<(typeof contract.policy)[number]>;

export interface RunDeps {
  readonly fence: FailoverFence;
  /** Of the standby and the witness Region. The one of the primary is set there, by fence-primary. */
  readonly interlocks: readonly Interlock[];
  readonly readiness: ReadinessRow;
  readonly approvals: FailoverApprovals;
  readonly switchObjects: SwitchObjects;
  readonly nodeGroups: NodeGroups;
  readonly replica: StandbyReplica;
  readonly points: RecoveryPoints;
  readonly proofs: RestoreProofs;
  readonly restores: StandbyRestores;
  readonly questions: DatabaseQuestions;
  readonly secrets: Secrets;
  readonly evidence: ObjectStore;
  /** The name of the bucket that `evidence` is in. */
  readonly evidenceBucket: string;
  readonly bus: OpsBus;
  readonly resolve: Resolve;
  readonly get: HttpsGet;
  readonly policy: RunPolicy;
  readonly region: string;
  readonly now: () => Date;
  readonly log: World<unknown>['log'];
}
