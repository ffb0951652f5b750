import * as z from 'zod/mini';
import { PermanentError } from '../lambda/errors.ts';
import {
  OptionalFlag,
  OptionalMessage,
  OptionalName,
  OptionalSize,
  stateMembers,
  stateOf,
} from './backup-fields.ts';
import { type EventOrigin, eventReader, readHeader } from './envelope.ts';
import { excerpt } from './excerpt.ts';
import { Text } from './text.ts';
import { OptionalTime } from './time.ts';

/*
 * Events of AWS Backup. Best effort, every five minutes: they may come late, twice or not at all, and the first ones of
 * a job lack most of what the later ones have. States are in AWS's own words, and new ones are not refused.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
 */

const members = {
  ...stateMembers,
  statusMessage: OptionalMessage,
  resourceArn: OptionalName,
  resourceType: OptionalName,
  creationDate: OptionalTime,
  completionDate: OptionalTime,
};

const BackupJobDetail = z.pipe(
  z.object({
    ...members,
    backupJobId: Text,
    backupVaultName: OptionalName,
    backupSizeInBytes: OptionalSize,
  }),
  z.transform((detail, context) => ({
    jobId: detail.backupJobId,
    state: stateOf(detail, context),
    /** With COMPLETED: something is missing in the backup, which the console calls "completed with issues". */
    message: detail.statusMessage,
    resourceArn: detail.resourceArn,
    resourceType: detail.resourceType,
    vaultName: detail.backupVaultName,
    sizeInBytes: detail.backupSizeInBytes,
    createdAt: detail.creationDate,
    completedAt: detail.completionDate,
  })),
);

/** "Backup Job State Change". The first one of a job names neither resource nor vault. */
export type BackupJobChange = EventOrigin & {
  readonly kind: 'backup-job';
  /** With COMPLETED. */
  readonly recoveryPointArn: string | undefined;
} & z.infer<typeof BackupJobDetail>;

const readBackupJob = eventReader('aws.backup', 'Backup Job State Change', BackupJobDetail);

/** @throws PermanentError when the event is of another kind, or names no job or no state */
export function parseBackupJobChange(event: unknown): BackupJobChange {
  const { region, account, at, resources, detail } = readBackupJob(event);
  return { kind: 'backup-job', ...detail, recoveryPointArn: resources[0], region, account, at };
}

const CopyJobDetail = z.pipe(
  z.object({
    ...members,
    copyJobId: OptionalName,
    sourceBackupVaultArn: OptionalName,
    destinationBackupVaultArn: OptionalName,
    destinationRecoveryPointArn: OptionalName,
    backupSizeInBytes: OptionalSize,
  }),
  z.transform((detail, context) => ({
    /** Absent in the first event of a job. */
    jobId: detail.copyJobId,
    state: stateOf(detail, context),
    message: detail.statusMessage,
    resourceArn: detail.resourceArn,
    resourceType: detail.resourceType,
    sourceVaultArn: detail.sourceBackupVaultArn,
    destinationVaultArn: detail.destinationBackupVaultArn,
    /** Absent until the copy is there. */
    copyArn: detail.destinationRecoveryPointArn,
    sizeInBytes: detail.backupSizeInBytes,
    createdAt: detail.creationDate,
    completedAt: detail.completionDate,
  })),
);

/** "Copy Job State Change", told in the Region that is copied from. */
export type CopyJobChange = EventOrigin & {
  readonly kind: 'copy-job';
  /** What is copied. */
  readonly recoveryPointArn: string | undefined;
} & z.infer<typeof CopyJobDetail>;

const readCopyJob = eventReader('aws.backup', 'Copy Job State Change', CopyJobDetail);

/** @throws PermanentError when the event is of another kind, or names no state */
export function parseCopyJobChange(event: unknown): CopyJobChange {
  const { region, account, at, resources, detail } = readCopyJob(event);
  return { kind: 'copy-job', ...detail, recoveryPointArn: resources[0], region, account, at };
}

const RestoreJobDetail = z.pipe(
  z.object({
    ...members,
    restoreJobId: Text,
    restoreTestingPlanArn: OptionalName,
    createdResourceArn: OptionalName,
    sourceResourceArn: OptionalName,
    backupVaultArn: OptionalName,
  }),
  z.transform((detail, context) => ({
    jobId: detail.restoreJobId,
    state: stateOf(detail, context),
    message: detail.statusMessage,
    resourceType: detail.resourceType,
    /** Absent: somebody has started it by hand. Also absent in the first event of a job. */
    testingPlanArn: detail.restoreTestingPlanArn,
    /** With COMPLETED. */
    createdArn: detail.createdResourceArn,
    resourceArn: detail.sourceResourceArn,
    vaultArn: detail.backupVaultArn,
    createdAt: detail.creationDate,
    completedAt: detail.completionDate,
  })),
);

/** "Restore Job State Change". */
export type RestoreJobChange = EventOrigin & {
  readonly kind: 'restore-job';
  /** What is restored. */
  readonly recoveryPointArn: string | undefined;
} & z.infer<typeof RestoreJobDetail>;

const readRestoreJob = eventReader('aws.backup', 'Restore Job State Change', RestoreJobDetail);

/** @throws PermanentError when the event is of another kind, or names no job or no state */
export function parseRestoreJobChange(event: unknown): RestoreJobChange {
  const { region, account, at, resources, detail } = readRestoreJob(event);
  return { kind: 'restore-job', ...detail, recoveryPointArn: resources[0], region, account, at };
}

const RecoveryPointDetail = z.pipe(
  z.object({ ...members, backupVaultName: Text, isEncrypted: OptionalFlag }),
  z.transform((detail, context) => ({
    state: stateOf(detail, context),
    message: detail.statusMessage,
    resourceArn: detail.resourceArn,
    resourceType: detail.resourceType,
    vaultName: detail.backupVaultName,
    isEncrypted: detail.isEncrypted,
    createdAt: detail.creationDate,
    completedAt: detail.completionDate,
  })),
);

/** "Recovery Point State Change". */
export type RecoveryPointChange = EventOrigin & {
  readonly kind: 'recovery-point';
  readonly recoveryPointArn: string;
} & z.infer<typeof RecoveryPointDetail>;

const readRecoveryPoint = eventReader('aws.backup', 'Recovery Point State Change', RecoveryPointDetail);

/** @throws PermanentError when the event is of another kind, or names no recovery point, no vault or no state */
export function parseRecoveryPointChange(event: unknown): RecoveryPointChange {
  const { region, account, at, resources, detail } = readRecoveryPoint(event);
  const recoveryPointArn = resources[0];
  if (recoveryPointArn === undefined) {
    throw new PermanentError(
      "The event 'Recovery Point State Change' does not say which it is about: expected its ARN in resources (given nothing)",
    );
  }
  return { kind: 'recovery-point', ...detail, recoveryPointArn, region, account, at };
}

export type BackupEvent = BackupJobChange | CopyJobChange | RestoreJobChange | RecoveryPointChange;

/**
 * What became of a job or a recovery point.
 *
 * @throws PermanentError for an event of another kind, also of AWS Backup: changes of plans, vaults, indexes, settings
 * and malware scans are not looked after
 */
export function parseBackupEvent(event: unknown): BackupEvent {
  const { source, detailType } = readHeader(event);
  switch (`${source}/${detailType}`) {
    case 'aws.backup/Backup Job State Change':
      return parseBackupJobChange(event);
    case 'aws.backup/Copy Job State Change':
      return parseCopyJobChange(event);
    case 'aws.backup/Restore Job State Change':
      return parseRestoreJobChange(event);
    case 'aws.backup/Recovery Point State Change':
      return parseRecoveryPointChange(event);
    default:
      throw new PermanentError(
        `Nothing is done about this kind of event (given ${excerpt(detailType, 80)} of ${excerpt(source, 80)}): ` +
          "expected 'Backup Job State Change', 'Copy Job State Change', 'Restore Job State Change' or " +
          "'Recovery Point State Change'",
        { facts: { source, detailType } },
      );
  }
}
