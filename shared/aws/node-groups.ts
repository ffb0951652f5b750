import { DescribeNodegroupCommand, type EKSClient, UpdateNodegroupConfigCommand } from '@aws-sdk/client-eks';

/** The sizes of a managed node group. */
export interface NodeGroupSize {
  readonly minSize: number;
  readonly maxSize: number;
  readonly desiredSize: number;
  /** As EKS has it: `ACTIVE`, `UPDATING`, … */
  readonly status: string;
}

/** The managed node groups of a cluster. */
export interface NodeGroups {
  readonly size: (name: string) => Promise<NodeGroupSize>;
  /**
   * Sets how many nodes it has at least. EKS refuses a minimum above the desired size, which is raised to it where it is
   * less and otherwise left to the autoscaler; and it takes no minimum above the maximum, which is raised too.
   *
   * @param present what {@link size} said
   */
  readonly setMinimum: (name: string, minSize: number, present: NodeGroupSize) => Promise<void>;
}

/** @see https://docs.aws.amazon.com/eks/latest/APIReference/API_NodegroupScalingConfig.html */
export function nodeGroups(eks: EKSClient, clusterName: string): NodeGroups {
  return {
    async size(name) {
      const { nodegroup } = await eks.send(
        new DescribeNodegroupCommand({ clusterName, nodegroupName: name }),
      );
      const { scalingConfig, status = 'in no known state' } = nodegroup ?? {};
      const { minSize, maxSize, desiredSize } = scalingConfig ?? {};
      if (minSize === undefined || maxSize === undefined || desiredSize === undefined) {
        throw new Error(`EKS gave no sizes of the node group ${name} of ${clusterName}, which is ${status}`);
      }
      return { minSize, maxSize, desiredSize, status };
    },

    async setMinimum(name, minSize, { maxSize, desiredSize }) {
      await eks.send(
        new UpdateNodegroupConfigCommand({
          clusterName,
          nodegroupName: name,
          scalingConfig: {
            minSize,
            ...(desiredSize < minSize && { desiredSize: minSize }),
            ...(maxSize < minSize && { maxSize: minSize }),
          },
        }),
      );
    },
  };
}
