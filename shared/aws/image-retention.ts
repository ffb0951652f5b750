import {
  BatchDeleteImageCommand,
  DescribeImagesCommand,
  type ECRClient,
  type ImageDetail,
  ImageNotFoundException,
  ImageStorageClassUpdateNotSupportedException,
  paginateDescribeImages,
  RepositoryNotFoundException,
  UpdateImageStorageClassCommand,
} from '@aws-sdk/client-ecr';
import { isIndexMediaType } from '../domain/manifest.ts';
import { eachOf } from '../lambda/each-of.ts';
import type { RegistryImage } from '../retention/registry-state.ts';
import { kindOf } from './image-registry.ts';

/** What we need of Amazon ECR to put images away, in this Region. */
export interface ImageRetention {
  /**
   * Every image of a repository, in whatever status, a thousand in a call.
   *
   * @returns undefined when there is no such repository
   */
  readonly list: (repository: string) => Promise<readonly RegistryImage[] | undefined>;
  /** At most a hundred, as they are now; in any order, without those that are not there any more. */
  readonly again: (repository: string, digests: readonly string[]) => Promise<readonly RegistryImage[]>;
  /**
   * - `gone`: there is no such image any more;
   * - `not-yet`: an index leads to it that is there, or it is of a kind that ECR does not archive: it answers both by one
   *   error.
   */
  readonly archive: (repository: string, digest: string) => Promise<'archived' | 'gone' | 'not-yet'>;
  /** At most a hundred, by their digests, with all their tags. Each ends in its own way. */
  readonly delete: (
    repository: string,
    digests: readonly string[],
  ) => Promise<ReadonlyMap<string, ImageDeletion>>;
}

export type ImageDeletion =
  | { readonly end: 'deleted' }
  /** There is no such image any more. */
  | { readonly end: 'gone' }
  /** An index that leads to it is there. */
  | { readonly end: 'referenced' }
  | { readonly end: 'failed'; readonly reason: string };

/** @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchDeleteImage.html */
export const mostDeletionsPerCall = 100;

/** Questions for single images that are under way at once. */
const questionsAtOnce = 4;

export function imageRetention(ecr: ECRClient): ImageRetention {
  /** ECR answers nothing at all when one of the images is not there: then it is asked for each alone. */
  async function describe(
    repositoryName: string,
    digests: readonly string[],
  ): Promise<readonly RegistryImage[]> {
    try {
      const { imageDetails = [] } = await ecr.send(
        new DescribeImagesCommand({
          repositoryName,
          imageIds: digests.map((imageDigest) => ({ imageDigest })),
          filter: { imageStatus: 'ANY' },
        }),
      );
      return imageDetails.map(fromDetail);
    } catch (error) {
      if (error instanceof RepositoryNotFoundException) return [];
      if (!(error instanceof ImageNotFoundException)) throw error;
      if (digests.length === 1) return [];
      const found: RegistryImage[] = [];
      await eachOf(digests, questionsAtOnce, async (digest) => {
        found.push(...(await describe(repositoryName, [digest])));
      });
      return found;
    }
  }

  return {
    again: describe,

    async list(repositoryName) {
      // While images come and go, one may be on two pages: what was told of it last counts.
      const listed = new Map<string, RegistryImage>();
      const input = { repositoryName, filter: { imageStatus: 'ANY' } } as const;
      try {
        for await (const page of paginateDescribeImages({ client: ecr, pageSize: 1000 }, input)) {
          for (const detail of page.imageDetails ?? []) {
            const image = fromDetail(detail);
            listed.set(image.digest, image);
          }
        }
        return [...listed.values()];
      } catch (error) {
        if (error instanceof RepositoryNotFoundException) return undefined;
        throw error;
      }
    },

    async archive(repositoryName, imageDigest) {
      try {
        await ecr.send(
          new UpdateImageStorageClassCommand({
            repositoryName,
            imageId: { imageDigest },
            targetStorageClass: 'ARCHIVE',
          }),
        );
        return 'archived';
      } catch (error) {
        if (error instanceof ImageNotFoundException) return 'gone';
        if (error instanceof ImageStorageClassUpdateNotSupportedException) return 'not-yet';
        throw error;
      }
    },

    async delete(repositoryName, digests) {
      const { failures = [] } = await ecr.send(
        new BatchDeleteImageCommand({
          repositoryName,
          imageIds: digests.map((imageDigest) => ({ imageDigest })),
        }),
      );
      // What was deleted is listed by tags, so of an image without tags only that it did not fail is sure to be told.
      const ends = new Map<string, ImageDeletion>(digests.map((digest) => [digest, { end: 'deleted' }]));
      for (const { imageId, failureCode = '', failureReason = '' } of failures) {
        ends.set(imageId?.imageDigest ?? '', deletionFrom(failureCode, failureReason));
      }
      return ends;
    },
  };
}

function fromDetail(detail: ImageDetail): RegistryImage {
  const { imagePushedAt, lastArchivedAt, lastActivatedAt, lastRecordedPullTime, subjectManifestDigest } =
    detail;
  return {
    digest: detail.imageDigest ?? '',
    kind: kindOfAny(detail),
    tags: detail.imageTags ?? [],
    sizeBytes: detail.imageSizeInBytes ?? 0,
    status: statusOf(detail.imageStatus),
    ...(imagePushedAt && { pushedAt: imagePushedAt }),
    ...(lastArchivedAt && { archivedAt: lastArchivedAt }),
    ...(lastActivatedAt && { restoredAt: lastActivatedAt }),
    ...(lastRecordedPullTime && { pulledAt: lastRecordedPullTime }),
    ...(subjectManifestDigest !== undefined && { subject: subjectManifestDigest }),
  };
}

/** An index that refers to another image is still one: what it leads to matters more here than what it is about. */
function kindOfAny(detail: ImageDetail): RegistryImage['kind'] {
  return isIndexMediaType(detail.imageManifestMediaType) ? 'index' : kindOf(detail);
}

/** A status that ECR has added since this was written is one that nobody here touches, as one that is on its way. */
function statusOf(status: string | undefined): RegistryImage['status'] {
  if (status === undefined || status === 'ACTIVE') return 'ACTIVE';
  return status === 'ARCHIVED' ? 'ARCHIVED' : 'ACTIVATING';
}

function deletionFrom(code: string, reason: string): ImageDeletion {
  switch (code) {
    case 'ImageNotFound':
      return { end: 'gone' };
    case 'ImageReferencedByManifestList':
      return { end: 'referenced' };
    default:
      return { end: 'failed', reason: `${code}: ${reason}` };
  }
}
