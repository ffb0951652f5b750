import {
  type BackupClient,
  DescribeRecoveryPointCommand,
  DescribeRestoreJobCommand,
  type DescribeRestoreJobOutput,
  InvalidRequestException,
  ListRestoreJobsCommand,
  PutRestoreValidationResultCommand,
  ResourceNotFoundException,
  type RestoreJobsListMember,
} from '@aws-sdk/client-backup';
import type { RestoreJob } from '../backups/observed.ts';
import type { RecoveryPoint } from '../restores/expected.ts';
import { allPages } from './backup-pages.ts';

export type Judged =
  | { readonly end: 'set' }
  /** The job is not finished, or its validation window has ended, or somebody was faster: once set it stays. */
  | { readonly end: 'refused'; readonly reason: string };

/** The restore jobs of a Region. */
export interface RestoreJobs {
  /** Those that were begun since then. The newest first. */
  readonly since: (moment: Date) => Promise<readonly RestoreJob[]>;
  /** @returns undefined when there is no such job */
  readonly of: (id: string) => Promise<RestoreJob | undefined>;
  /**
   * When the backup that a job restores was begun and complete; of a copy, when the copy was complete, which is later.
   *
   * @returns undefined when the recovery point is not there any more, or its vault is not known
   */
  readonly pointOf: (job: RestoreJob) => Promise<RecoveryPoint | undefined>;
  /** Says once and for all whether what a test has restored is good. AWS Backup then deletes it. */
  readonly judge: (id: string, result: 'SUCCESSFUL' | 'FAILED', message: string) => Promise<Judged>;
}

/** AWS documents no limit for the message of a validation; this one is assumed. */
const longestMessage = 1024;

/** @see https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing-validation.html */
export function restoreJobs(backup: BackupClient): RestoreJobs {
  return {
    since: (moment) =>
      allPages(
        (place) => backup.send(new ListRestoreJobsCommand({ ByCreatedAfter: moment, ...place })),
        (page) => (page.RestoreJobs ?? []).flatMap(jobOf),
      ),

    async of(id) {
      try {
        return jobOf(await backup.send(new DescribeRestoreJobCommand({ RestoreJobId: id })))[0];
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
    },

    async pointOf({ vaultArn, pointArn }) {
      const vaultName = vaultArn?.slice(vaultArn.lastIndexOf(':') + 1);
      if (vaultName === undefined) return undefined;
      try {
        const { CreationDate: startedAt, CompletionDate: completedAt } = await backup.send(
          new DescribeRecoveryPointCommand({ BackupVaultName: vaultName, RecoveryPointArn: pointArn }),
        );
        return startedAt && completedAt && { startedAt, completedAt };
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
    },

    async judge(id, result, message) {
      try {
        await backup.send(
          new PutRestoreValidationResultCommand({
            RestoreJobId: id,
            ValidationStatus: result,
            ValidationStatusMessage: message.slice(0, longestMessage),
          }),
        );
        return { end: 'set' };
      } catch (error) {
        if (error instanceof InvalidRequestException) {
          return { end: 'refused', reason: `${error.name}: ${error.message}` };
        }
        throw error;
      }
    },
  };
}

function jobOf(job: RestoreJobsListMember | DescribeRestoreJobOutput): RestoreJob[] {
  const { RestoreJobId: id, CreationDate: createdAt, Status: status, RecoveryPointArn: pointArn } = job;
  if (!id || !createdAt || !status || !pointArn || job.ParentJobId) return [];
  const { ValidationStatus, ValidationStatusMessage, DeletionStatus, DeletionStatusMessage } = job;
  return [
    {
      id,
      resourceType: job.ResourceType ?? '',
      sourceResourceArn: job.SourceResourceArn ?? '',
      pointArn,
      status,
      createdAt,
      ...(job.RecoveryPointCreationDate && { pointCreatedAt: job.RecoveryPointCreationDate }),
      ...(job.BackupVaultArn && { vaultArn: job.BackupVaultArn }),
      ...(job.StatusMessage && { message: job.StatusMessage }),
      ...(job.CompletionDate && { completedAt: job.CompletionDate }),
      ...(job.CreatedBy?.RestoreTestingPlanArn && { testingPlanArn: job.CreatedBy.RestoreTestingPlanArn }),
      ...(job.CreatedResourceArn && { createdArn: job.CreatedResourceArn }),
      ...(ValidationStatus && { validation: progress(ValidationStatus, ValidationStatusMessage) }),
      ...(DeletionStatus && { deletion: progress(DeletionStatus, DeletionStatusMessage) }),
    },
  ];
}

function progress(status: string, message: string | undefined): { status: string; message?: string } {
  return { status, ...(message && { message }) };
}
