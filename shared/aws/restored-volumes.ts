import {
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  type EC2Client,
  EC2ServiceException,
} from '@aws-sdk/client-ec2';
import { restoreTestTag } from '../restores/testing-plan.ts';
import type { RestoredVolume, VolumeShape } from '../restores/volume.ts';

/** EBS volumes that restore tests have made. */
export interface RestoredVolumes {
  /** @returns undefined when there is none */
  readonly find: (arn: string) => Promise<RestoredVolume | undefined>;
  /** The snapshot that is a recovery point. @returns undefined when there is none */
  readonly snapshot: (arn: string) => Promise<VolumeShape | undefined>;
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html */
export function restoredVolumes(ec2: EC2Client): RestoredVolumes {
  return {
    async find(arn) {
      const id = /:volume\/(vol-\w+)$/.exec(arn)?.[1];
      if (id === undefined) return undefined;
      const answer = await unlessGone(() => ec2.send(new DescribeVolumesCommand({ VolumeIds: [id] })));
      const [volume] = answer?.Volumes ?? [];
      return (
        volume && {
          sizeGib: volume.Size ?? 0,
          isEncrypted: volume.Encrypted === true,
          state: volume.State ?? 'unknown',
          isTagged: (volume.Tags ?? []).some(({ Key }) => Key === restoreTestTag),
        }
      );
    },

    async snapshot(arn) {
      const id = /:snapshot\/(snap-\w+)$/.exec(arn)?.[1];
      if (id === undefined) return undefined;
      const answer = await unlessGone(() =>
        ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], SnapshotIds: [id] })),
      );
      const [snapshot] = answer?.Snapshots ?? [];
      return snapshot && { sizeGib: snapshot.VolumeSize ?? 0, isEncrypted: snapshot.Encrypted === true };
    },
  };
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
async function unlessGone<Result>(ask: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof EC2ServiceException && /^Invalid(Volume|Snapshot)\.NotFound$/.test(error.name)) {
      return undefined;
    }
    throw error;
  }
}
