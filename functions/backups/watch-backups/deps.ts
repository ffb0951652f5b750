import type { CopyJobs } from '../../../shared/aws/backup-copies.ts';
import type { BackupJobs } from '../../../shared/aws/backup-jobs.ts';
import type { RecoveryPoints } from '../../../shared/aws/backup-points.ts';
import type { OpsBus } from '../../../shared/aws/ops-bus.ts';
import type { TaggedResources } from '../../../shared/aws/tagged-resources.ts';
import type { Standing } from '../../../shared/domain/standing.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import type { WatchPolicy } from './policy.ts';
import type { WatchTable } from './watch-table.ts';

export interface WatchDeps {
  readonly jobs: BackupJobs;
  readonly copies: CopyJobs;
  readonly points: RecoveryPoints;
  /** Of the primary Region. */
  readonly tagged: TaggedResources;
  readonly records: WatchTable;
  /** Asks mode, pause and interlock anew. */
  readonly askStanding: () => Promise<Standing>;
  readonly bus: OpsBus;
  /** The ARN of the role that AWS Backup makes backups and copies with. */
  readonly backupRole: string;
  readonly policy: WatchPolicy;
  readonly region: string;
  readonly now: () => Date;
}

export interface WatchRun {
  readonly account: string;
  readonly standing: Standing;
  readonly tell: (outcome: Outcome) => void;
}
