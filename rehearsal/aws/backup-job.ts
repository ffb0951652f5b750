import type { BackupJobState, Lifecycle } from '@aws-sdk/client-backup';
import type { DatabaseContent } from '../databases/content.ts';
import {
  type BackupContext,
  type BackupFault,
  type Creator,
  durationOf,
  refusalOf,
  retryMs,
  transferMs,
} from './backup-context.ts';
import { backupJobEvent, recoveryPointEvent } from './backup-events.ts';
import { type BackupResource, traitsOf } from './backup-resource.ts';
import { isWithinLock, type RecoveryPoint, type Vault } from './backup-vault.ts';
import { closedBecause } from './backup-windows.ts';

export interface BackupRequest {
  readonly resource: BackupResource;
  readonly vault: Vault;
  readonly roleArn: string;
  readonly lifecycle: Lifecycle;
  readonly startWindowMs: number;
  /** From now on; undefined: for ever. */
  readonly completionWindowMs?: number | undefined;
  readonly createdBy?: Creator;
}

export interface BackupJob extends BackupRequest {
  readonly id: string;
  readonly region: string;
  readonly createdAt: Date;
  readonly startBy: Date;
  state: BackupJobState;
  statusMessage?: string;
  completedAt?: Date;
  point?: RecoveryPoint;
  content?: DatabaseContent;
}

/** A job by hand does not use its start window up. */
const soonMs = { least: 30_000, most: 3 * 60_000 };

/**
 * Backup jobs: each begins at some moment of its start window, waits while another job has its resource, and leaves a
 * recovery point.
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html
 */
export class BackupJobs {
  readonly #context: BackupContext;
  readonly #onCompleted: (job: BackupJob, point: RecoveryPoint) => void;
  /** The oldest first. */
  readonly #jobs = new Map<string, BackupJob>();

  /** @param onCompleted takes a recovery point that can be copied */
  constructor(context: BackupContext, onCompleted: (job: BackupJob, point: RecoveryPoint) => void) {
    this.#context = context;
    this.#onCompleted = onCompleted;
  }

  in(region: string): readonly BackupJob[] {
    return [...this.#jobs.values()].filter((job) => job.region === region);
  }

  start(request: BackupRequest): BackupJob {
    const { kernel } = this.#context;
    const createdAt = kernel.now();
    const job: BackupJob = {
      ...request,
      id: kernel.uuid().toUpperCase(),
      region: request.vault.region,
      createdAt,
      startBy: new Date(createdAt.getTime() + request.startWindowMs),
      state: 'CREATED',
    };
    this.#jobs.set(job.id, job);
    this.#tell(job);
    const [least, most] =
      request.createdBy === undefined ? [soonMs.least, soonMs.most] : [0, request.startWindowMs];
    kernel.after(durationOf(this.#context, least, most), () => this.#begin(job));
    return job;
  }

  #begin(job: BackupJob): void {
    const { faults, busy } = this.#context;
    const { resource, vault, createdBy, createdAt: at } = job;
    if (busy.has(resource.arn)) {
      this.#wait(job);
      return;
    }
    const fault = faults.backup?.({ resource, vault: vault.name, rule: createdBy?.BackupRuleName, at });
    if (fault?.end === 'EXPIRED') {
      this.#expire(job);
      return;
    }
    const why = this.#refusal(job);
    if (why === undefined) this.#run(job, fault);
    else this.#end(job, 'FAILED', why);
  }

  #run(job: BackupJob, fault: Exclude<BackupFault, { end: 'EXPIRED' }> | undefined): void {
    const { kernel, busy, contents } = this.#context;
    const { resource, createdAt, completionWindowMs = Number.POSITIVE_INFINITY } = job;
    busy.add(resource.arn);
    job.state = 'RUNNING';
    const content = contents.take(resource);
    if (content !== undefined) job.content = content;
    this.#tell(job);
    const left = createdAt.getTime() + completionWindowMs - kernel.now().getTime();
    const takes = transferMs(this.#context, resource.sizeInBytes);
    kernel.after(Math.max(0, Math.min(takes, left)), () => {
      busy.delete(resource.arn);
      if (takes > left) this.#end(job, 'EXPIRED', expired);
      else if (fault === undefined) this.#complete(job, 'COMPLETED');
      else if (fault.end === 'COMPLETED' || fault.end === 'PARTIAL')
        this.#complete(job, fault.end, fault.message);
      else this.#end(job, fault.end, fault.message);
    });
  }

  #wait(job: BackupJob): void {
    const { kernel } = this.#context;
    if (job.state === 'CREATED') {
      job.state = 'PENDING';
      this.#tell(job);
    }
    if (kernel.now().getTime() + retryMs > job.startBy.getTime()) this.#expire(job);
    else kernel.after(retryMs, () => this.#begin(job));
  }

  /** When its start window ends. */
  #expire(job: BackupJob): void {
    const { kernel } = this.#context;
    kernel.after(job.startBy.getTime() - kernel.now().getTime(), () => this.#end(job, 'EXPIRED', expired));
  }

  /** Why the job cannot begin, in AWS's words. */
  #refusal({ resource: asked, vault, lifecycle, roleArn }: BackupJob): string | undefined {
    const { kernel, resources } = this.#context;
    const resource = resources.find(asked.arn);
    if (resource === undefined) return `Resource ${asked.arn} does not exist`;
    if (!isWithinLock(vault, lifecycle)) {
      return 'Backup job failed because the lifecycle is outside the valid range for backup vault.';
    }
    const { backupAction, isFullyManaged, keyService } = traitsOf(resource.type);
    const isKeyUsed = isFullyManaged && vault.keyArn !== undefined;
    return (
      closedBecause(resource, kernel.now()) ??
      refusalOf(this.#context, roleArn, backupAction, resource.arn) ??
      (isKeyUsed
        ? refusalOf(this.#context, roleArn, 'kms:GenerateDataKey', vault.keyArn, {
            'kms:viaservice': `${keyService}.${vault.region}.amazonaws.com`,
            'kms:calleraccount': kernel.account,
          })
        : undefined)
    );
  }

  #complete(job: BackupJob, state: 'COMPLETED' | 'PARTIAL', message?: string): void {
    const { kernel, resources, tell } = this.#context;
    const { vault, lifecycle, roleArn, createdAt } = job;
    const resource = resources.find(job.resource.arn) ?? job.resource;
    const { isFullyManaged, pointArn } = traitsOf(resource.type);
    const keyArn = isFullyManaged ? vault.keyArn : resource.keyArn;
    const point: RecoveryPoint = {
      arn: pointArn({ kernel, region: job.region }, 'job'),
      vault,
      resourceArn: resource.arn,
      type: resource.type,
      tags: resource.tags,
      ...(job.createdBy !== undefined && { createdBy: job.createdBy }),
      roleArn,
      createdAt,
      completedAt: kernel.now(),
      status: state,
      ...(message !== undefined && { statusMessage: message }),
      sizeInBytes: resource.sizeInBytes,
      lifecycle,
      ...(keyArn !== undefined && { keyArn }),
      ...(job.content !== undefined && { content: job.content }),
    };
    vault.points.set(point.arn, point);
    job.point = point;
    this.#end(job, state, message);
    tell(recoveryPointEvent(point));
    if (state === 'COMPLETED') this.#onCompleted(job, point);
  }

  #end(job: BackupJob, state: BackupJobState, message?: string): void {
    job.state = state;
    job.completedAt = this.#context.kernel.now();
    if (message !== undefined) job.statusMessage = message;
    this.#tell(job);
  }

  #tell(job: BackupJob): void {
    this.#context.tell(backupJobEvent(job));
  }
}

const expired = 'Backup job expired before completion.';
