import type {
  BatchGetImageRequest,
  BatchGetImageResponse,
  DescribeImagesRequest,
  DescribeImagesResponse,
  DescribeRepositoriesRequest,
  DescribeRepositoriesResponse,
  Image,
  ImageDetail,
  ImageFailure,
  ImageIdentifier,
  ImageStatusFilter,
  ListImagesRequest,
  ListImagesResponse,
  Repository as RepositoryDescription,
  TagStatus,
} from '@aws-sdk/client-ecr';
import type { Call, Operations } from '../kernel.ts';
import { checkedPage, checkImageIds, invalid, missingBoth, pageSize } from './ecr-input.ts';
import type { Registry } from './ecr-registry.ts';
import { type Repository, repositoryArn, type StoredImage } from './ecr-repository.ts';

/** What tells of repositories and of what they hold. */
export function imageOperations(registry: Registry) {
  return {
    /** All repositories, or those named; the permission to see all is one on `repository/*`. */
    DescribeRepositories: (input: DescribeRepositoriesRequest, call: Call): DescribeRepositoriesResponse => {
      const { repositoryNames, maxResults, nextToken } = input;
      const { account } = registry.kernel;
      if (repositoryNames !== undefined) {
        if (maxResults !== undefined || nextToken !== undefined) {
          throw invalid('maxResults and nextToken cannot be used with repositoryNames');
        }
        const repositories = repositoryNames.map((repositoryName) =>
          registry.authorized(call, 'DescribeRepositories', { repositoryName }),
        );
        return { repositories: repositories.map(describeRepository) };
      }
      registry.authorize(call, 'DescribeRepositories', repositoryArn(account, call.region, '*'));
      const all = registry.repositoriesIn(call.region);
      const { things, ...next } = checkedPage(all, pageSize(maxResults), nextToken);
      return { repositories: things.map(describeRepository), ...next };
    },

    /** Lists active images unless the filter says otherwise; images asked for by id are described in any status. */
    DescribeImages: (input: DescribeImagesRequest, call: Call): DescribeImagesResponse => {
      const repository = registry.authorized(call, 'DescribeImages', input);
      const { imageIds, maxResults, nextToken, filter } = input;
      if (imageIds !== undefined) {
        if (maxResults !== undefined || nextToken !== undefined) {
          throw invalid('maxResults and nextToken cannot be used when images are specified with imageIds');
        }
        checkImageIds(imageIds);
        return { imageDetails: imageIds.map((id) => describeImage(repository, repository.get(id))) };
      }
      const images = filtered(repository, filter);
      const { things, ...next } = checkedPage(images, pageSize(maxResults), nextToken);
      return { imageDetails: things.map((image) => describeImage(repository, image)), ...next };
    },

    /** One id for each tag; one without a tag for an image that has none. */
    ListImages: (input: ListImagesRequest, call: Call): ListImagesResponse => {
      const repository = registry.authorized(call, 'ListImages', input);
      const { maxResults, nextToken, filter } = input;
      const ids = filtered(repository, filter).flatMap(({ digest: imageDigest, tags }): ImageIdentifier[] =>
        tags.length === 0 ? [{ imageDigest }] : tags.map((imageTag) => ({ imageDigest, imageTag })),
      );
      const { things, ...next } = checkedPage(ids, pageSize(maxResults), nextToken);
      return { imageIds: [...things], ...next };
    },

    /** What is missing, archived or of a media type that the caller does not accept is a failure of its own. */
    BatchGetImage: (input: BatchGetImageRequest, call: Call): BatchGetImageResponse => {
      const repository = registry.authorized(call, 'BatchGetImage', input);
      const { imageIds = [], acceptedMediaTypes } = input;
      checkImageIds(imageIds);
      const images: Image[] = [];
      const failures: ImageFailure[] = [];
      for (const imageId of imageIds) {
        const image = repository.find(imageId);
        const accepted =
          image?.status === 'ACTIVE' && (acceptedMediaTypes?.includes(image.mediaType) ?? true);
        if (image !== undefined && accepted) images.push(getImage(repository, image, imageId));
        else failures.push(missingBoth(imageId) ?? notFound(imageId));
      }
      return { images, failures };
    },
  } satisfies Operations;
}

export function notFound(imageId: ImageIdentifier): ImageFailure {
  return { imageId, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' };
}

function filtered(
  { images }: Repository,
  filter: {
    readonly imageStatus?: ImageStatusFilter | undefined;
    readonly tagStatus?: TagStatus | undefined;
  } = {},
): readonly StoredImage[] {
  const { imageStatus = 'ACTIVE', tagStatus } = filter;
  return images.filter(
    ({ status, tags }) =>
      (imageStatus === 'ANY' || status === imageStatus) &&
      (tagStatus !== 'TAGGED' || tags.length > 0) &&
      (tagStatus !== 'UNTAGGED' || tags.length === 0),
  );
}

function describeRepository(repository: Repository): RepositoryDescription {
  const { arn, name, region, registryId, createdAt, settings } = repository;
  const { tagMutability, tagExclusions, key } = settings;
  return {
    repositoryArn: arn,
    registryId,
    repositoryName: name,
    repositoryUri: `${registryId}.dkr.ecr.${region}.amazonaws.com/${name}`,
    createdAt,
    imageTagMutability: tagMutability,
    ...(tagExclusions.length > 0 && {
      imageTagMutabilityExclusionFilters: tagExclusions.map((filter) => ({ filterType: 'WILDCARD', filter })),
    }),
    imageScanningConfiguration: { scanOnPush: false },
    encryptionConfiguration:
      key === undefined ? { encryptionType: 'AES256' } : { encryptionType: 'KMS', kmsKey: key },
  };
}

/** Scan status and summary are not filled here by either engine. */
function describeImage(repository: Repository, image: StoredImage): ImageDetail {
  const { lastArchivedAt, lastActivatedAt, lastPulledAt, content } = image;
  return {
    registryId: repository.registryId,
    repositoryName: repository.name,
    imageDigest: image.digest,
    ...(image.tags.length === 0 ? {} : { imageTags: [...image.tags] }),
    imageSizeInBytes: image.sizeInBytes,
    imagePushedAt: image.pushedAt,
    imageManifestMediaType: image.mediaType,
    ...(content.artifactMediaType !== undefined && { artifactMediaType: content.artifactMediaType }),
    imageStatus: image.status,
    ...(lastArchivedAt !== undefined && { lastArchivedAt }),
    ...(lastActivatedAt !== undefined && { lastActivatedAt }),
    ...(lastPulledAt !== undefined && { lastRecordedPullTime: lastPulledAt }),
    ...(content.subject !== undefined && { subjectManifestDigest: content.subject }),
  };
}

function getImage(repository: Repository, image: StoredImage, asked: ImageIdentifier): Image {
  return {
    registryId: repository.registryId,
    repositoryName: repository.name,
    imageId: { ...asked, imageDigest: image.digest },
    imageManifest: image.manifest,
    imageManifestMediaType: image.mediaType,
  };
}
