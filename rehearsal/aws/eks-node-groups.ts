import type {
  DescribeNodegroupRequest,
  DescribeNodegroupResponse,
  UpdateNodegroupConfigRequest,
  UpdateNodegroupConfigResponse,
} from '@aws-sdk/client-eks';
import { AwsError, type Call, type Kernel, type Operations } from '../kernel.ts';
import { authorize } from './authorize.ts';

/** How many nodes there may be and shall be. */
export interface Sizes {
  readonly minSize: number;
  readonly desiredSize: number;
  readonly maxSize: number;
}

interface NodeGroup {
  readonly arn: string;
  scaling: Sizes;
  status: 'ACTIVE' | 'UPDATING';
  /** Nodes that are ready. */
  ready: number;
}

/** From the call until EKS takes the next one. Milliseconds. */
const updatingMs = 30_000;

/** Managed node groups of Amazon EKS, as far as their sizes go. */
export class EksNodeGroups {
  readonly #kernel: Kernel;
  /** Until new nodes are ready. Milliseconds. */
  readonly #readyAfterMs: number;
  /** By Region, cluster and name. */
  readonly #groups = new Map<string, NodeGroup>();

  constructor(kernel: Kernel, readyAfterMs: number) {
    this.#kernel = kernel;
    this.#readyAfterMs = readyAfterMs;
  }

  create(region: string, cluster: string, name: string, scaling: Sizes): void {
    const arn = `arn:aws:eks:${region}:${this.#kernel.account}:nodegroup/${cluster}/${name}/${this.#kernel.uuid()}`;
    const ready = scaling.desiredSize;
    this.#groups.set(keyOf(region, cluster, name), { arn, scaling, status: 'ACTIVE', ready });
  }

  /** @throws AwsError ResourceNotFoundException */
  sizes(region: string, cluster: string, name: string): Sizes {
    return this.#existing(region, cluster, name).scaling;
  }

  /** @throws AwsError ResourceNotFoundException */
  readyNodes(region: string, cluster: string, name: string): number {
    return this.#existing(region, cluster, name).ready;
  }

  readonly operations = {
    DescribeNodegroup: (input: DescribeNodegroupRequest, call: Call): DescribeNodegroupResponse => {
      const group = this.#authorized('DescribeNodegroup', input, call);
      const { clusterName, nodegroupName } = input;
      const { arn, scaling, status } = group;
      return {
        nodegroup: { clusterName, nodegroupName, nodegroupArn: arn, status, scalingConfig: { ...scaling } },
      };
    },

    /** Of the scaling configuration alone. */
    UpdateNodegroupConfig: (
      input: UpdateNodegroupConfigRequest,
      call: Call,
    ): UpdateNodegroupConfigResponse => {
      const { clusterName, nodegroupName, scalingConfig, ...others } = input;
      const other = Object.keys(others)[0];
      if (other !== undefined) throw new RangeError(`EKS UpdateNodegroupConfig: '${other}' is not simulated`);
      const group = this.#authorized('UpdateNodegroupConfig', input, call);
      if (group.status !== 'ACTIVE') {
        throw new AwsError(
          'ResourceInUseException',
          'Nodegroup cannot be updated as it is currently not in Active State',
          409,
        );
      }
      const {
        minSize = group.scaling.minSize,
        desiredSize = group.scaling.desiredSize,
        maxSize = group.scaling.maxSize,
      } = scalingConfig ?? {};
      const scaling = { minSize, desiredSize, maxSize };
      assertInOrder(scaling);
      group.scaling = scaling;
      group.status = 'UPDATING';
      this.#kernel.after(updatingMs, () => {
        group.status = 'ACTIVE';
      });
      this.#kernel.after(this.#readyAfterMs, () => {
        group.ready = group.scaling.desiredSize;
      });
      return {
        update: { id: this.#kernel.uuid(), status: 'InProgress', type: 'ConfigUpdate' },
      };
    },
  } satisfies Operations;

  #authorized(
    operation: string,
    { clusterName = '', nodegroupName = '' }: DescribeNodegroupRequest,
    { region, principal }: Call,
  ): NodeGroup {
    const group = this.#existing(region, clusterName, nodegroupName);
    authorize(
      this.#kernel,
      { principal, action: `eks:${operation}`, resource: group.arn },
      'AccessDeniedException',
    );
    return group;
  }

  #existing(region: string, cluster: string, name: string): NodeGroup {
    const group = this.#groups.get(keyOf(region, cluster, name));
    if (group !== undefined) return group;
    throw new AwsError('ResourceNotFoundException', `No node group found for name: ${name}.`, 404);
  }
}

function keyOf(region: string, cluster: string, name: string): string {
  return `${region}/${cluster}/${name}`;
}

function assertInOrder({ minSize, desiredSize, maxSize }: Sizes): void {
  const wrong =
    minSize > desiredSize
      ? `Minimum capacity ${minSize} can't be greater than desired size ${desiredSize}`
      : desiredSize > maxSize
        ? `desired size ${desiredSize} can't be greater than maximum capacity ${maxSize}`
        : undefined;
  if (wrong !== undefined) throw new AwsError('InvalidParameterException', wrong);
}
