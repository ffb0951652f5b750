import type { RestoreDeletionStatus, RestoreJobState, RestoreValidationStatus } from '@aws-sdk/client-backup';
import { copyOf } from '../databases/content.ts';
import { AwsError } from '../kernel.ts';
import {
  type BackupContext,
  durationOf,
  type RestoreFault,
  refusalOf,
  transferMs,
} from './backup-context.ts';
import { restoreJobEvent } from './backup-events.ts';
import { restoreTestPrefix, traitsOf } from './backup-resource.ts';
import type { RestoreTestingPlan, RestoreTestingSelection } from './backup-restore-plan.ts';
import type { RecoveryPoint } from './backup-vault.ts';

/** What a restore test has made. Its tag is what AWS Backup finds it by when it is to be deleted. */
export interface RestoredResource {
  readonly arn: string;
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly point: RecoveryPoint;
}

export interface RestoreJob {
  readonly id: string;
  readonly region: string;
  readonly planArn: string;
  readonly roleArn: string;
  readonly point: RecoveryPoint;
  readonly createdAt: Date;
  status: Exclude<RestoreJobState, 'AGGREGATE_ALL' | 'ANY'>;
  statusMessage?: string;
  completedAt?: Date;
  created?: RestoredResource;
  validation?: { readonly status: RestoreValidationStatus; readonly message?: string };
  deletion?: { readonly status: RestoreDeletionStatus; readonly message?: string };
  /** Why what it makes will not be deleted. */
  leftover?: string;
  /** When that was found out. */
  leftAt?: Date;
}

/** Until what a test has made is gone: minutes for most, days for the objects of a bucket. */
const deletionMs = { any: 10 * 60_000, S3: 36 * 3_600_000 };

/** The restores of tests: each makes a resource, keeps it until somebody has looked at it, and deletes it. */
export class RestoreJobs {
  readonly #context: BackupContext;
  /** The oldest first. */
  readonly #jobs = new Map<string, RestoreJob>();
  readonly #restored = new Map<string, RestoredResource>();

  constructor(context: BackupContext) {
    this.#context = context;
  }

  /** What is there that tests have made. */
  get restored(): readonly RestoredResource[] {
    return [...this.#restored.values()];
  }

  in(region: string): readonly RestoreJob[] {
    return [...this.#jobs.values()].filter((job) => job.region === region);
  }

  start(plan: RestoreTestingPlan, selection: RestoreTestingSelection, point: RecoveryPoint): void {
    const { kernel } = this.#context;
    const job: RestoreJob = {
      id: kernel.uuid().toUpperCase(),
      region: plan.region,
      planArn: plan.arn,
      roleArn: selection.roleArn,
      point,
      createdAt: kernel.now(),
      status: 'CREATED',
    };
    this.#jobs.set(job.id, job);
    this.#turn(job, 'CREATED');
    kernel.after(durationOf(this.#context, 5000, 60_000), () => this.#run(job, plan, selection));
  }

  /**
   * @throws AwsError InvalidRequestException when it is not finished or nothing was restored, and when somebody, or the
   * end of the window, was faster: what is once set cannot be changed
   */
  validate(job: RestoreJob, status: RestoreValidationStatus, message: string | undefined): void {
    if (job.created === undefined || job.status !== 'COMPLETED') {
      throw new AwsError('InvalidRequestException', `Restore job ${job.id} is not in state COMPLETED.`);
    }
    if (job.validation !== undefined && job.validation.status !== 'VALIDATING') {
      throw new AwsError('InvalidRequestException', `The validation status of ${job.id} is already set.`);
    }
    job.validation = { status, ...(message !== undefined && { message }) };
    if (status !== 'VALIDATING') this.#delete(job);
  }

  #run(job: RestoreJob, plan: RestoreTestingPlan, selection: RestoreTestingSelection): void {
    const { kernel, faults } = this.#context;
    const { point } = job;
    this.#turn(job, 'PENDING');
    const fault = faults.restore?.({ point, plan: plan.name, region: plan.region });
    kernel.after(durationOf(this.#context, 5000, 60_000), () => {
      this.#turn(job, 'RUNNING');
      const failure =
        (fault !== undefined && 'end' in fault ? fault.message : undefined) ?? this.#refusal(job, selection);
      kernel.after(2 * transferMs(this.#context, point.sizeInBytes), () => {
        if (failure !== undefined) return this.#end(job, 'FAILED', failure);
        this.#complete(job, selection.validationWindowMs, fault);
      });
    });
  }

  #refusal(
    { point, roleArn, region }: RestoreJob,
    { overrides }: RestoreTestingSelection,
  ): string | undefined {
    const { kernel } = this.#context;
    if (point.type === 'RDS' && overrides.dbsubnetgroupname === undefined) {
      return 'No default subnet detected in VPC. Please contact AWS Support to recreate the default Subnets.';
    }
    const { restoreAction, keyService } = traitsOf(point.type);
    const denied = refusalOf(this.#context, roleArn, restoreAction, point.resourceArn);
    if (denied !== undefined || point.keyArn === undefined) return denied;
    return refusalOf(this.#context, roleArn, 'kms:Decrypt', point.keyArn, {
      'kms:viaservice': `${keyService}.${region}.amazonaws.com`,
      'kms:calleraccount': kernel.account,
    });
  }

  #complete(job: RestoreJob, windowMs: number, fault: RestoreFault | undefined): void {
    const { kernel, contents } = this.#context;
    const { point, region } = job;
    const created: RestoredResource = {
      arn: traitsOf(point.type).restoredArn({ kernel, region }),
      region,
      tags: { ...point.tags, [restoreTestPrefix]: job.id },
      point,
    };
    this.#restored.set(created.arn, created);
    job.created = created;
    const content = point.content && copyOf(point.content);
    if (fault !== undefined && 'alters' in fault && content !== undefined) fault.alters(content);
    contents.restored(created, content);
    if (fault !== undefined && 'leaves' in fault) job.leftover = fault.leaves;
    point.lastRestoredAt = kernel.now();
    job.validation = { status: 'VALIDATING' };
    this.#end(job, 'COMPLETED');
    kernel.after(windowMs, () => {
      if (job.validation?.status !== 'VALIDATING') return;
      job.validation = { status: 'TIMED_OUT' };
      this.#delete(job);
    });
  }

  #delete(job: RestoreJob): void {
    const { created, point, leftover } = job;
    if (created === undefined || job.deletion !== undefined) return;
    job.deletion = { status: 'DELETING' };
    this.#context.kernel.after(point.type === 'S3' ? deletionMs.S3 : deletionMs.any, () => {
      if (leftover !== undefined) {
        job.deletion = { status: 'FAILED', message: leftover };
        job.leftAt = this.#context.kernel.now();
        return;
      }
      job.deletion = { status: 'SUCCESSFUL' };
      this.#restored.delete(created.arn);
      this.#context.contents.deleted(created);
    });
  }

  #end(job: RestoreJob, status: 'COMPLETED' | 'FAILED', message?: string): void {
    job.completedAt = this.#context.kernel.now();
    if (message !== undefined) job.statusMessage = message;
    this.#turn(job, status);
  }

  #turn(job: RestoreJob, status: RestoreJob['status']): void {
    job.status = status;
    this.#context.tell(restoreJobEvent(job));
  }
}
