import type {
  DescribeBackupJobInput,
  DescribeBackupJobOutput,
  DescribeCopyJobInput,
  DescribeCopyJobOutput,
  DescribeRecoveryPointInput,
  DescribeRecoveryPointOutput,
  DescribeRestoreJobInput,
  DescribeRestoreJobOutput,
  PutRestoreValidationResultInput,
  StartBackupJobInput,
  StartBackupJobOutput,
  StartCopyJobInput,
  StartCopyJobOutput,
} from '@aws-sdk/client-backup';
import { AwsError, type Call, type Operations } from '../kernel.ts';
import { authorize } from './authorize.ts';
import { backupJobAnswer, copyJobAnswer, recoveryPointAnswer, restoreJobAnswer } from './backup-answers.ts';
import { authorized, type BackupParts } from './backup-parts.ts';
import type { RestoreJob } from './backup-restore.ts';

/** AWS's default, and its least. Minutes. */
const startWindow = { usual: 480, least: 60 };

const aMinute = 60_000;

/** What AWS Backup does, and says of a single job or recovery point. */
export function jobOperations({ context, backups, copies, restores }: BackupParts) {
  const { kernel, vaults, resources } = context;
  const { account } = kernel;
  /** Region, operation and token -> what was answered the first time. */
  const answered = new Map<string, object>();

  /** The same token gives the same answer, and nothing is done. */
  function once<Output extends object>(
    call: Call,
    operation: string,
    token: string | undefined,
    act: () => Output,
  ) {
    if (token === undefined) return act();
    const key = `${call.region}/${operation}/${token}`;
    const known = answered.get(key);
    if (known !== undefined) return known;
    const output = act();
    answered.set(key, output);
    return output;
  }

  function mayPass({ principal }: Call, role: string): void {
    authorize(
      kernel,
      {
        principal,
        action: 'iam:PassRole',
        resource: role,
        context: { 'iam:passedtoservice': 'backup.amazonaws.com' },
      },
      'AccessDeniedException',
    );
  }

  function restoreJob({ region }: Call, id: string | undefined): RestoreJob {
    return found(restores.in(region), id, 'Restore');
  }

  return {
    StartBackupJob: (input: StartBackupJobInput, call: Call): StartBackupJobOutput => {
      const { BackupVaultName, ResourceArn = '', IamRoleArn: roleArn = '', IdempotencyToken } = input;
      authorized(context, call, 'StartBackupJob', vaults.arnOf(call.region, BackupVaultName ?? ''));
      mayPass(call, roleArn);
      const { StartWindowMinutes = startWindow.usual, CompleteWindowMinutes } = input;
      if (StartWindowMinutes < startWindow.least) {
        throw new AwsError(
          'InvalidParameterValueException',
          `Invalid start window minutes. The minimum is ${startWindow.least}.`,
        );
      }
      return once(call, 'StartBackupJob', IdempotencyToken, () => {
        const vault = vaults.named(call.region, BackupVaultName);
        const resource = resources.find(ResourceArn);
        if (resource?.region !== call.region) {
          throw new AwsError('ResourceNotFoundException', `Resource ${ResourceArn} does not exist`);
        }
        const job = backups.start({
          resource,
          vault,
          roleArn,
          lifecycle: input.Lifecycle ?? {},
          startWindowMs: StartWindowMinutes * aMinute,
          completionWindowMs:
            CompleteWindowMinutes === undefined ? undefined : CompleteWindowMinutes * aMinute,
        });
        return { BackupJobId: job.id, CreationDate: job.createdAt, IsParent: resource.type === 'EKS' };
      });
    },

    StartCopyJob: (input: StartCopyJobInput, call: Call): StartCopyJobOutput => {
      const { RecoveryPointArn = '', IamRoleArn: roleArn = '', DestinationBackupVaultArn = '' } = input;
      authorized(context, call, 'StartCopyJob', RecoveryPointArn);
      mayPass(call, roleArn);
      return once(call, 'StartCopyJob', input.IdempotencyToken, () => {
        const vault = vaults.named(call.region, input.SourceBackupVaultName);
        const point = vaults.point(vault, RecoveryPointArn);
        const job = copies.start({
          point,
          destinationArn: DestinationBackupVaultArn,
          roleArn,
          lifecycle: input.Lifecycle,
        });
        return { CopyJobId: job.id, CreationDate: job.createdAt, IsParent: point.type === 'EKS' };
      });
    },

    PutRestoreValidationResult: (input: PutRestoreValidationResultInput, call: Call): object => {
      authorized(context, call, 'PutRestoreValidationResult');
      const { RestoreJobId, ValidationStatus, ValidationStatusMessage } = input;
      if (ValidationStatus === undefined) {
        throw new AwsError('MissingParameterValueException', 'ValidationStatus is required.');
      }
      restores.validate(restoreJob(call, RestoreJobId), ValidationStatus, ValidationStatusMessage);
      return {};
    },

    DescribeBackupJob: ({ BackupJobId }: DescribeBackupJobInput, call: Call): DescribeBackupJobOutput => {
      authorized(context, call, 'DescribeBackupJob');
      return backupJobAnswer(found(backups.in(call.region), BackupJobId, 'Backup'), account);
    },

    DescribeCopyJob: ({ CopyJobId }: DescribeCopyJobInput, call: Call): DescribeCopyJobOutput => {
      authorized(context, call, 'DescribeCopyJob');
      return { CopyJob: copyJobAnswer(found(copies.in(call.region), CopyJobId, 'Copy'), account) };
    },

    DescribeRestoreJob: ({ RestoreJobId }: DescribeRestoreJobInput, call: Call): DescribeRestoreJobOutput => {
      authorized(context, call, 'DescribeRestoreJob');
      return restoreJobAnswer(restoreJob(call, RestoreJobId), account);
    },

    DescribeRecoveryPoint: (
      { BackupVaultName, RecoveryPointArn = '' }: DescribeRecoveryPointInput,
      call: Call,
    ): DescribeRecoveryPointOutput => {
      authorized(context, call, 'DescribeRecoveryPoint', RecoveryPointArn);
      const vault = vaults.named(call.region, BackupVaultName);
      return { ...recoveryPointAnswer(vaults.point(vault, RecoveryPointArn)), StorageClass: 'WARM' };
    },
  } satisfies Operations;
}

/** @throws AwsError ResourceNotFoundException */
function found<Job extends { readonly id: string }>(
  jobs: readonly Job[],
  id: string | undefined,
  what: string,
): Job {
  const job = jobs.find((candidate) => candidate.id === id);
  if (job !== undefined) return job;
  throw new AwsError('ResourceNotFoundException', `${what} job ${id} does not exist.`);
}
