import type {
  BatchDeleteImageRequest,
  BatchDeleteImageResponse,
  ImageFailure,
  ImageIdentifier,
} from '@aws-sdk/client-ecr';
import type { Call, Operations } from '../kernel.ts';
import { imageActionEvents } from './ecr-events.ts';
import { notFound } from './ecr-image-operations.ts';
import { checkImageIds, missingBoth } from './ecr-input.ts';
import type { Registry } from './ecr-registry.ts';
import type { Repository } from './ecr-repository.ts';

/** @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchDeleteImage.html */
export function deletionOperations(registry: Registry) {
  return {
    /**
     * A digest deletes the image and all its tags. A tag deletes the tag, and the image with its last tag. Each id
     * fails on its own.
     */
    BatchDeleteImage: (input: BatchDeleteImageRequest, call: Call): BatchDeleteImageResponse => {
      const repository = registry.authorized(call, 'BatchDeleteImage', input);
      const { imageIds = [] } = input;
      checkImageIds(imageIds);
      const deleted: ImageIdentifier[] = [];
      const failures: ImageFailure[] = [];
      for (const imageId of imageIds) {
        const outcome = deleteOne(registry, repository, imageId);
        if (Array.isArray(outcome)) deleted.push(...outcome);
        else failures.push(outcome);
      }
      return { imageIds: deleted, failures };
    },
  } satisfies Operations;
}

function deleteOne(
  registry: Registry,
  repository: Repository,
  imageId: ImageIdentifier,
): ImageIdentifier[] | ImageFailure {
  const { imageDigest, imageTag } = imageId;
  const image = repository.find(imageId);
  if (image === undefined) {
    const isOther = imageTag !== undefined && repository.find({ imageDigest }) !== undefined;
    if (!isOther) return missingBoth(imageId) ?? notFound(imageId);
    const failureReason = 'Tag does not match digest';
    return { imageId, failureCode: 'ImageTagDoesNotMatchDigest', failureReason };
  }
  const { digest, tags } = image;
  const isTagOnly = imageTag !== undefined && tags.length > 1;
  if (!isTagOnly && repository.indexesOf(digest).length > 0) {
    const failureReason = 'Image is referenced by a manifest list';
    return { imageId, failureCode: 'ImageReferencedByManifestList', failureReason };
  }
  const gone = isTagOnly ? [imageTag] : tags;
  if (isTagOnly) repository.untag(imageTag);
  else repository.delete(image);
  for (const event of imageActionEvents('DELETE', repository, image, gone)) registry.emit(event);
  return gone.length === 0
    ? [{ imageDigest: digest }]
    : gone.map((tag) => ({ imageDigest: digest, imageTag: tag }));
}
