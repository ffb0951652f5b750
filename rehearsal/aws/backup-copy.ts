import type { CopyJobState, Lifecycle } from '@aws-sdk/client-backup';
import {
  type BackupContext,
  type CopyFault,
  type Creator,
  durationOf,
  refusalOf,
  retryMs,
  transferMs,
} from './backup-context.ts';
import { copyJobEvent, recoveryPointEvent } from './backup-events.ts';
import { type BackupType, traitsOf } from './backup-resource.ts';
import { isWithinLock, type RecoveryPoint, type Vault } from './backup-vault.ts';

export interface CopyRequest {
  readonly point: RecoveryPoint;
  readonly destinationArn: string;
  readonly roleArn: string;
  /** Left out: that of the source. */
  readonly lifecycle?: Lifecycle | undefined;
  readonly createdBy?: Creator;
  readonly backupJobId?: string;
}

export interface CopyJob extends CopyRequest {
  readonly id: string;
  /** Of the source: copies are listed and told of there. */
  readonly region: string;
  readonly createdAt: Date;
  state: CopyJobState;
  statusMessage?: string;
  completedAt?: Date;
  copy?: RecoveryPoint;
}

/**
 * Copies of recovery points into vaults of other Regions, encrypted with the key of the vault. They keep the creation
 * date of their source.
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/recov-point-create-a-copy.html
 */
export class CopyJobs {
  readonly #context: BackupContext;
  /** The oldest first. */
  readonly #jobs = new Map<string, CopyJob>();

  constructor(context: BackupContext) {
    this.#context = context;
  }

  in(region: string): readonly CopyJob[] {
    return [...this.#jobs.values()].filter((job) => job.region === region);
  }

  start(request: CopyRequest): CopyJob {
    const { kernel, faults, vaults } = this.#context;
    const { point, destinationArn } = request;
    const job: CopyJob = {
      ...request,
      id: kernel.uuid().toUpperCase(),
      region: point.vault.region,
      createdAt: kernel.now(),
      state: 'CREATED',
    };
    this.#jobs.set(job.id, job);
    this.#tell(job);
    const to = vaults.find(destinationArn);
    if (to === undefined) {
      this.#end(job, 'FAILED', `Could not find backup vault ${destinationArn}`);
      return job;
    }
    const fault = faults.copy?.({ point, to });
    const late = fault !== undefined && 'lateMs' in fault ? fault.lateMs : 0;
    kernel.after(durationOf(this.#context, 10_000, 120_000) + late, () => this.#begin(job, to, fault));
    return job;
  }

  #begin(job: CopyJob, to: Vault, fault: CopyFault | undefined): void {
    const { kernel, busy } = this.#context;
    const { point } = job;
    if (busy.has(point.resourceArn)) {
      kernel.after(retryMs, () => this.#begin(job, to, fault));
      return;
    }
    job.state = 'RUNNING';
    this.#tell(job);
    if (fault !== undefined && 'end' in fault && fault.end === 'never') return;
    busy.add(point.resourceArn);
    kernel.after(transferMs(this.#context, point.sizeInBytes), () => {
      busy.delete(point.resourceArn);
      const why = messageOf(fault, point, to) ?? this.#refusal(job, to);
      if (why === undefined) this.#complete(job, to);
      else this.#end(job, 'FAILED', why);
    });
  }

  /** Why the copy cannot be made, in AWS's words. */
  #refusal({ point, roleArn, lifecycle = point.lifecycle }: CopyJob, to: Vault): string | undefined {
    if (!isWithinLock(to, lifecycle)) {
      return 'Copy job failed. The retention specified in the job is not within the range specified for the target Backup Vault.';
    }
    const denied = refusalOf(this.#context, roleArn, 'backup:CopyIntoBackupVault', to.arn);
    if (denied !== undefined || to.keyArn === undefined) return denied;
    const grant = refusalOf(this.#context, roleArn, 'kms:CreateGrant', to.keyArn, {
      'kms:viaservice': `${traitsOf(point.type).keyService}.${to.region}.amazonaws.com`,
      'kms:calleraccount': this.#context.kernel.account,
      'kms:grantisforawsresource': 'true',
    });
    return grant === undefined ? undefined : keyMessage('destination', point.type, to.keyArn);
  }

  #complete(job: CopyJob, to: Vault): void {
    const { kernel, tell } = this.#context;
    const { point, lifecycle = point.lifecycle } = job;
    const { isFullyManaged, pointArn } = traitsOf(point.type);
    const { keyArn: sourceKey, lastRestoredAt: _restored, stuck: _stuck, ...source } = point;
    const keyArn = isFullyManaged || sourceKey !== undefined ? to.keyArn : undefined;
    const copy: RecoveryPoint = {
      ...source,
      arn: pointArn({ kernel, region: to.region }, 'copyjob'),
      vault: to,
      sourceVault: point.vault,
      roleArn: job.roleArn,
      completedAt: kernel.now(),
      lifecycle,
      ...(keyArn !== undefined && { keyArn }),
    };
    to.points.set(copy.arn, copy);
    job.copy = copy;
    this.#end(job, 'COMPLETED');
    tell(recoveryPointEvent(copy));
  }

  #end(job: CopyJob, state: CopyJobState, message?: string): void {
    job.state = state;
    job.completedAt = this.#context.kernel.now();
    if (message !== undefined) job.statusMessage = message;
    this.#tell(job);
  }

  #tell(job: CopyJob): void {
    this.#context.tell(copyJobEvent(job));
  }
}

function messageOf(fault: CopyFault | undefined, point: RecoveryPoint, to: Vault): string | undefined {
  if (fault === undefined || !('end' in fault) || fault.end !== 'FAILED') return undefined;
  if ('message' in fault) return fault.message;
  return keyMessage(fault.key, point.type, (fault.key === 'source' ? point.keyArn : to.keyArn) ?? 'unknown');
}

/**
 * What each service says of a key that it may not use. Only RDS names it.
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-dashboards.html
 */
function keyMessage(which: 'source' | 'destination', type: BackupType, keyArn: string): string {
  const rest = `[${keyArn}] does not exist, is not enabled or you do not have permissions to access it.`;
  switch (type) {
    case 'RDS':
      return which === 'source' ? `The source snapshot KMS key ${rest}` : `Specified KMS key ${rest}`;
    case 'EBS':
      return 'Given key ID is not accessible';
    case 'S3':
    case 'EKS':
      return 'KMS key is either disabled or pending deletion or access to KMS key is denied';
  }
}
