import {
  type BackupClient,
  DescribeRestoreJobCommand,
  GetRecoveryPointRestoreMetadataCommand,
  StartRestoreJobCommand,
} from '@aws-sdk/client-backup';
import { type Started, started } from './backup-starting.ts';

/** A recovery point that is to be restored. */
export interface RestoreWish {
  readonly pointArn: string;
  readonly vaultName: string;
  /** What is to be other than it was, by AWS Backup's names for it. */
  readonly changes: Readonly<Record<string, string>>;
  /** The same wish again starts no second job. At most 128 characters. */
  readonly token: string;
}

export interface RestoreSeen {
  /** PENDING, RUNNING, COMPLETED, ABORTED or FAILED. */
  readonly status: string;
  readonly message?: string;
  /** The ARN of what was made. */
  readonly createdArn?: string;
}

export interface StandbyRestores {
  readonly start: (wish: RestoreWish) => Promise<Started>;
  readonly find: (jobId: string) => Promise<RestoreSeen>;
}

/**
 * @param roleArn that AWS Backup restores as
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/API_StartRestoreJob.html
 */
export function standbyRestores(backup: BackupClient, roleArn: string): StandbyRestores {
  return {
    async start({ pointArn, vaultName, changes, token }) {
      const { RestoreMetadata = {} } = await backup.send(
        new GetRecoveryPointRestoreMetadataCommand({
          BackupVaultName: vaultName,
          RecoveryPointArn: pointArn,
        }),
      );
      return started(async () => {
        const { RestoreJobId } = await backup.send(
          new StartRestoreJobCommand({
            RecoveryPointArn: pointArn,
            IamRoleArn: roleArn,
            Metadata: { ...RestoreMetadata, ...changes },
            IdempotencyToken: token,
          }),
        );
        return RestoreJobId;
      });
    },

    async find(jobId) {
      const job = await backup.send(new DescribeRestoreJobCommand({ RestoreJobId: jobId }));
      return {
        status: job.Status ?? 'in no known state',
        ...(job.StatusMessage && { message: job.StatusMessage }),
        ...(job.CreatedResourceArn && { createdArn: job.CreatedResourceArn }),
      };
    },
  };
}
