import type {
  DeleteSnapshotRequest,
  DescribeFastSnapshotRestoresRequest,
  DescribeFastSnapshotRestoresResult,
  DescribeImagesRequest,
  DescribeImagesResult,
  DescribeLockedSnapshotsRequest,
  DescribeLockedSnapshotsResult,
  DescribeSnapshotAttributeRequest,
  DescribeSnapshotAttributeResult,
  DescribeSnapshotsRequest,
  DescribeSnapshotsResult,
  Image,
  LockState,
  Snapshot,
} from '@aws-sdk/client-ec2';
import { AwsError, type Call, type Kernel, type Operations } from '../kernel.ts';
import { authorize } from './authorize.ts';
import { filterOf, onlyOwn, page } from './ec2-input.ts';
import { tagContext } from './tag-context.ts';

/** A snapshot as a scenario makes it: what is left out is as it mostly is. */
export interface SnapshotSeed extends Pick<Snapshot, 'State' | 'Description' | 'StorageTier'> {
  readonly volume: string;
  readonly startedAt: Date;
  readonly sizeGib?: number;
  readonly isEncrypted?: boolean;
  /** Left out: the next one. */
  readonly id?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

interface StoredSnapshot {
  readonly region: string;
  readonly snapshot: Snapshot & { readonly SnapshotId: string };
  /** Accounts that may make volumes of it; `all` is everybody. */
  readonly sharedWith: Set<string>;
  lock?: LockState;
  hasFastRestore: boolean;
}

/** The tags that the EBS CSI driver gives its snapshots, for scenarios. */
export function csiTags(name: string): Readonly<Record<string, string>> {
  return { CSIVolumeSnapshotName: name, 'ebs.csi.aws.com/cluster': 'true' };
}

/** Amazon EC2, as far as it tells of snapshots and of what needs them. They are made by the scenario alone. */
export class Ec2 {
  readonly #kernel: Kernel;
  /** By id. */
  readonly #snapshots = new Map<string, StoredSnapshot>();
  readonly #images: { readonly region: string; readonly image: Image }[] = [];

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** @returns the snapshot's id */
  createSnapshot(region: string, seed: SnapshotSeed): string {
    const next = `snap-${(this.#snapshots.size + 1).toString(16).padStart(17, '0')}`;
    const { id = next, volume, startedAt, sizeGib = 20, tags = {}, State = 'completed', ...others } = seed;
    const { isEncrypted = true, ...rest } = others;
    const snapshot = {
      SnapshotId: id,
      OwnerId: this.#kernel.account,
      VolumeId: volume,
      VolumeSize: sizeGib,
      Encrypted: isEncrypted,
      StartTime: startedAt,
      State,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      ...rest,
    };
    this.#snapshots.set(id, { region, snapshot, sharedWith: new Set(), hasFastRestore: false });
    return id;
  }

  /** An AMI that is started from a snapshot. A disabled or deprecated one is only listed when it is asked for. */
  registerImage(
    region: string,
    snapshotId: string,
    more: Pick<Image, 'State' | 'DeprecationTime'> = {},
  ): void {
    this.#images.push({
      region,
      image: {
        ImageId: `ami-${this.#images.length.toString(16).padStart(17, '0')}`,
        OwnerId: this.#kernel.account,
        State: 'available',
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId: snapshotId } }],
        ...more,
      },
    });
  }

  /** @param account of twelve digits, or `all` */
  share(snapshotId: string, account: string): void {
    this.#stored(snapshotId).sharedWith.add(account);
  }

  lock(snapshotId: string, state: LockState = 'compliance'): void {
    this.#stored(snapshotId).lock = state;
  }

  enableFastRestore(snapshotId: string): void {
    this.#stored(snapshotId).hasFastRestore = true;
  }

  /** Somebody else deletes it. */
  delete(snapshotId: string): void {
    this.#snapshots.delete(snapshotId);
  }

  /** The ids of all snapshots that are there, in every Region. */
  get snapshotIds(): readonly string[] {
    return [...this.#snapshots.keys()];
  }

  readonly operations = {
    DescribeSnapshots: (input: DescribeSnapshotsRequest, call: Call): DescribeSnapshotsResult => {
      this.#authorize(call, 'DescribeSnapshots');
      onlyOwn('DescribeSnapshots', input.OwnerIds);
      for (const id of input.SnapshotIds ?? []) this.#existing(call.region, id);
      const volumes = filterOf('DescribeSnapshots', input.Filters, 'volume-id');
      const found = this.#in(call.region)
        .map(({ snapshot }) => snapshot)
        .filter(({ VolumeId = '' }) => volumes?.includes(VolumeId) ?? true)
        .filter(({ SnapshotId }) => input.SnapshotIds?.includes(SnapshotId) ?? true);
      const { things, ...next } = page(found, input.MaxResults, input.NextToken);
      return { Snapshots: [...things], ...next };
    },

    DescribeImages: (input: DescribeImagesRequest, call: Call): DescribeImagesResult => {
      this.#authorize(call, 'DescribeImages');
      onlyOwn('DescribeImages', input.Owners);
      const snapshots = filterOf('DescribeImages', input.Filters, 'block-device-mapping.snapshot-id');
      const found = this.#images
        .filter(({ region }) => region === call.region)
        .map(({ image }) => image)
        .filter(({ State }) => State !== 'disabled' || input.IncludeDisabled === true)
        .filter(({ DeprecationTime }) => DeprecationTime === undefined || input.IncludeDeprecated === true)
        .filter(
          ({ BlockDeviceMappings = [] }) =>
            snapshots === undefined ||
            BlockDeviceMappings.some(({ Ebs }) => snapshots.includes(Ebs?.SnapshotId ?? '')),
        );
      const { things, ...next } = page(found, input.MaxResults, input.NextToken);
      return { Images: [...things], ...next };
    },

    DescribeLockedSnapshots: (
      input: DescribeLockedSnapshotsRequest,
      call: Call,
    ): DescribeLockedSnapshotsResult => {
      this.#authorize(call, 'DescribeLockedSnapshots');
      const locked = this.#in(call.region).filter(({ lock }) => lock !== undefined);
      const { things, ...next } = page(locked, input.MaxResults, input.NextToken);
      return {
        Snapshots: things.map(({ snapshot, lock }) => ({
          SnapshotId: snapshot.SnapshotId,
          OwnerId: this.#kernel.account,
          LockState: lock,
        })),
        ...next,
      };
    },

    DescribeFastSnapshotRestores: (
      input: DescribeFastSnapshotRestoresRequest,
      call: Call,
    ): DescribeFastSnapshotRestoresResult => {
      this.#authorize(call, 'DescribeFastSnapshotRestores');
      const ids = filterOf('DescribeFastSnapshotRestores', input.Filters, 'snapshot-id');
      const restores = this.#in(call.region).filter(
        ({ hasFastRestore, snapshot }) =>
          hasFastRestore && (ids === undefined || ids.includes(snapshot.SnapshotId)),
      );
      const { things, ...next } = page(restores, input.MaxResults, input.NextToken);
      return {
        FastSnapshotRestores: things.map(({ snapshot }) => ({
          SnapshotId: snapshot.SnapshotId,
          AvailabilityZone: `${call.region}a`,
          State: 'enabled',
        })),
        ...next,
      };
    },

    DescribeSnapshotAttribute: (
      { SnapshotId: id = '', Attribute }: DescribeSnapshotAttributeRequest,
      call: Call,
    ): DescribeSnapshotAttributeResult => {
      this.#authorize(call, 'DescribeSnapshotAttribute', arnOf(call.region, id));
      if (Attribute !== 'createVolumePermission') {
        throw new RangeError(`EC2 DescribeSnapshotAttribute: '${Attribute}' is not simulated`);
      }
      const { sharedWith } = this.#existing(call.region, id);
      return {
        SnapshotId: id,
        CreateVolumePermissions: [...sharedWith].map((account) =>
          account === 'all' ? { Group: 'all' } : { UserId: account },
        ),
      };
    },

    DeleteSnapshot: ({ SnapshotId: id = '' }: DeleteSnapshotRequest, call: Call): object => {
      const tags = this.#snapshots.get(id)?.snapshot.Tags ?? [];
      this.#authorize(call, 'DeleteSnapshot', arnOf(call.region, id), tagContext(tags));
      const stored = this.#existing(call.region, id);
      const image = this.#images.find(({ image: { BlockDeviceMappings = [] } }) =>
        BlockDeviceMappings.some(({ Ebs }) => Ebs?.SnapshotId === id),
      );
      if (image !== undefined) {
        throw new AwsError(
          'InvalidSnapshot.InUse',
          `The snapshot ${id} is currently in use by ${image.image.ImageId}`,
        );
      }
      if (tags.some(({ Key = '' }) => Key.startsWith('aws:backup:'))) {
        throw new AwsError(
          'InvalidParameterValue',
          'This snapshot is managed by the AWS Backup service and cannot be deleted via EC2 APIs. If you wish to delete this snapshot, please do so via the Backup console.',
        );
      }
      if (stored.lock !== undefined && stored.lock !== 'expired') {
        throw new AwsError('OperationNotPermitted', `The snapshot ${id} is locked`);
      }
      this.#snapshots.delete(id);
      return {};
    },
  } satisfies Operations;

  #in(region: string): readonly StoredSnapshot[] {
    return [...this.#snapshots.values()].filter((stored) => stored.region === region);
  }

  #existing(region: string, id: string): StoredSnapshot {
    const stored = this.#snapshots.get(id);
    if (stored === undefined || stored.region !== region) {
      throw new AwsError('InvalidSnapshot.NotFound', `The snapshot '${id}' does not exist.`);
    }
    return stored;
  }

  #stored(id: string): StoredSnapshot {
    const stored = this.#snapshots.get(id);
    if (stored === undefined) throw new RangeError(`there is no snapshot '${id}'`);
    return stored;
  }

  #authorize(
    { principal }: Call,
    operation: string,
    resource = '*',
    context: Readonly<Record<string, string>> = {},
  ): void {
    const request = { principal, action: `ec2:${operation}`, resource, context };
    authorize(this.#kernel, request, 'UnauthorizedOperation');
  }
}

/** The ARN of a snapshot names no account. */
function arnOf(region: string, id: string): string {
  return `arn:aws:ec2:${region}::snapshot/${id}`;
}
