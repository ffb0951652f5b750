import type { RecoveryPoints } from '../../../shared/aws/backup-points.ts';
import type { RestoreJobs } from '../../../shared/aws/backup-restores.ts';
import type { DatabaseQuestions } from '../../../shared/aws/database-questions.ts';
import type { ObjectStore } from '../../../shared/aws/object-store.ts';
import type { OpsBus } from '../../../shared/aws/ops-bus.ts';
import type { Manifests, RestoreProofs, UntestedTiers } from '../../../shared/aws/restore-table.ts';
import type { RestoredDatabases } from '../../../shared/aws/restored-databases.ts';
import type { RestoredVolumes } from '../../../shared/aws/restored-volumes.ts';
import type { ScheduledTests } from '../../../shared/aws/scheduled-tests.ts';
import type { Standing } from '../../../shared/domain/standing.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import type { PolicySlice } from '../../../shared/policy/slice.ts';
import type { contract } from './contract.ts';

export type VerifyPolicy = PolicySlice<(typeof contract.policy)[number]>;

export interface VerifyDeps {
  readonly jobs: RestoreJobs;
  readonly proofs: RestoreProofs;
  readonly manifests: Manifests;
  readonly untested: UntestedTiers;
  readonly tests: ScheduledTests;
  readonly points: Pick<RecoveryPoints, 'inVault'>;
  readonly databases: RestoredDatabases;
  readonly volumes: RestoredVolumes;
  readonly questions: DatabaseQuestions;
  /** The password of one copy: always the same one for the same restore job, and of no use for any other. */
  readonly passwordFor: (jobId: string) => Promise<string>;
  readonly evidence: ObjectStore;
  /** The name of the bucket that evidence is in. */
  readonly evidenceBucket: string;
  readonly bus: OpsBus;
  /** Asked again before each act. */
  readonly askStanding: () => Promise<Standing>;
  readonly policy: VerifyPolicy;
  readonly region: string;
  readonly now: () => Date;
}

/** One invocation. */
export interface VerifyRun {
  /** Milliseconds until it has to be over. */
  readonly leftMs: () => number;
  /** Told of everything that people may look for in the log, as it happens. */
  readonly tell: (outcome: Outcome) => void;
}
