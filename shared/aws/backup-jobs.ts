import {
  type BackupClient,
  ListBackupJobsCommand,
  type BackupJob as SdkBackupJob,
  StartBackupJobCommand,
} from '@aws-sdk/client-backup';
import type { BackupJob } from '../backups/observed.ts';
import { allPages } from './backup-pages.ts';
import { type Started, started } from './backup-starting.ts';

/** A backup that is asked for outside its plan. */
export interface BackupOrder {
  readonly resourceArn: string;
  readonly vaultName: string;
  /** AWS Backup assumes it, and whoever orders has to be allowed to pass it. */
  readonly roleArn: string;
  readonly keepDays: number;
  readonly coldAfterDays?: number | undefined;
  /** 60 at least. */
  readonly startWindowMinutes: number;
  /** From now on. */
  readonly completionWindowMinutes: number;
  /** The same for the same backup, however often it is ordered. */
  readonly token: string;
}

/** The backup jobs of a Region. */
export interface BackupJobs {
  /**
   * Those that were asked for since then, 30 days back at most: AWS Backup lists no older ones. The newest first.
   *
   * @param vaultName left out: of all vaults
   * @param resourceArn left out: of all resources
   */
  readonly since: (moment: Date, vaultName?: string, resourceArn?: string) => Promise<readonly BackupJob[]>;
  readonly start: (order: BackupOrder) => Promise<Started>;
}

/**
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListBackupJobs.html
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/API_StartBackupJob.html
 */
export function backupJobs(backup: BackupClient): BackupJobs {
  return {
    since: (moment, vaultName, resourceArn) =>
      allPages(
        (place) =>
          backup.send(
            new ListBackupJobsCommand({
              ByCreatedAfter: moment,
              ...(vaultName !== undefined && { ByBackupVaultName: vaultName }),
              ...(resourceArn !== undefined && { ByResourceArn: resourceArn }),
              ...place,
            }),
          ),
        (page) => (page.BackupJobs ?? []).flatMap(jobOf),
      ),

    start: (order) =>
      started(async () => {
        const { BackupJobId } = await backup.send(
          new StartBackupJobCommand({
            BackupVaultName: order.vaultName,
            ResourceArn: order.resourceArn,
            IamRoleArn: order.roleArn,
            IdempotencyToken: order.token,
            StartWindowMinutes: order.startWindowMinutes,
            CompleteWindowMinutes: order.completionWindowMinutes,
            Lifecycle: {
              DeleteAfterDays: order.keepDays,
              ...(order.coldAfterDays !== undefined && { MoveToColdStorageAfterDays: order.coldAfterDays }),
            },
          }),
        );
        return BackupJobId;
      }),
  };
}

function jobOf(job: SdkBackupJob): BackupJob[] {
  const { BackupJobId: id, ResourceArn: resourceArn, CreationDate: createdAt, State: state } = job;
  if (!id || !resourceArn || !createdAt || !state || job.ParentJobId) return [];
  const { BackupPlanId: planId, BackupRuleName: ruleName } = job.CreatedBy ?? {};
  return [
    {
      id,
      resourceArn,
      vaultName: job.BackupVaultName ?? '',
      state,
      createdAt,
      ...(job.StatusMessage && { message: job.StatusMessage }),
      ...(job.CompletionDate && { completedAt: job.CompletionDate }),
      ...(job.RecoveryPointArn && { pointArn: job.RecoveryPointArn }),
      ...(planId !== undefined && { createdBy: { planId, ruleName: ruleName ?? '' } }),
    },
  ];
}
