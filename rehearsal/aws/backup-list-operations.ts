import type {
  ListBackupJobsInput,
  ListBackupJobsOutput,
  ListCopyJobsInput,
  ListCopyJobsOutput,
  ListProtectedResourcesInput,
  ListProtectedResourcesOutput,
  ListRecoveryPointsByBackupVaultInput,
  ListRecoveryPointsByBackupVaultOutput,
  ListRestoreJobsInput,
  ListRestoreJobsOutput,
  ProtectedResource,
} from '@aws-sdk/client-backup';
import { AwsError, type Call, type Operations } from '../kernel.ts';
import { backupJobAnswer, copyJobAnswer, recoveryPointAnswer, restoreJobAnswer } from './backup-answers.ts';
import { authorized, type BackupParts } from './backup-parts.ts';
import type { RecoveryPoint } from './backup-vault.ts';
import { type Page, pageOf } from './paging.ts';

/** The longest page of a list. */
const longestPage = 1000;

/** Jobs are listed for so long. Milliseconds. */
const listedMs = 30 * 86_400_000;

/** What AWS Backup lists, the newest first, by the filters that are simulated. */
export function listOperations(parts: BackupParts) {
  const { context, backups, copies, restores } = parts;
  const { kernel, vaults } = context;
  const { account } = kernel;

  function filtered<Job extends Dated>(jobs: readonly Job[], input: DateFilters): readonly Job[] {
    const since = kernel.now().getTime() - listedMs;
    return jobs
      .filter(
        ({ createdAt, completedAt }) =>
          createdAt.getTime() >= since &&
          isBetween(createdAt, input.ByCreatedAfter, input.ByCreatedBefore) &&
          isBetween(completedAt, input.ByCompleteAfter, input.ByCompleteBefore),
      )
      .reverse();
  }

  return {
    ListBackupJobs: (input: ListBackupJobsInput, call: Call): ListBackupJobsOutput => {
      authorized(context, call, 'ListBackupJobs');
      assertSimulated('ListBackupJobs', input, ['ByAccountId', 'ByParentJobId', 'ByMessageCategory']);
      const jobs = filtered(backups.in(call.region), input).filter(
        ({ resource, vault, state }) =>
          isAny(input.ByResourceArn, resource.arn) &&
          isAny(input.ByResourceType, resource.type) &&
          isAny(input.ByBackupVaultName, vault.name) &&
          isAny(input.ByState, state),
      );
      const { things, ...next } = page(jobs, input);
      return { BackupJobs: things.map((job) => backupJobAnswer(job, account)), ...tokenOf(next) };
    },

    ListCopyJobs: (input: ListCopyJobsInput, call: Call): ListCopyJobsOutput => {
      authorized(context, call, 'ListCopyJobs');
      assertSimulated('ListCopyJobs', input, ['ByAccountId', 'ByParentJobId', 'ByMessageCategory']);
      const jobs = filtered(copies.in(call.region), input).filter(
        ({ point, destinationArn, state }) =>
          isAny(input.ByResourceArn, point.resourceArn) &&
          isAny(input.ByResourceType, point.type) &&
          isAny(input.ByDestinationVaultArn, destinationArn) &&
          isAny(input.BySourceRecoveryPointArn, point.arn) &&
          isAny(input.ByState, state),
      );
      const { things, ...next } = page(jobs, input);
      return { CopyJobs: things.map((job) => copyJobAnswer(job, account)), ...tokenOf(next) };
    },

    ListRestoreJobs: (input: ListRestoreJobsInput, call: Call): ListRestoreJobsOutput => {
      authorized(context, call, 'ListRestoreJobs');
      assertSimulated('ListRestoreJobs', input, ['ByAccountId', 'ByParentJobId']);
      const jobs = filtered(restores.in(call.region), input).filter(
        ({ point, planArn, status }) =>
          isAny(input.ByResourceType, point.type) &&
          isAny(input.ByRestoreTestingPlanArn, planArn) &&
          isAny(input.ByStatus, status),
      );
      const { things, ...next } = page(jobs, input);
      return { RestoreJobs: things.map((job) => restoreJobAnswer(job, account)), ...tokenOf(next) };
    },

    ListRecoveryPointsByBackupVault: (
      input: ListRecoveryPointsByBackupVaultInput,
      call: Call,
    ): ListRecoveryPointsByBackupVaultOutput => {
      const { BackupVaultName = '' } = input;
      authorized(
        context,
        call,
        'ListRecoveryPointsByBackupVault',
        vaults.arnOf(call.region, BackupVaultName),
      );
      assertSimulated('ListRecoveryPointsByBackupVault', input, [
        'BackupVaultAccountId',
        'ByParentRecoveryPointArn',
      ]);
      const points = vaults
        .pointsOf(vaults.named(call.region, BackupVaultName))
        .filter(
          ({ createdAt, resourceArn, type, createdBy }) =>
            isBetween(createdAt, input.ByCreatedAfter, input.ByCreatedBefore) &&
            isAny(input.ByResourceArn, resourceArn) &&
            isAny(input.ByResourceType, type) &&
            isAny(input.ByBackupPlanId, createdBy?.BackupPlanId),
        )
        .toReversed();
      const { things, ...next } = page(points, input);
      return { RecoveryPoints: things.map(recoveryPointAnswer), ...tokenOf(next) };
    },

    /** Resources of which a Region has recovery points, whether they are still there or not. */
    ListProtectedResources: (
      input: ListProtectedResourcesInput,
      call: Call,
    ): ListProtectedResourcesOutput => {
      authorized(context, call, 'ListProtectedResources');
      const newest = new Map<string, RecoveryPoint>();
      for (const point of vaults.in(call.region).flatMap((vault) => vaults.pointsOf(vault))) {
        const known = newest.get(point.resourceArn);
        if (known === undefined || known.createdAt <= point.createdAt) newest.set(point.resourceArn, point);
      }
      const { things, ...next } = page([...newest.values()], input);
      return { Results: things.map(protectedResource), ...tokenOf(next) };
    },
  } satisfies Operations;
}

interface Dated {
  readonly createdAt: Date;
  readonly completedAt?: Date;
}

interface DateFilters {
  readonly ByCreatedAfter?: Date | undefined;
  readonly ByCreatedBefore?: Date | undefined;
  readonly ByCompleteAfter?: Date | undefined;
  readonly ByCompleteBefore?: Date | undefined;
}

/** AWS says "after" and "before" and does not say whether the moment itself counts: it does here. */
function isBetween(moment: Date | undefined, after: Date | undefined, before: Date | undefined): boolean {
  if (after === undefined && before === undefined) return true;
  if (moment === undefined) return false;
  return (after === undefined || moment >= after) && (before === undefined || moment <= before);
}

function isAny(wanted: string | undefined, given: string | undefined): boolean {
  return wanted === undefined || wanted === given;
}

function page<Thing>(
  things: readonly Thing[],
  {
    MaxResults = longestPage,
    NextToken,
  }: { MaxResults?: number | undefined; NextToken?: string | undefined },
): Page<Thing> {
  const found = pageOf(things, Math.min(MaxResults, longestPage), NextToken);
  if (found !== undefined) return found;
  throw new AwsError('InvalidParameterValueException', 'Provided NextToken is invalid.');
}

function tokenOf({ nextToken }: Pick<Page<unknown>, 'nextToken'>): { NextToken?: string } {
  return nextToken === undefined ? {} : { NextToken: nextToken };
}

function assertSimulated<Input extends object>(
  operation: string,
  input: Input,
  filters: readonly (keyof Input & string)[],
): void {
  const given = filters.find((filter) => input[filter] !== undefined);
  if (given !== undefined) throw new RangeError(`AWS Backup ${operation}: '${given}' is not simulated`);
}

function protectedResource(point: RecoveryPoint): ProtectedResource {
  return {
    ResourceArn: point.resourceArn,
    ResourceType: point.type,
    LastBackupTime: point.createdAt,
    LastBackupVaultArn: point.vault.arn,
    LastRecoveryPointArn: point.arn,
  };
}
