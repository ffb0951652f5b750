import {
  type BackupClient,
  ListProtectedResourcesCommand,
  ListRecoveryPointsByBackupVaultCommand,
  type RecoveryPointByBackupVault,
  type ProtectedResource as SdkProtectedResource,
} from '@aws-sdk/client-backup';
import type { ProtectedResource, RecoveryPoint } from '../backups/observed.ts';
import { allPages } from './backup-pages.ts';

/** Which recovery points of a vault are wanted. A vault may hold a month of hours. */
export interface PointFilter {
  /** Leaves out what is older. */
  readonly since?: Date;
  /** Leaves out what is younger. */
  readonly before?: Date;
  /** By AWS Backup's own names. */
  readonly resourceType?: string;
  readonly resourceArn?: string;
}

/** The recovery points of a Region. */
export interface RecoveryPoints {
  /** @throws AccessDeniedException also for a vault that is not there */
  readonly inVault: (vaultName: string, filter?: PointFilter) => Promise<readonly RecoveryPoint[]>;
  readonly protectedResources: () => Promise<readonly ProtectedResource[]>;
}

/** @see https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListRecoveryPointsByBackupVault.html */
export function recoveryPoints(backup: BackupClient, region: string): RecoveryPoints {
  return {
    inVault: (vaultName, { since, before, resourceType, resourceArn } = {}) =>
      allPages(
        (place) =>
          backup.send(
            new ListRecoveryPointsByBackupVaultCommand({
              BackupVaultName: vaultName,
              ...(since !== undefined && { ByCreatedAfter: since }),
              ...(before !== undefined && { ByCreatedBefore: before }),
              ...(resourceType !== undefined && { ByResourceType: resourceType }),
              ...(resourceArn !== undefined && { ByResourceArn: resourceArn }),
              ...place,
            }),
          ),
        (page) => (page.RecoveryPoints ?? []).flatMap((point) => pointOf(point, region, vaultName)),
      ),

    protectedResources: () =>
      allPages(
        (place) => backup.send(new ListProtectedResourcesCommand(place)),
        (page) => (page.Results ?? []).flatMap(protectedResource),
      ),
  };
}

function pointOf(point: RecoveryPointByBackupVault, region: string, vaultName: string): RecoveryPoint[] {
  const { RecoveryPointArn: arn, ResourceArn: resourceArn, CreationDate, InitiationDate, Status } = point;
  if (!arn || !resourceArn || !CreationDate || !Status || point.ParentRecoveryPointArn) return [];
  const deleteAt = point.CalculatedLifecycle?.DeleteAt;
  return [
    {
      arn,
      region,
      vaultName,
      resourceArn,
      status: Status,
      createdAt: earlierOf(CreationDate, InitiationDate),
      isEncrypted: point.IsEncrypted === true,
      ...(point.CreatedBy?.BackupPlanId === undefined && { isByHand: true }),
      ...(point.CompletionDate && { completedAt: point.CompletionDate }),
      ...(deleteAt && { deleteAt }),
      ...(point.BackupSizeInBytes !== undefined && { sizeInBytes: point.BackupSizeInBytes }),
    },
  ];
}

function protectedResource(resource: SdkProtectedResource): ProtectedResource[] {
  const { ResourceArn: arn, LastBackupTime: newestAt, LastBackupVaultArn: vaultArn } = resource;
  if (!arn || !newestAt || !vaultArn) return [];
  return [{ arn, newestAt, vaultName: vaultArn.slice(vaultArn.lastIndexOf(':') + 1) }];
}

/** Of a recovery point it must never be thought that what is in it is younger than it is. */
function earlierOf(one: Date, other: Date | undefined): Date {
  return other !== undefined && other < one ? other : one;
}
