import { type Check, checkOf } from './check.ts';
import { sumUp } from './decide.ts';

/** A restored volume, or the snapshot that it was made from. */
export interface VolumeShape {
  readonly sizeGib: number;
  readonly isEncrypted: boolean;
}

export interface RestoredVolume extends VolumeShape {
  /** `available` in the words of EC2, when it can be attached. */
  readonly state: string;
  /** Whether it bears the tag of a restore test. Without it AWS Backup does not delete it. */
  readonly isTagged: boolean;
}

/** Whether a restored volume is of the shape of its snapshot. Its blocks are not read. */
export function decideVolume(volume: RestoredVolume | undefined, snapshot: VolumeShape | undefined) {
  const checks =
    volume === undefined ? [checkOf('volume').failed('it is not there')] : checksOf(volume, snapshot);
  return { ...sumUp(checks), checks };
}

function checksOf(volume: RestoredVolume, snapshot: VolumeShape | undefined): readonly Check[] {
  const state = checkOf('volume');
  const size = checkOf('size');
  const encryption = checkOf('encryption');
  const tag = checkOf('tag');
  const gib = `it has ${volume.sizeGib} GiB`;
  return [
    volume.state === 'available' ? state.passed('it is available') : state.failed(`it is ${volume.state}`),
    snapshot === undefined
      ? size.unproven('the snapshot that it was made from is not there any more')
      : volume.sizeGib >= snapshot.sizeGib
        ? size.passed(gib)
        : size.failed(`${gib}, and the snapshot ${snapshot.sizeGib}`),
    volume.isEncrypted
      ? encryption.passed('it is encrypted')
      : snapshot?.isEncrypted === false
        ? encryption.failed('neither it nor its snapshot is encrypted')
        : encryption.failed('it is not encrypted'),
    volume.isTagged
      ? tag.passed('it bears the tag of restore tests')
      : tag.failed('it does not bear the tag of restore tests, so AWS Backup will not delete it'),
  ];
}
