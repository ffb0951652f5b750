import type { ImageReference } from '../domain/image-reference.ts';

/** Where images may run, or wait to be run: what is asked before one is archived or deleted. */
export type WorkloadSource = {
  readonly account: string;
  readonly region: string;
} & (
  | { readonly kind: 'eks'; readonly cluster: string }
  /** All there is of it in account and Region. */
  | { readonly kind: 'ecs' | 'lambda'; readonly cluster?: undefined }
);

/** An image that a workload names, or runs. */
export interface ImageUse {
  readonly image: ImageReference;
  readonly source: WorkloadSource;
  /** Who uses it, for people: `Deployment production/api`, `task definition api:41`, `function thumbnailer, version 7`. */
  readonly by: string;
  /**
   * True for what runs at this moment, by the digest that was pulled. False for what only names the image: a revision
   * that is kept to go back to, a schedule, a service scaled to nothing.
   */
  readonly isRunning: boolean;
}

/** Everything that uses images, as far as it could be found out. */
export interface WorkloadInventory {
  readonly uses: readonly ImageUse[];
  /** The sources that could not be asked to the end, and why. Empty: the inventory is complete. */
  readonly missing: readonly { readonly source: WorkloadSource; readonly reason: string }[];
  /** When the first question was asked. */
  readonly takenAt: Date;
}

/** An image as a registry knows it, for the question whether anything uses it. */
export interface UsedImage {
  readonly repository: string;
  readonly digest: string;
  readonly tags: readonly string[];
}

/** `aeon-dt-prod-cluster (EKS, us-east-1, account 111122223333)`, `ECS in us-east-1 of account 111122223333` */
export function describeSource({ kind, account, region, cluster }: WorkloadSource): string {
  const service = { eks: 'EKS', ecs: 'ECS', lambda: 'Lambda' }[kind];
  return cluster === undefined
    ? `${service} in ${region} of account ${account}`
    : `${cluster} (${service}, ${region}, account ${account})`;
}
