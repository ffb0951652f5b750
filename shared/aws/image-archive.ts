import {
  DescribeImagesCommand,
  type ECRClient,
  ECRServiceException,
  type ImageDetail,
  ImageNotFoundException,
  ImageStorageClassUpdateNotSupportedException,
  paginateDescribeImages,
  RepositoryNotFoundException,
  UpdateImageStorageClassCommand,
} from '@aws-sdk/client-ecr';
import type { ImageState } from '../domain/quarantine.ts';
import { chunksOf, eachOf } from '../lambda/each-of.ts';
import { describeDetail, type ImageDescription, type ImageId } from './image-registry.ts';

export interface StoredImage extends ImageDescription {
  readonly state: Exclude<ImageState, 'gone'>;
}

/** Images by their digest. */
export type StoredImages = ReadonlyMap<string, StoredImage>;

/**
 * The archive of a Region's registry. What is archived cannot be pulled, and is kept: it comes back when it is restored,
 * and at once when it is pushed or replicated again. Nothing of it reaches another Region.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html
 */
export interface ImageArchive {
  /**
   * The images of these digests, a hundred in a call. ECR answers nothing at all when one of them is not there: then it
   * is asked for each alone.
   *
   * @returns those that are in the repository
   */
  readonly imagesOf: (repository: string, digests: readonly string[]) => Promise<StoredImages>;
  /**
   * All images of a repository, those that are archived too. A page of ECR has a thousand.
   *
   * @returns undefined when there is no such repository
   */
  readonly list: (repository: string) => Promise<StoredImages | undefined>;
  /** To archive what is archived already changes nothing. @throws what may pass, such as a throttle */
  readonly archive: (image: ImageId) => Promise<StorageClassUpdate>;
  /** Takes up to twenty minutes from then on. @throws what may pass, such as a throttle */
  readonly restore: (image: ImageId) => Promise<StorageClassUpdate>;
}

/**
 * - `done`: ECR took it on;
 * - `gone`: it is not in the repository;
 * - `unsupported`: ECR does not do that with this image, for instance because an index leads to it;
 * - `refused`: it was not allowed, or was wrong: trying the same again will not help.
 */
export interface StorageClassUpdate {
  readonly outcome: 'done' | 'gone' | 'unsupported' | 'refused';
  /** ECR's own words, where it did not do it. */
  readonly reason: string;
}

/** @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html */
const mostImagesPerCall = 100;

/** Calls for single images that are under way at once. */
const callsAtOnce = 4;

type Found = readonly [digest: string, image: StoredImage];

export function imageArchive(ecr: ECRClient): ImageArchive {
  const update =
    (targetStorageClass: 'ARCHIVE' | 'STANDARD') =>
    async ({ repository, digest }: ImageId): Promise<StorageClassUpdate> => {
      try {
        await ecr.send(
          new UpdateImageStorageClassCommand({
            repositoryName: repository,
            imageId: { imageDigest: digest },
            targetStorageClass,
          }),
        );
        return { outcome: 'done', reason: '' };
      } catch (error) {
        return refusal(error);
      }
    };

  async function describe(repository: string, digests: readonly string[]): Promise<readonly Found[]> {
    try {
      const { imageDetails } = await ecr.send(
        new DescribeImagesCommand({
          repositoryName: repository,
          imageIds: digests.map((imageDigest) => ({ imageDigest })),
          filter: { imageStatus: 'ANY' },
        }),
      );
      return foundIn(imageDetails);
    } catch (error) {
      if (error instanceof RepositoryNotFoundException) return [];
      if (!(error instanceof ImageNotFoundException)) throw error;
      if (digests.length === 1) return [];
      const found: Found[] = [];
      await eachOf(digests, callsAtOnce, async (digest) => {
        found.push(...(await describe(repository, [digest])));
      });
      return found;
    }
  }

  return {
    async imagesOf(repository, digests) {
      const found: Found[] = [];
      for (const chunk of chunksOf(digests, mostImagesPerCall)) {
        found.push(...(await describe(repository, chunk)));
      }
      return new Map(found);
    },

    async list(repository) {
      const found: Found[] = [];
      const input = { repositoryName: repository, filter: { imageStatus: 'ANY' } } as const;
      try {
        for await (const page of paginateDescribeImages({ client: ecr, pageSize: 1000 }, input)) {
          found.push(...foundIn(page.imageDetails));
        }
        return new Map(found);
      } catch (error) {
        if (error instanceof RepositoryNotFoundException) return undefined;
        throw error;
      }
    },

    archive: update('ARCHIVE'),
    restore: update('STANDARD'),
  };
}

function foundIn(details: readonly ImageDetail[] = []): readonly Found[] {
  return details.flatMap((detail) =>
    detail.imageDigest === undefined
      ? []
      : [[detail.imageDigest, { ...describeDetail(detail), state: stateFrom(detail.imageStatus) }] as const],
  );
}

/** A state that ECR has added since this was written is one in which nothing is to be done. */
function stateFrom(status: string = 'ACTIVE'): StoredImage['state'] {
  return status === 'ACTIVE' || status === 'ARCHIVED' ? status : 'ACTIVATING';
}

function isAbsence(error: unknown): error is Error {
  return error instanceof ImageNotFoundException || error instanceof RepositoryNotFoundException;
}

/** Names of the client faults that pass by themselves. */
const passing = /Throttl|TooManyRequests|RequestLimitExceeded|RequestTimeout|ExpiredToken/;

function refusal(error: unknown): StorageClassUpdate {
  if (isAbsence(error)) return { outcome: 'gone', reason: error.message };
  if (error instanceof ImageStorageClassUpdateNotSupportedException) {
    return { outcome: 'unsupported', reason: error.message };
  }
  if (error instanceof ECRServiceException && error.$fault === 'client' && !passing.test(error.name)) {
    return { outcome: 'refused', reason: `${error.name}: ${error.message}` };
  }
  throw error;
}
