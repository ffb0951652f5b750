/*
 * What AWS Backup says of its jobs and recovery points, as far as anything is decided by it. States are in its own
 * words; those of the children of a composite backup are told by their parent, and left out.
 */

export interface BackupJob {
  readonly id: string;
  readonly resourceArn: string;
  readonly vaultName: string;
  /** CREATED, PENDING, RUNNING, ABORTING, ABORTED, COMPLETED, FAILED, EXPIRED or PARTIAL, as far as is known. */
  readonly state: string;
  /** With COMPLETED: something is missing, which the console calls "completed with issues". */
  readonly message?: string;
  /** When it was asked for, which of a plan's job is its time in the plan. */
  readonly createdAt: Date;
  readonly completedAt?: Date;
  /** Absent: it was started by hand. */
  readonly createdBy?: { readonly planId: string; readonly ruleName: string };
  readonly pointArn?: string;
}

export interface CopyJob {
  readonly id: string;
  readonly resourceArn: string;
  readonly sourcePointArn: string;
  readonly destinationVaultArn: string;
  /** CREATED, RUNNING, COMPLETED, FAILED or PARTIAL, as far as is known. */
  readonly state: string;
  readonly message?: string;
  readonly createdAt: Date;
  readonly completedAt?: Date;
}

export interface RecoveryPoint {
  readonly arn: string;
  readonly region: string;
  readonly vaultName: string;
  readonly resourceArn: string;
  /** COMPLETED, PARTIAL, DELETING, EXPIRED, AVAILABLE, STOPPED or CREATING, as far as is known. */
  readonly status: string;
  /** How old what is in it is. A copy is as old as its source. */
  readonly createdAt: Date;
  /** Absent while it is being made. */
  readonly completedAt?: Date;
  /** Absent: it is kept for ever. */
  readonly deleteAt?: Date;
  readonly sizeInBytes?: number;
  readonly isEncrypted: boolean;
  /** No plan has made it, so that none has it copied either. */
  readonly isByHand?: true;
}

/** A resource of which the Region has recovery points, whether it is still there or not. */
export interface ProtectedResource {
  readonly arn: string;
  /** Where the newest of them is. */
  readonly vaultName: string;
  readonly newestAt: Date;
}

export interface RestoreJob {
  readonly id: string;
  readonly resourceType: string;
  readonly sourceResourceArn: string;
  readonly pointArn: string;
  readonly pointCreatedAt?: Date;
  readonly vaultArn?: string;
  /** PENDING, RUNNING, COMPLETED, ABORTED or FAILED, as far as is known. */
  readonly status: string;
  readonly message?: string;
  readonly createdAt: Date;
  readonly completedAt?: Date;
  /** Absent: somebody has started it by hand. */
  readonly testingPlanArn?: string;
  /** What it has made. */
  readonly createdArn?: string;
  readonly validation?: { readonly status: string; readonly message?: string };
  readonly deletion?: { readonly status: string; readonly message?: string };
}
