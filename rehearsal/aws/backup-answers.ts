import type {
  RecoveryPointByBackupVault,
  RestoreJobsListMember,
  BackupJob as SdkBackupJob,
  CopyJob as SdkCopyJob,
} from '@aws-sdk/client-backup';
import type { CopyJob } from './backup-copy.ts';
import type { BackupJob } from './backup-job.ts';
import type { RestoreJob } from './backup-restore.ts';
import { deletedAt, type RecoveryPoint } from './backup-vault.ts';

/*
 * Jobs and recovery points as AWS Backup's API answers them. Lists and descriptions agree in what is simulated.
 */

const categories: readonly (readonly [pattern: RegExp, category: string])[] = [
  [/kms key|key id/i, 'KMS'],
  [/not authorized|access denied/i, 'AccessDenied'],
  [/expired before completion/, 'Expired'],
];

export function backupJobAnswer(job: BackupJob, account: string): SdkBackupJob {
  const { vault, resource, point, statusMessage, createdBy, completedAt } = job;
  return {
    AccountId: account,
    BackupJobId: job.id,
    BackupVaultName: vault.name,
    BackupVaultArn: vault.arn,
    VaultType: 'BACKUP_VAULT',
    ResourceArn: resource.arn,
    ResourceType: resource.type,
    CreationDate: job.createdAt,
    InitiationDate: job.createdAt,
    State: job.state,
    PercentDone: point === undefined ? '0.0' : '100.0',
    IamRoleArn: job.roleArn,
    StartBy: job.startBy,
    RecoveryPointLifecycle: job.lifecycle,
    IsParent: resource.type === 'EKS',
    MessageCategory: categoryOf(statusMessage),
    ...(point !== undefined && {
      RecoveryPointArn: point.arn,
      BackupSizeInBytes: point.sizeInBytes,
      IsEncrypted: point.keyArn !== undefined,
      ...(point.keyArn !== undefined && { EncryptionKeyArn: point.keyArn }),
    }),
    ...(createdBy !== undefined && { CreatedBy: createdBy }),
    ...(completedAt !== undefined && { CompletionDate: completedAt }),
    ...(statusMessage !== undefined && { StatusMessage: statusMessage }),
  };
}

export function copyJobAnswer(job: CopyJob, account: string): SdkCopyJob {
  const { point, copy, completedAt, statusMessage, createdBy, backupJobId, lifecycle } = job;
  return {
    AccountId: account,
    CopyJobId: job.id,
    SourceBackupVaultArn: point.vault.arn,
    SourceRecoveryPointArn: point.arn,
    DestinationBackupVaultArn: job.destinationArn,
    DestinationVaultType: 'BACKUP_VAULT',
    DestinationRecoveryPointLifecycle: lifecycle ?? point.lifecycle,
    ResourceArn: point.resourceArn,
    ResourceType: point.type,
    CreationDate: job.createdAt,
    State: job.state,
    IamRoleArn: job.roleArn,
    BackupSizeInBytes: point.sizeInBytes,
    IsParent: point.type === 'EKS',
    MessageCategory: categoryOf(statusMessage),
    ...(copy !== undefined && {
      DestinationRecoveryPointArn: copy.arn,
      ...(copy.keyArn !== undefined && { DestinationEncryptionKeyArn: copy.keyArn }),
    }),
    ...(completedAt !== undefined && { CompletionDate: completedAt }),
    ...(statusMessage !== undefined && { StatusMessage: statusMessage }),
    ...(createdBy !== undefined && { CreatedBy: createdBy }),
    ...(backupJobId !== undefined && { CreatedByBackupJobId: backupJobId }),
  };
}

/** What is new counts as PENDING here. */
export function restoreJobAnswer(job: RestoreJob, account: string): RestoreJobsListMember {
  const { point, created, completedAt, statusMessage, validation, deletion } = job;
  return {
    AccountId: account,
    RestoreJobId: job.id,
    RecoveryPointArn: point.arn,
    RecoveryPointCreationDate: point.createdAt,
    SourceResourceArn: point.resourceArn,
    BackupVaultArn: point.vault.arn,
    CreationDate: job.createdAt,
    Status: job.status === 'CREATED' ? 'PENDING' : job.status,
    PercentDone: created === undefined ? '0.00%' : '100.00%',
    BackupSizeInBytes: point.sizeInBytes,
    IamRoleArn: job.roleArn,
    ResourceType: point.type,
    CreatedBy: { RestoreTestingPlanArn: job.planArn },
    ...(created !== undefined && { CreatedResourceArn: created.arn }),
    ...(completedAt !== undefined && { CompletionDate: completedAt }),
    ...(statusMessage !== undefined && { StatusMessage: statusMessage }),
    ...(validation !== undefined && {
      ValidationStatus: validation.status,
      ...(validation.message !== undefined && { ValidationStatusMessage: validation.message }),
    }),
    ...(deletion !== undefined && {
      DeletionStatus: deletion.status,
      ...(deletion.message !== undefined && { DeletionStatusMessage: deletion.message }),
    }),
  };
}

export function recoveryPointAnswer(point: RecoveryPoint): RecoveryPointByBackupVault {
  const { vault, sourceVault, createdBy, keyArn, lifecycle, lastRestoredAt, stuck, statusMessage } = point;
  const deleteAt = deletedAt(point);
  return {
    RecoveryPointArn: point.arn,
    BackupVaultName: vault.name,
    BackupVaultArn: vault.arn,
    VaultType: 'BACKUP_VAULT',
    ResourceArn: point.resourceArn,
    ResourceType: point.type,
    IamRoleArn: point.roleArn,
    Status: stuck ?? point.status,
    CreationDate: point.createdAt,
    InitiationDate: point.createdAt,
    CompletionDate: point.completedAt,
    BackupSizeInBytes: point.sizeInBytes,
    Lifecycle: lifecycle,
    IsEncrypted: keyArn !== undefined,
    IsParent: point.type === 'EKS',
    ...(keyArn !== undefined && { EncryptionKeyArn: keyArn }),
    ...(deleteAt !== undefined && { CalculatedLifecycle: { DeleteAt: deleteAt } }),
    ...(sourceVault !== undefined && { SourceBackupVaultArn: sourceVault.arn }),
    ...(createdBy !== undefined && { CreatedBy: createdBy }),
    ...(statusMessage !== undefined && { StatusMessage: statusMessage }),
    ...(lastRestoredAt !== undefined && { LastRestoreTime: lastRestoredAt }),
  };
}

/** AWS sorts messages into categories, of which a few are simulated. */
function categoryOf(message: string | undefined): string {
  if (message === undefined) return 'SUCCESS';
  return categories.find(([pattern]) => pattern.test(message))?.[1] ?? 'MISCELLANEOUS';
}
