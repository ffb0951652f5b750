import type { DescribeVolumesRequest, DescribeVolumesResult, Volume, VolumeState } from '@aws-sdk/client-ec2';
import { AwsError, type Call, type Kernel, type Operations } from '../kernel.ts';
import { authorize } from './authorize.ts';

export interface VolumeSeed {
  readonly id: string;
  readonly sizeGib: number;
  readonly isEncrypted: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** Left out: it can be attached. */
  readonly state?: VolumeState;
}

/** EBS volumes of Amazon EC2. */
export class Ec2Volumes {
  readonly #kernel: Kernel;
  /** By id. */
  readonly #volumes = new Map<string, { readonly region: string; readonly volume: Volume }>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  create(region: string, { id, sizeGib, isEncrypted, tags, state = 'available' }: VolumeSeed): void {
    this.#volumes.set(id, {
      region,
      volume: {
        VolumeId: id,
        Size: sizeGib,
        Encrypted: isEncrypted,
        State: state,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      },
    });
  }

  delete(id: string): void {
    this.#volumes.delete(id);
  }

  readonly operations = {
    /** By their ids alone. */
    DescribeVolumes: (input: DescribeVolumesRequest, { principal, region }: Call): DescribeVolumesResult => {
      const request = { principal, action: 'ec2:DescribeVolumes', resource: '*' };
      authorize(this.#kernel, request, 'UnauthorizedOperation');
      const { VolumeIds, ...others } = input;
      const other = Object.keys(others)[0];
      if (other !== undefined || VolumeIds === undefined) {
        throw new RangeError(`EC2 DescribeVolumes: ${other ?? 'a list of all'} is not simulated`);
      }
      return {
        Volumes: VolumeIds.map((id) => {
          const found = this.#volumes.get(id);
          if (found?.region === region) return found.volume;
          throw new AwsError('InvalidVolume.NotFound', `The volume '${id}' does not exist.`);
        }),
      };
    },
  } satisfies Operations;
}
