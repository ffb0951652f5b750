import {
  DeleteSnapshotCommand,
  DescribeSnapshotAttributeCommand,
  type Snapshot as EbsSnapshot,
  type EC2Client,
  EC2ServiceException,
} from '@aws-sdk/client-ec2';
import type { Snapshot, SnapshotDeletion, SnapshotProtection, SnapshotStore } from '../domain/snapshot.ts';
import { asked } from './snapshots-asked.ts';
import {
  fastRestoredSnapshots,
  lockedSnapshots,
  ownSnapshots,
  snapshotsOfImages,
} from './snapshots-ebs-read.ts';

/**
 * The snapshots of EBS volumes. Those that the EBS CSI driver made for Kubernetes bear its tags.
 *
 * @param keepTag the key of the tag by which people keep a snapshot, whatever its value
 * @see https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/tagging.md
 */
export function ebsSnapshots(ec2: EC2Client, region: string, keepTag: string): SnapshotStore {
  const listing = (
    snapshots: readonly EbsSnapshot[],
    protectedBy: ReadonlyMap<SnapshotProtection, ReadonlySet<string>>,
  ): readonly Snapshot[] => {
    const all = new Map(protectedBy).set('being-copied', copiedNow(snapshots));
    return snapshots.map((snapshot) => snapshotOf(snapshot, all, region, keepTag));
  };

  return {
    kind: 'volume',

    list: () =>
      asked(async (ask) => {
        const snapshots = await ask('the snapshots', () => ownSnapshots(ec2));
        const images = await ask('the AMIs that are started from snapshots', () => snapshotsOfImages(ec2));
        const locked = await ask('the locks of snapshots', () => lockedSnapshots(ec2));
        const restores = await ask('the fast restores of snapshots', () => fastRestoredSnapshots(ec2));
        return listing(snapshots ?? [], protectedBy({ images, locked, restores }));
      }),

    lookAgain: ({ id, source = '' }) =>
      asked(async (ask) => {
        const ofVolume = [{ Name: 'volume-id', Values: [source] }];
        const snapshots = await ask('the snapshots of the volume', () => ownSnapshots(ec2, ofVolume));
        const ofThis = [{ Name: 'block-device-mapping.snapshot-id', Values: [id] }];
        const images = await ask('the AMIs that are started from it', () => snapshotsOfImages(ec2, ofThis));
        const restored = [{ Name: 'snapshot-id', Values: [id] }];
        const restores = await ask('its fast restores', () => fastRestoredSnapshots(ec2, restored));
        return listing(snapshots ?? [], protectedBy({ images, restores }));
      }),

    async isShared({ id }) {
      const { CreateVolumePermissions = [] } = await ec2.send(
        new DescribeSnapshotAttributeCommand({ SnapshotId: id, Attribute: 'createVolumePermission' }),
      );
      return CreateVolumePermissions.length > 0;
    },

    async delete({ id }) {
      try {
        await ec2.send(new DeleteSnapshotCommand({ SnapshotId: id }));
        return { end: 'deleted' };
      } catch (error) {
        if (error instanceof EC2ServiceException) return endOf(error);
        throw error;
      }
    },
  };
}

interface Found {
  readonly images?: ReadonlySet<string> | undefined;
  readonly locked?: ReadonlySet<string> | undefined;
  readonly restores?: ReadonlySet<string> | undefined;
}

function protectedBy({
  images,
  locked,
  restores,
}: Found): ReadonlyMap<SnapshotProtection, ReadonlySet<string>> {
  const none: ReadonlySet<string> = new Set();
  return new Map<SnapshotProtection, ReadonlySet<string>>([
    ['backs-image', images ?? none],
    ['locked', locked ?? none],
    ['fast-restore', restores ?? none],
  ]);
}

function snapshotOf(
  snapshot: EbsSnapshot,
  protectedBy: ReadonlyMap<SnapshotProtection, ReadonlySet<string>>,
  region: string,
  keepTag: string,
): Snapshot {
  const { SnapshotId: id = '', VolumeId, StartTime, State, VolumeSize = 0, StorageTier } = snapshot;
  const tags = Object.fromEntries((snapshot.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
  const listed = [...protectedBy].filter(([, ids]) => ids.has(id)).map(([protection]) => protection);
  return {
    id,
    arn: `arn:aws:ec2:${region}::snapshot/${id}`,
    isOurs: csiTags.name in tags && tags[csiTags.cluster] === 'true',
    ...(VolumeId !== undefined && VolumeId !== volumeOfCopies && { source: VolumeId }),
    sourceName: VolumeId ?? 'an unknown volume',
    ...(StartTime !== undefined && { createdAt: StartTime }),
    isCompleted: State === 'completed',
    sourceGib: VolumeSize,
    tags,
    protections: [
      ...(isManagedByAws(tags) ? (['managed-by-aws'] as const) : []),
      ...(keepTag in tags ? (['tagged'] as const) : []),
      ...listed,
      ...(StorageTier === 'archive' ? (['archived'] as const) : []),
    ],
  };
}

const csiTags = { name: 'CSIVolumeSnapshotName', cluster: 'ebs.csi.aws.com/cluster' } as const;

/** What EC2 names as the volume of a snapshot that was copied, whatever it is a copy of. */
const volumeOfCopies = 'vol-ffffffff';

/** AWS Backup and Amazon Data Lifecycle Manager mark what is theirs by tags that nobody else can set. */
function isManagedByAws(tags: Readonly<Record<string, string>>): boolean {
  return Object.keys(tags).some((key) => key.startsWith('aws:backup:') || key.startsWith('aws:dlm:'));
}

/** EC2 tells what is being copied only in the description that it gives to the copy, and only in the copy's Region. */
function copiedNow(snapshots: readonly EbsSnapshot[]): ReadonlySet<string> {
  return new Set(
    snapshots
      .filter(({ State }) => State === 'pending')
      .flatMap(({ Description = '' }) => Description.match(/\bsnap-[0-9a-f]+\b/g) ?? []),
  );
}

/**
 * What AWS Backup made, EC2 does not delete: it calls the id an invalid parameter.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
function endOf(error: EC2ServiceException): SnapshotDeletion {
  if (error.name === 'InvalidSnapshot.NotFound') return { end: 'gone' };
  if (refusals.has(error.name)) return { end: 'refused', reason: `${error.name}: ${error.message}` };
  throw error;
}

const refusals: ReadonlySet<string> = new Set([
  'InvalidSnapshot.InUse',
  'InvalidParameterValue',
  'OperationNotPermitted',
  'SnapshotLocked',
  'UnauthorizedOperation',
]);
