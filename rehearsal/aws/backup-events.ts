import type { Creator } from './backup-context.ts';
import type { CopyJob } from './backup-copy.ts';
import type { BackupJob } from './backup-job.ts';
import type { RestoreJob } from './backup-restore.ts';
import { deletedAt, type RecoveryPoint } from './backup-vault.ts';
import type { ServiceEvent } from './ecr-events.ts';

/*
 * What AWS Backup tells EventBridge, with its own oddities: some members are numbers in one kind of event and texts in
 * another, the first event of a job lacks most of them, a copy that is not there is `{}`, and a restore job has a
 * `state` only while it is new.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
 */

export function backupJobEvent(job: BackupJob): ServiceEvent {
  const about = { backupJobId: job.id, state: job.state, creationDate: job.createdAt.toISOString() };
  const detail = job.state === 'CREATED' ? about : { ...about, ...backupJobDetail(job) };
  return event(job.region, 'Backup Job State Change', job.point === undefined ? [] : [job.point.arn], detail);
}

function backupJobDetail(job: BackupJob): Record<string, unknown> {
  const { state, resource, vault, statusMessage, completedAt } = job;
  const isThere = job.point !== undefined;
  return {
    backupVaultArn: vault.arn,
    backupVaultName: vault.name,
    bytesTransferred: isThere ? String(resource.sizeInBytes) : '0',
    iamRoleArn: job.roleArn,
    resourceArn: resource.arn,
    resourceType: resource.type,
    startBy: job.startBy.toISOString(),
    percentDone: isThere ? 100 : 0,
    ...(isThere || state === 'RUNNING' ? { backupSizeInBytes: String(resource.sizeInBytes) } : {}),
    ...(state === 'COMPLETED' ? { retryCount: 0 } : {}),
    ...(state === 'PENDING' ? { statusMessage: '' } : {}),
    ...(statusMessage !== undefined && { statusMessage: `"${statusMessage}"` }),
    ...(completedAt !== undefined && state !== 'FAILED' && { completionDate: completedAt.toISOString() }),
    ...createdByPlan(job.createdBy),
  };
}

export function copyJobEvent(job: CopyJob): ServiceEvent {
  const { point, state, destinationArn, completedAt, statusMessage, copy } = job;
  const about = {
    state,
    creationDate: job.createdAt.toISOString(),
    sourceBackupVaultArn: point.vault.arn,
    destinationBackupVaultArn: destinationArn,
  };
  const detail = {
    ...about,
    copyJobId: job.id,
    backupSizeInBytes: point.sizeInBytes,
    iamRoleArn: job.roleArn,
    resourceArn: point.resourceArn,
    resourceType: point.type,
    destinationRecoveryPointArn: copy?.arn ?? {},
    ...(statusMessage !== undefined && { statusMessage }),
    ...(completedAt !== undefined && { completionDate: completedAt.toISOString() }),
    ...createdByPlan(job.createdBy),
  };
  return event(job.region, 'Copy Job State Change', [point.arn], state === 'CREATED' ? about : detail);
}

export function restoreJobEvent(job: RestoreJob): ServiceEvent {
  const { point, status, statusMessage, completedAt, created } = job;
  const about = { restoreJobId: job.id, creationDate: job.createdAt.toISOString() };
  if (status === 'CREATED') {
    return event(job.region, 'Restore Job State Change', [point.arn], { ...about, state: status });
  }
  return event(job.region, 'Restore Job State Change', [point.arn], {
    ...about,
    status,
    backupSizeInBytes: String(point.sizeInBytes),
    iamRoleArn: job.roleArn,
    percentDone: status === 'COMPLETED' ? 100 : 0,
    resourceType: point.type,
    restoreTestingPlanArn: job.planArn,
    ...(statusMessage !== undefined && { statusMessage }),
    ...(created !== undefined && {
      createdResourceArn: created.arn,
      recoveryPointArn: point.arn,
      sourceResourceArn: point.resourceArn,
      backupVaultArn: point.vault.arn,
    }),
    ...(completedAt !== undefined && status === 'COMPLETED' && { completionDate: completedAt.toISOString() }),
  });
}

export function recoveryPointEvent(point: RecoveryPoint): ServiceEvent {
  const { vault, lifecycle } = point;
  const deleteAt = deletedAt(point)?.toISOString();
  return event(vault.region, 'Recovery Point State Change', [point.arn], {
    backupVaultName: vault.name,
    backupVaultArn: vault.arn,
    creationDate: point.createdAt.toISOString(),
    iamRoleArn: point.roleArn,
    resourceType: point.type,
    resourceArn: point.resourceArn,
    status: point.stuck ?? point.status,
    isEncrypted: String(point.keyArn !== undefined),
    storageClass: 'WARM',
    completionDate: point.completedAt.toISOString(),
    ...createdByPlan(point.createdBy),
    lifecycle: { deleteAfterDays: lifecycle.DeleteAfterDays },
    calculatedLifeCycle: { deleteAt },
  });
}

function createdByPlan(creator: Creator | undefined): Record<string, unknown> {
  if (creator === undefined) return {};
  return {
    createdBy: {
      backupPlanId: creator.BackupPlanId,
      backupPlanArn: creator.BackupPlanArn,
      backupPlanVersion: creator.BackupPlanVersion,
      backupPlanRuleId: creator.BackupRuleId,
    },
  };
}

function event(
  region: string,
  detailType: string,
  resources: readonly string[],
  detail: Readonly<Record<string, unknown>>,
): ServiceEvent {
  return { region, source: 'aws.backup', detailType, resources, detail };
}
