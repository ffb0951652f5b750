import {
  type BackupClient,
  ListCopyJobsCommand,
  type CopyJob as SdkCopyJob,
  StartCopyJobCommand,
} from '@aws-sdk/client-backup';
import type { CopyJob } from '../backups/observed.ts';
import { allPages } from './backup-pages.ts';
import { type Started, started } from './backup-starting.ts';

/** A copy that is asked for outside its plan. */
export interface CopyOrder {
  readonly pointArn: string;
  readonly vaultName: string;
  readonly destinationVaultArn: string;
  /** AWS Backup assumes it, and whoever orders has to be allowed to pass it. */
  readonly roleArn: string;
  readonly keepDays: number;
  readonly coldAfterDays?: number | undefined;
  /** The same for the same copy, however often it is ordered. */
  readonly token: string;
}

/** The copy jobs of the Region that is copied from. */
export interface CopyJobs {
  /**
   * Those that were asked for since then, 30 days back at most: AWS Backup lists no older ones. The newest first.
   *
   * @param destinationVaultArn left out: into all vaults
   * @param resourceArn left out: of all resources
   */
  readonly since: (
    moment: Date,
    destinationVaultArn?: string,
    resourceArn?: string,
  ) => Promise<readonly CopyJob[]>;
  readonly start: (order: CopyOrder) => Promise<Started>;
}

/**
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListCopyJobs.html
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/API_StartCopyJob.html
 */
export function copyJobs(backup: BackupClient): CopyJobs {
  return {
    since: (moment, destinationVaultArn, resourceArn) =>
      allPages(
        (place) =>
          backup.send(
            new ListCopyJobsCommand({
              ByCreatedAfter: moment,
              ...(destinationVaultArn !== undefined && { ByDestinationVaultArn: destinationVaultArn }),
              ...(resourceArn !== undefined && { ByResourceArn: resourceArn }),
              ...place,
            }),
          ),
        (page) => (page.CopyJobs ?? []).flatMap(jobOf),
      ),

    start: (order) =>
      started(async () => {
        const { CopyJobId } = await backup.send(
          new StartCopyJobCommand({
            RecoveryPointArn: order.pointArn,
            SourceBackupVaultName: order.vaultName,
            DestinationBackupVaultArn: order.destinationVaultArn,
            IamRoleArn: order.roleArn,
            IdempotencyToken: order.token,
            Lifecycle: {
              DeleteAfterDays: order.keepDays,
              ...(order.coldAfterDays !== undefined && { MoveToColdStorageAfterDays: order.coldAfterDays }),
            },
          }),
        );
        return CopyJobId;
      }),
  };
}

function jobOf(job: SdkCopyJob): CopyJob[] {
  const { CopyJobId: id, ResourceArn: resourceArn, CreationDate: createdAt, State: state } = job;
  const { SourceRecoveryPointArn: sourcePointArn, DestinationBackupVaultArn: destinationVaultArn } = job;
  if (!id || !resourceArn || !createdAt || !state || !sourcePointArn || !destinationVaultArn) return [];
  if (job.ParentJobId) return [];
  return [
    {
      id,
      resourceArn,
      sourcePointArn,
      destinationVaultArn,
      state,
      createdAt,
      ...(job.StatusMessage && { message: job.StatusMessage }),
      ...(job.CompletionDate && { completedAt: job.CompletionDate }),
    },
  ];
}
