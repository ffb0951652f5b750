import type { UpdateImageStorageClassRequest, UpdateImageStorageClassResponse } from '@aws-sdk/client-ecr';
import { AwsError, type Call, type Operations } from '../kernel.ts';
import { storageClassEvent } from './ecr-events.ts';
import type { Registry } from './ecr-registry.ts';
import { describeImageId, type Repository, type StoredImage } from './ecr-repository.ts';
import { unavailableScan } from './ecr-scan.ts';

/** How long ECR takes to bring an image back: at least, and by how much more it varies. Milliseconds. */
const restoring = { least: 60_000, spread: 19 * 60_000 };

/**
 * Archives images and brings them back. An archived image is described but cannot be pulled, and its scan results are
 * lost. The archive is each Region's own: nothing of it is replicated.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html
 */
export class StorageClasses {
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  readonly operations = {
    /** To ask for what is so already changes nothing. */
    UpdateImageStorageClass: (
      input: UpdateImageStorageClassRequest,
      call: Call,
    ): UpdateImageStorageClassResponse => {
      const repository = this.#registry.authorized(call, 'UpdateImageStorageClass', input);
      const { imageId = {}, targetStorageClass } = input;
      const image = repository.get(imageId);
      const updated =
        targetStorageClass === 'ARCHIVE' ? this.archive(repository, image) : this.#restore(repository, image);
      return {
        registryId: repository.registryId,
        repositoryName: repository.name,
        imageId: { ...imageId, imageDigest: image.digest },
        imageStatus: updated.status,
      };
    },
  } satisfies Operations;

  /** @throws AwsError ImageStorageClassUpdateNotSupportedException */
  archive(repository: Repository, image: StoredImage): StoredImage {
    if (image.status === 'ARCHIVED') return image;
    const [index] = repository.indexesOf(image.digest);
    if (image.status !== 'ACTIVE' || index !== undefined) {
      const why = index === undefined ? 'it is being restored' : `the index ${index.digest} refers to it`;
      throw new AwsError(
        'ImageStorageClassUpdateNotSupportedException',
        `The image with imageId ${describeImageId({ imageDigest: image.digest })} in the repository with name '${repository.name}' cannot be archived: ${why}`,
      );
    }
    const { kernel } = this.#registry;
    const archived = repository.update(image.digest, {
      status: 'ARCHIVED',
      lastArchivedAt: kernel.now(),
      scan: unavailableScan(image.scan?.engine ?? 'basic', 'IMAGE_ARCHIVED', kernel.now()),
    });
    this.#registry.emit(storageClassEvent(repository, archived, 'ARCHIVE'));
    this.#registry.tellArchival(repository, image);
    return archived;
  }

  #restore(repository: Repository, image: StoredImage): StoredImage {
    if (image.status !== 'ARCHIVED') return image;
    const { kernel } = this.#registry;
    const activating = repository.update(image.digest, { status: 'ACTIVATING' });
    kernel.after(restoring.least + kernel.random() * restoring.spread, () => {
      if (repository.find({ imageDigest: image.digest })?.status !== 'ACTIVATING') return;
      const restored = repository.update(image.digest, {
        status: 'ACTIVE',
        lastActivatedAt: kernel.now(),
        scan: undefined,
      });
      this.#registry.emit(storageClassEvent(repository, restored, 'STANDARD'));
      this.#registry.tellArrival({
        repository,
        image: restored,
        by: 'restore',
        tags: restored.tags,
        isNew: true,
      });
    });
    return activating;
  }
}
