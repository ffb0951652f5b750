import type {
  DescribeExportTasksMessage,
  ExportTask,
  ExportTasksMessage,
  StartExportTaskMessage,
} from '@aws-sdk/client-rds';
import { AwsError, type Call, type Kernel, type Operations } from '../kernel.ts';
import { authorize } from './authorize.ts';
import { pageOf } from './paging.ts';

export interface ExportFaults {
  /** Why an export that is about to begin will fail. */
  readonly fails?: (task: ExportTask) => string | undefined;
}

/** AWS gives exports no time. */
const durationMs = 3 * 3_600_000;

const longestPage = 100;

/** Exports of snapshots to S3. Nothing is written anywhere. */
export class RdsExports {
  readonly #kernel: Kernel;
  readonly #faults: ExportFaults;
  /** By Region and identifier, the oldest first. */
  readonly #tasks = new Map<string, { readonly region: string; task: ExportTask }>();

  constructor(kernel: Kernel, faults: ExportFaults = {}) {
    this.#kernel = kernel;
    this.#faults = faults;
  }

  readonly operations = {
    StartExportTask: (input: StartExportTaskMessage, call: Call): ExportTask => {
      const {
        ExportTaskIdentifier = '',
        SourceArn,
        S3BucketName,
        IamRoleArn = '',
        KmsKeyId = '',
        ...others
      } = input;
      refuseOthers('StartExportTask', others);
      this.#authorize(call, 'rds:StartExportTask', '*');
      this.#authorize(call, 'iam:PassRole', IamRoleArn, {
        'iam:passedtoservice': 'export.rds.amazonaws.com',
      });
      const viaService = `rds.${call.region}.amazonaws.com`;
      this.#authorize(call, 'kms:DescribeKey', KmsKeyId, { 'kms:viaservice': viaService });
      this.#authorize(call, 'kms:CreateGrant', KmsKeyId, {
        'kms:viaservice': viaService,
        'kms:grantisforawsresource': 'true',
      });
      const key = `${call.region} ${ExportTaskIdentifier}`;
      if (this.#tasks.has(key)) {
        throw new AwsError('ExportTaskAlreadyExists', `Export task ${ExportTaskIdentifier} already exists.`);
      }
      const task: ExportTask = {
        ExportTaskIdentifier,
        SourceArn,
        S3Bucket: S3BucketName,
        IamRoleArn,
        KmsKeyId,
        Status: 'STARTING',
        TaskStartTime: this.#kernel.now(),
        PercentProgress: 0,
      };
      this.#tasks.set(key, { region: call.region, task });
      const failure = this.#faults.fails?.(task);
      this.#kernel.after(durationMs, () => {
        const end = { ...task, TaskEndTime: this.#kernel.now() };
        this.#tasks.set(key, {
          region: call.region,
          task:
            failure === undefined
              ? { ...end, Status: 'COMPLETE', PercentProgress: 100 }
              : { ...end, Status: 'FAILED', FailureCause: failure },
        });
      });
      return task;
    },

    DescribeExportTasks: (input: DescribeExportTasksMessage, call: Call): ExportTasksMessage => {
      const { Filters = [], MaxRecords = longestPage, Marker, ...others } = input;
      refuseOthers('DescribeExportTasks', others);
      this.#authorize(call, 'rds:DescribeExportTasks', '*');
      const other = Filters.find(({ Name }) => Name !== 's3-bucket');
      if (other !== undefined)
        throw new RangeError(`RDS DescribeExportTasks: the filter '${other.Name}' is not simulated`);
      const buckets = Filters.flatMap(({ Values = [] }) => Values);
      const found = [...this.#tasks.values()]
        .filter(({ region }) => region === call.region)
        .map(({ task }) => task)
        .filter(({ S3Bucket = '' }) => Filters.length === 0 || buckets.includes(S3Bucket));
      const page = pageOf(found, MaxRecords, Marker);
      if (page === undefined) throw new AwsError('InvalidParameterValue', 'Invalid Marker');
      const { things, nextToken } = page;
      return { ExportTasks: [...things], ...(nextToken !== undefined && { Marker: nextToken }) };
    },
  } satisfies Operations;

  #authorize(
    { principal }: Call,
    action: string,
    resource: string,
    context: Readonly<Record<string, string>> = {},
  ): void {
    authorize(this.#kernel, { principal, action, resource, context });
  }
}

function refuseOthers(operation: string, others: object): void {
  const [other] = Object.keys(others);
  if (other !== undefined) throw new RangeError(`RDS ${operation}: '${other}' is not simulated`);
}
