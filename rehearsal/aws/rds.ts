import type {
  DBSnapshot,
  DBSnapshotMessage,
  DeleteDBSnapshotMessage,
  DeleteDBSnapshotResult,
  DescribeDBSnapshotAttributesMessage,
  DescribeDBSnapshotAttributesResult,
  DescribeDBSnapshotsMessage,
} from '@aws-sdk/client-rds';
import { AwsError, type Call, type Kernel, type Operations } from '../kernel.ts';
import { authorize } from './authorize.ts';
import { pageOf } from './paging.ts';
import { tagContext } from './tag-context.ts';

/** A DB snapshot as a scenario makes it: what is left out is as it mostly is. */
export interface DbSnapshotSeed extends Pick<DBSnapshot, 'Status' | 'SourceDBSnapshotIdentifier'> {
  readonly id: string;
  readonly instance: string;
  /** Tells two instances of one name apart. Left out: there was only one. */
  readonly resourceId?: string;
  readonly createdAt: Date;
  readonly type?: 'manual' | 'automated' | 'awsbackup';
  readonly tags?: Readonly<Record<string, string>>;
}

interface StoredSnapshot {
  readonly region: string;
  readonly snapshot: DBSnapshot;
  /** Accounts that may restore it; `all` is everybody. */
  readonly sharedWith: Set<string>;
}

/** The longest page, which is also the usual one, and the shortest that may be asked for. */
const pages = { longest: 100, shortest: 20 };

/** Amazon RDS, as far as it tells of snapshots of instances. They are made by the scenario alone. */
export class Rds {
  readonly #kernel: Kernel;
  /** By ARN. */
  readonly #snapshots = new Map<string, StoredSnapshot>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  createSnapshot(region: string, seed: DbSnapshotSeed): void {
    const { id, instance, resourceId = `db-${instance.toUpperCase()}`, createdAt, type = 'manual' } = seed;
    const arn = this.#arn(region, id);
    this.#snapshots.set(arn, {
      region,
      snapshot: {
        DBSnapshotIdentifier: id,
        DBSnapshotArn: arn,
        DBInstanceIdentifier: instance,
        DbiResourceId: resourceId,
        SnapshotCreateTime: createdAt,
        OriginalSnapshotCreateTime: createdAt,
        SnapshotType: type,
        Status: seed.Status ?? 'available',
        AllocatedStorage: 100,
        Engine: 'postgres',
        TagList: Object.entries(seed.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
        ...(seed.SourceDBSnapshotIdentifier !== undefined && {
          SourceDBSnapshotIdentifier: seed.SourceDBSnapshotIdentifier,
        }),
      },
      sharedWith: new Set(),
    });
  }

  /** @param account of twelve digits, or `all` */
  share(region: string, id: string, account: string): void {
    const stored = this.#snapshots.get(this.#arn(region, id));
    if (stored === undefined) throw new RangeError(`there is no DB snapshot '${id}' in ${region}`);
    stored.sharedWith.add(account);
  }

  /** The ARNs of all snapshots that are there, in every Region. */
  get snapshotArns(): readonly string[] {
    return [...this.#snapshots.keys()];
  }

  readonly operations = {
    DescribeDBSnapshots: (input: DescribeDBSnapshotsMessage, call: Call): DBSnapshotMessage => {
      const { SnapshotType, DbiResourceId, MaxRecords = pages.longest, Marker, ...others } = input;
      const other = Object.keys(others)[0];
      if (other !== undefined) throw new RangeError(`RDS DescribeDBSnapshots: '${other}' is not simulated`);
      if (MaxRecords < pages.shortest || MaxRecords > pages.longest) {
        throw new AwsError(
          'InvalidParameterValue',
          `Invalid value ${MaxRecords} for MaxRecords. Must be between ${pages.shortest} and ${pages.longest}`,
        );
      }
      this.#authorize(call, 'DescribeDBSnapshots', this.#arn(call.region, '*'));
      const found = [...this.#snapshots.values()]
        .filter(({ region }) => region === call.region)
        .map(({ snapshot }) => snapshot)
        .filter(({ SnapshotType: type }) =>
          SnapshotType === undefined ? type !== 'awsbackup' : type === SnapshotType,
        )
        .filter((snapshot) => DbiResourceId === undefined || snapshot.DbiResourceId === DbiResourceId);
      const page = pageOf(found, MaxRecords, Marker);
      if (page === undefined) throw new AwsError('InvalidParameterValue', 'Invalid Marker');
      const { things, nextToken } = page;
      return { DBSnapshots: [...things], ...(nextToken !== undefined && { Marker: nextToken }) };
    },

    DescribeDBSnapshotAttributes: (
      { DBSnapshotIdentifier: id = '' }: DescribeDBSnapshotAttributesMessage,
      call: Call,
    ): DescribeDBSnapshotAttributesResult => {
      this.#authorize(call, 'DescribeDBSnapshotAttributes', this.#arn(call.region, id));
      const { sharedWith } = this.#existing(call.region, id);
      return {
        DBSnapshotAttributesResult: {
          DBSnapshotIdentifier: id,
          DBSnapshotAttributes: [{ AttributeName: 'restore', AttributeValues: [...sharedWith] }],
        },
      };
    },

    DeleteDBSnapshot: (
      { DBSnapshotIdentifier: id = '' }: DeleteDBSnapshotMessage,
      call: Call,
    ): DeleteDBSnapshotResult => {
      const arn = this.#arn(call.region, id);
      const tags = this.#snapshots.get(arn)?.snapshot.TagList ?? [];
      this.#authorize(call, 'DeleteDBSnapshot', arn, tagContext(tags));
      const { snapshot } = this.#existing(call.region, id);
      if (snapshot.Status !== 'available' || snapshot.SnapshotType !== 'manual') {
        throw new AwsError(
          'InvalidDBSnapshotState',
          `Cannot delete the snapshot because it is ${snapshot.SnapshotType} and in ${snapshot.Status} state.`,
        );
      }
      this.#snapshots.delete(arn);
      return { DBSnapshot: { ...snapshot, Status: 'deleted' } };
    },
  } satisfies Operations;

  #existing(region: string, id: string): StoredSnapshot {
    const stored = this.#snapshots.get(this.#arn(region, id));
    if (stored === undefined) throw new AwsError('DBSnapshotNotFound', `DBSnapshot not found: ${id}`, 404);
    return stored;
  }

  #authorize(
    { principal }: Call,
    operation: string,
    resource: string,
    context: Readonly<Record<string, string>> = {},
  ): void {
    authorize(this.#kernel, { principal, action: `rds:${operation}`, resource, context });
  }

  #arn(region: string, id: string): string {
    return `arn:aws:rds:${region}:${this.#kernel.account}:snapshot:${id}`;
  }
}
