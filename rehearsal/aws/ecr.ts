import type {
  BatchGetImageCommandInput,
  BatchGetImageResponse,
  DescribeImageScanFindingsCommandInput,
  DescribeImageScanFindingsResponse,
  DescribeImagesCommandInput,
  DescribeImagesResponse,
  Image,
  ImageDetail,
  ImageFailure,
  ImageIdentifier,
  ScanStatus,
} from '@aws-sdk/client-ecr';
import { AwsError, type Call, type Kernel, type Operations } from '../kernel.ts';
import { authorize } from './authorize.ts';
import { pushEvents, type ServiceEvent, scanEvents } from './ecr-events.ts';
import { checkedPage, checkImageIds, defaultPageSize, invalid, pageSize } from './ecr-input.ts';
import { describeImageId, type Push, Repository, repositoryArn, type StoredImage } from './ecr-repository.ts';
import {
  basicSeverity,
  describeFindings,
  hasFindings,
  type ImageScan,
  type ScanFinding,
  usualDescription,
} from './ecr-scan.ts';

export interface ScanOutcome {
  readonly engine: 'basic' | 'enhanced';
  readonly status: ScanStatus;
  readonly findings?: readonly ScanFinding[];
  readonly description?: string;
}

/**
 * Amazon ECR: private repositories of one registry, each Region its own. Nothing is replicated and nothing is scanned
 * by itself: the scenario says what happens.
 */
export class Ecr {
  readonly #kernel: Kernel;
  readonly #emit: (event: ServiceEvent) => void;
  readonly #repositories = new Map<string, Repository>();

  /** @param emit takes the events that ECR and Inspector send to the default bus of their Region */
  constructor(kernel: Kernel, emit: (event: ServiceEvent) => void = () => undefined) {
    this.#kernel = kernel;
    this.#emit = emit;
  }

  createRepository(region: string, name: string): void {
    this.#repositories.set(`${region}/${name}`, new Repository(this.#kernel, region, name));
  }

  /** Pushes an image and returns its digest. */
  push(region: string, repositoryName: string, push: Push): string {
    const repository = this.#repository(region, repositoryName);
    const image = repository.push(this.#kernel, push);
    for (const event of pushEvents(region, repository, image, push.tags ?? [])) this.#emit(event);
    return image.digest;
  }

  /**
   * Puts an image's scan into a status and replaces its findings.
   *
   * @throws RangeError for findings with a status that has none, or of a severity that the engine does not know
   */
  completeScan(region: string, repositoryName: string, digest: string, outcome: ScanOutcome): void {
    const { engine, status, findings = [], description = usualDescription(status) } = outcome;
    if (findings.length > 0 && !hasFindings(outcome)) {
      throw new RangeError(`a scan that is ${status} has no findings; give them to COMPLETE or ACTIVE`);
    }
    if (engine === 'basic') findings.forEach(basicSeverity);
    const scan: ImageScan = { engine, status, description, findings, completedAt: this.#kernel.now() };
    const repository = this.#repository(region, repositoryName);
    const image = repository.get({ imageDigest: digest });
    repository.update(digest, { scan });
    for (const event of scanEvents(region, repository, image, scan)) this.#emit(event);
  }

  /** Moves an image to the archive: it cannot be pulled, and its scan results are lost. */
  archive(region: string, repositoryName: string, digest: string): void {
    const repository = this.#repository(region, repositoryName);
    const { scan } = repository.get({ imageDigest: digest });
    repository.update(digest, {
      status: 'ARCHIVED',
      scan: {
        engine: scan?.engine ?? 'basic',
        status: 'IMAGE_ARCHIVED',
        description: undefined,
        findings: [],
        completedAt: this.#kernel.now(),
      },
    });
  }

  /** What a Region's registry holds, for scenarios and invariants. */
  imagesIn(region: string): readonly { readonly repository: string; readonly image: StoredImage }[] {
    return [...this.#repositories].flatMap(([key, repository]) =>
      key.startsWith(`${region}/`)
        ? repository.images.map((image) => ({ repository: repository.name, image }))
        : [],
    );
  }

  readonly operations = {
    /** Lists active images unless the filter says otherwise; images asked for by id are described in any status. */
    DescribeImages: (input: DescribeImagesCommandInput, call: Call): DescribeImagesResponse => {
      const repository = this.#authorized(call, 'DescribeImages', input);
      const { imageIds, maxResults, nextToken, filter } = input;
      if (imageIds !== undefined) {
        if (maxResults !== undefined || nextToken !== undefined) {
          throw invalid('maxResults and nextToken cannot be used when images are specified with imageIds');
        }
        checkImageIds(imageIds);
        return { imageDetails: imageIds.map((id) => describeImage(repository, repository.get(id))) };
      }
      const status = filter?.imageStatus ?? 'ACTIVE';
      const images = repository.images.filter(
        (image) =>
          (status === 'ANY' || image.status === status) &&
          (filter?.tagStatus !== 'TAGGED' || image.tags.length > 0) &&
          (filter?.tagStatus !== 'UNTAGGED' || image.tags.length === 0),
      );
      const { things, ...next } = checkedPage(images, pageSize(maxResults), nextToken);
      return { imageDetails: things.map((image) => describeImage(repository, image)), ...next };
    },

    /**
     * A page of enhanced findings has 100, whatever `maxResults` says.
     * @see https://github.com/boto/boto3/issues/3449
     */
    DescribeImageScanFindings: (
      input: DescribeImageScanFindingsCommandInput,
      call: Call,
    ): DescribeImageScanFindingsResponse => {
      const repository = this.#authorized(call, 'DescribeImageScanFindings', input);
      const { imageId = {}, maxResults, nextToken } = input;
      const image = repository.get(imageId);
      const { scan } = image;
      if (scan === undefined) throw scanNotFound(repository, imageId);
      const size = pageSize(maxResults);
      const { things, ...next } = checkedPage(
        scan.findings,
        scan.engine === 'basic' ? size : defaultPageSize,
        nextToken,
      );
      return {
        registryId: repository.registryId,
        repositoryName: repository.name,
        imageId: { ...imageId, imageDigest: image.digest },
        imageScanStatus: { status: scan.status, description: scan.description },
        ...(hasFindings(scan)
          ? { imageScanFindings: describeFindings(repository, image, scan, things) }
          : {}),
        ...next,
      };
    },

    /** What is missing, archived or of a media type that the caller does not accept is a failure of its own. */
    BatchGetImage: (input: BatchGetImageCommandInput, call: Call): BatchGetImageResponse => {
      const repository = this.#authorized(call, 'BatchGetImage', input);
      const { imageIds = [], acceptedMediaTypes } = input;
      checkImageIds(imageIds);
      const images: Image[] = [];
      const failures: ImageFailure[] = [];
      for (const imageId of imageIds) {
        const image = repository.find(imageId);
        const accepted =
          image?.status === 'ACTIVE' && (acceptedMediaTypes?.includes(image.mediaType) ?? true);
        if (image !== undefined && accepted) images.push(getImage(repository, image, imageId));
        else failures.push(failure(imageId));
      }
      return { images, failures };
    },
  } satisfies Operations;

  #authorized(
    call: Call,
    operation: string,
    input: { readonly repositoryName: string | undefined; readonly registryId?: string | undefined },
  ): Repository {
    const { repositoryName = '', registryId = this.#kernel.account } = input;
    authorize(
      this.#kernel,
      {
        principal: call.principal,
        action: `ecr:${operation}`,
        resource: repositoryArn(this.#kernel, call.region, repositoryName),
      },
      'AccessDeniedException',
    );
    const repository = this.#repositories.get(`${call.region}/${repositoryName}`);
    if (repository === undefined || registryId !== this.#kernel.account) {
      throw new AwsError(
        'RepositoryNotFoundException',
        `The repository with name '${repositoryName}' does not exist in the registry with id '${registryId}'`,
      );
    }
    return repository;
  }

  #repository(region: string, name: string): Repository {
    const repository = this.#repositories.get(`${region}/${name}`);
    if (repository === undefined) throw new RangeError(`there is no ECR repository '${name}' in ${region}`);
    return repository;
  }
}

/** Scan status and summary are not filled here by either engine. */
function describeImage(repository: Repository, image: StoredImage): ImageDetail {
  return {
    registryId: repository.registryId,
    repositoryName: repository.name,
    imageDigest: image.digest,
    ...(image.tags.length === 0 ? {} : { imageTags: [...image.tags] }),
    imageSizeInBytes: image.sizeInBytes,
    imagePushedAt: image.pushedAt,
    imageManifestMediaType: image.mediaType,
    imageStatus: image.status,
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

function failure(imageId: ImageIdentifier): ImageFailure {
  return imageId.imageDigest === undefined && imageId.imageTag === undefined
    ? {
        imageId,
        failureCode: 'MissingDigestAndTag',
        failureReason: 'Invalid request parameters: both tag and digest cannot be null',
      }
    : { imageId, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' };
}

function scanNotFound(repository: Repository, imageId: ImageIdentifier): AwsError {
  return new AwsError(
    'ScanNotFoundException',
    `Image scan does not exist for the image with '${describeImageId(imageId)}' in the repository with name '${repository.name}' in the registry with id '${repository.registryId}'`,
  );
}
