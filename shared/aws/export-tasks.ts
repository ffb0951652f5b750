import {
  DBSnapshotNotFoundFault,
  ExportTaskAlreadyExistsFault,
  IamRoleMissingPermissionsFault,
  IamRoleNotFoundFault,
  InvalidExportSourceStateFault,
  InvalidS3BucketFault,
  KMSKeyNotAccessibleFault,
  paginateDescribeExportTasks,
  type RDSClient,
  type ExportTask as SdkExportTask,
  StartExportTaskCommand,
} from '@aws-sdk/client-rds';

/** An export of a snapshot to S3. */
export interface ExportTask {
  readonly id: string;
  /** CANCELED, CANCELING, COMPLETE, FAILED, IN_PROGRESS or STARTING, as far as is known. */
  readonly status: string;
  /** Absent while it waits for its turn. */
  readonly startedAt?: Date;
  readonly endedAt?: Date;
  /** Why it failed. */
  readonly failure?: string;
}

export interface ExportOrder {
  /** Tells it from all others of the account. It also names the folder in the bucket. */
  readonly id: string;
  readonly pointArn: string;
  readonly bucket: string;
  /** The role by which RDS writes to the bucket. */
  readonly roleArn: string;
}

/** The exports of snapshots in one Region. */
export interface ExportTasks {
  /** All into a bucket, the oldest first. RDS keeps those of the past, too. */
  readonly into: (bucket: string) => Promise<readonly ExportTask[]>;
  /** An export whose identifier is there already counts as started: an earlier attempt has asked for it. */
  readonly start: (
    order: ExportOrder,
  ) => Promise<{ readonly end: 'started' } | { readonly end: 'refused'; readonly reason: string }>;
}

/** Another attempt helps only once somebody has mended what they name. */
const refusals = [
  DBSnapshotNotFoundFault,
  IamRoleMissingPermissionsFault,
  IamRoleNotFoundFault,
  InvalidExportSourceStateFault,
  InvalidS3BucketFault,
  KMSKeyNotAccessibleFault,
] as const;

/**
 * @param keyArn of the key that the files are encrypted with
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StartExportTask.html
 */
export function exportTasks(rds: RDSClient, keyArn: string): ExportTasks {
  return {
    async into(bucket) {
      const tasks: SdkExportTask[] = [];
      const pages = paginateDescribeExportTasks(
        { client: rds },
        { Filters: [{ Name: 's3-bucket', Values: [bucket] }] },
      );
      for await (const { ExportTasks = [] } of pages) tasks.push(...ExportTasks);
      return tasks
        .flatMap(exportTask)
        .toSorted((one, other) => (one.startedAt?.getTime() ?? 0) - (other.startedAt?.getTime() ?? 0));
    },

    async start({ id, pointArn, bucket, roleArn }) {
      try {
        await rds.send(
          new StartExportTaskCommand({
            ExportTaskIdentifier: id,
            SourceArn: pointArn,
            S3BucketName: bucket,
            IamRoleArn: roleArn,
            KmsKeyId: keyArn,
          }),
        );
        return { end: 'started' };
      } catch (error) {
        if (error instanceof ExportTaskAlreadyExistsFault) return { end: 'started' };
        if (error instanceof Error && refusals.some((kind) => error instanceof kind)) {
          return { end: 'refused', reason: `${error.name}: ${error.message}` };
        }
        throw error;
      }
    },
  };
}

function exportTask(task: SdkExportTask): ExportTask[] {
  const { ExportTaskIdentifier: id, Status: status, TaskStartTime, TaskEndTime, FailureCause } = task;
  if (!id || !status) return [];
  return [
    {
      id,
      status,
      ...(TaskStartTime && { startedAt: TaskStartTime }),
      ...(TaskEndTime && { endedAt: TaskEndTime }),
      ...(FailureCause && { failure: FailureCause }),
    },
  ];
}
