import type { ReplicaStatus } from '../../../shared/aws/image-replication.ts';
import type { PolicySlice } from '../../../shared/policy/slice.ts';
import type { contract } from './contract.ts';
import type { ImageConfig } from './image-config.ts';

export type InspectPolicy = PolicySlice<(typeof contract.policy)[number]>;

/** The service of the policy whose repository the image was pushed to. */
export interface Service {
  readonly name: string;
  /** The platforms that every release has to hold. */
  readonly platforms: readonly string[];
  /** Megabytes of 1,000,000 bytes that the image of one platform may weigh, compressed. */
  readonly sizeBudgetMb?: number | undefined;
}

/** A pushed image as the registry has it now. */
export interface ObservedPush {
  readonly digest: string;
  /** At least one. */
  readonly tags: readonly string[];
  readonly pushedAt: Date;
  readonly service: Service;
  readonly content: ObservedContent;
  /** How far its replication has come, by Region. Of an index, the part that is furthest behind. */
  readonly replicas: ReadonlyMap<string, ReplicaStatus>;
}

export type ObservedContent =
  | {
      readonly kind: 'image' | 'index';
      /** One for each platform. */
      readonly images: readonly ObservedImage[];
      /** Images that the index leads to and the repository does not have, or has as something else than images. */
      readonly broken: readonly { readonly digest: string; readonly why: string }[];
    }
  /** No image and no index. */
  | { readonly kind: 'other'; readonly mediaType: string; readonly reason: string };

/** The image of one platform. */
export interface ObservedImage {
  readonly digest: string;
  /** As the index tells it, else as the config does. */
  readonly platform: string;
  /** Bytes of config and layers, compressed. */
  readonly sizeBytes: number;
  readonly config: ImageConfig;
}
