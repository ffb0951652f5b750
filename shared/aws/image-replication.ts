import {
  DescribeImageReplicationStatusCommand,
  type ECRClient,
  ImageNotFoundException,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import type { ImageId } from './image-registry.ts';

/** How far the replication of an image to one Region has come, in ECR's own words. */
export interface ReplicaStatus {
  readonly status: 'IN_PROGRESS' | 'COMPLETE' | 'FAILED';
  /** ECR's code for the cause, with FAILED; empty where ECR gives none. */
  readonly failureCode: string;
}

/** The replication out of this Region's registry. */
export interface ImageReplication {
  /** By Region. Absent: a Region that no replication rule leads to, or of which ECR says nothing yet. */
  readonly of: (image: ImageId) => Promise<ReadonlyMap<string, ReplicaStatus>>;
}

/** @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImageReplicationStatus.html */
export function imageReplication(ecr: ECRClient): ImageReplication {
  return {
    async of({ repository, digest }) {
      try {
        const { replicationStatuses = [] } = await ecr.send(
          new DescribeImageReplicationStatusCommand({
            repositoryName: repository,
            imageId: { imageDigest: digest },
          }),
        );
        return new Map(
          replicationStatuses.flatMap(({ region, status, failureCode = '' }) =>
            region && status ? [[region, { status, failureCode }] as const] : [],
          ),
        );
      } catch (error) {
        if (error instanceof ImageNotFoundException || error instanceof RepositoryNotFoundException) {
          return new Map();
        }
        throw error;
      }
    },
  };
}
