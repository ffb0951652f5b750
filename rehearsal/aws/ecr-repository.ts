import type { ImageIdentifier, ImageStatus } from '@aws-sdk/client-ecr';
import { AwsError } from '../kernel.ts';
import { defaultSettings, isImmutable, type RepositorySettings } from './ecr-repository-settings.ts';
import type { ImageScan } from './ecr-scan.ts';
import { type ManifestContent, mediaTypes, readManifest, sha256 } from './oci-manifest.ts';

/** An image, an index or an artifact: whatever has a manifest. */
export interface StoredImage {
  /** `sha256:…` */
  readonly digest: string;
  readonly tags: readonly string[];
  readonly manifest: string;
  readonly mediaType: string;
  readonly content: ManifestContent;
  readonly sizeInBytes: number;
  readonly pushedAt: Date;
  readonly status: ImageStatus;
  /** Absent: never scanned, or not again since it was restored. */
  readonly scan?: ImageScan | undefined;
  /** When the last scan began, whatever became of it. */
  readonly scanStartedAt?: Date;
  readonly lastArchivedAt?: Date;
  readonly lastActivatedAt?: Date;
  /** Absent: never pulled. */
  readonly lastPulledAt?: Date;
}

/** What is put into a repository. */
export interface Push {
  /** They move here from whatever image has them. */
  readonly tags?: readonly string[];
  /** The manifest's SHA-256, unless a scenario wants a name of its own. */
  readonly digest?: string;
  /** A manifest or an index, byte for byte. */
  readonly manifest: string;
  /** Absent: what the manifest says of itself, else an OCI image manifest. */
  readonly mediaType?: string;
  /** Absent: what config and layers come to, and for an index the largest of its images. */
  readonly sizeInBytes?: number;
}

export interface Stored {
  readonly image: StoredImage;
  readonly isNew: boolean;
}

/** One repository in one Region. */
export class Repository {
  readonly region: string;
  readonly name: string;
  readonly arn: string;
  readonly registryId: string;
  readonly settings: RepositorySettings;
  readonly createdAt: Date;
  readonly #images = new Map<string, StoredImage>();
  /** Tag -> digest. */
  readonly #tags = new Map<string, string>();
  /** Digests of configs and layers. */
  readonly #blobs = new Set<string>();

  constructor(
    account: string,
    region: string,
    name: string,
    createdAt: Date,
    settings: RepositorySettings = defaultSettings,
  ) {
    this.region = region;
    this.name = name;
    this.registryId = account;
    this.arn = repositoryArn(account, region, name);
    this.settings = settings;
    this.createdAt = createdAt;
  }

  /** In the order in which they were first pushed. */
  get images(): StoredImage[] {
    return [...this.#images.values()];
  }

  /**
   * Storing again what is here adds tags, and brings it back when it was archived.
   *
   * @returns the image, and whether it could not be pulled before
   * @throws AwsError ImageTagAlreadyExistsException, ReferencedImagesNotFoundException
   */
  store({ tags = [], digest, manifest, mediaType, sizeInBytes }: Push, now: Date): Stored {
    const name = digest ?? sha256(manifest);
    const taken = this.takenTag(name, tags);
    if (taken !== undefined) {
      throw new AwsError(
        'ImageTagAlreadyExistsException',
        `The image tag '${taken}' already exists in the '${this.name}' repository and cannot be overwritten because the tag is immutable.`,
      );
    }
    const content = readManifest(manifest);
    const missing = content.children.filter((child) => this.#images.get(child) === undefined);
    if (missing.length > 0) {
      throw new AwsError(
        'ReferencedImagesNotFoundException',
        `Images with digests '${missing.join(', ')}' required for pushing image into repository with name '${this.name}' in the registry with id '${this.registryId}' do not exist`,
      );
    }
    for (const tag of tags) this.#takeTag(tag, name);
    for (const blob of content.blobs) this.#blobs.add(blob.digest);
    const present = this.#images.get(name);
    const allTags = [...new Set([...(present?.tags ?? []), ...tags])];
    if (present !== undefined) {
      const isNew = present.status !== 'ACTIVE';
      const back = isNew ? ({ status: 'ACTIVE', scan: undefined, lastActivatedAt: now } as const) : {};
      return { image: this.update(name, { tags: allTags, ...back }), isNew };
    }
    const image: StoredImage = {
      digest: name,
      tags: allTags,
      manifest,
      mediaType: mediaType ?? content.mediaType ?? mediaTypes.manifest,
      content,
      sizeInBytes: sizeInBytes ?? this.#size(content),
      pushedAt: now,
      status: 'ACTIVE',
    };
    this.#images.set(name, image);
    return { image, isNew: true };
  }

  /** The first of the tags that is immutable and belongs to another image. */
  takenTag(digest: string, tags: readonly string[]): string | undefined {
    return tags.find((tag) => {
      const owner = this.#tags.get(tag);
      return owner !== undefined && owner !== digest && isImmutable(this.settings, tag);
    });
  }

  /** @throws RangeError when there is no such image: a scenario named it wrongly */
  update(digest: string, change: Partial<Omit<StoredImage, 'digest'>>): StoredImage {
    const image = this.#images.get(digest);
    if (image === undefined) throw new RangeError(`there is no image ${digest} in ${this.arn}`);
    const updated = { ...image, ...change };
    this.#images.set(digest, updated);
    return updated;
  }

  untag(tag: string): void {
    const digest = this.#tags.get(tag);
    this.#tags.delete(tag);
    const image = digest === undefined ? undefined : this.#images.get(digest);
    if (image) this.update(image.digest, { tags: image.tags.filter((each) => each !== tag) });
  }

  delete({ digest, tags }: StoredImage): void {
    for (const tag of tags) this.#tags.delete(tag);
    this.#images.delete(digest);
  }

  /** The indexes that an image belongs to, of those that can be pulled. */
  indexesOf(digest: string): StoredImage[] {
    return this.images.filter(
      ({ content, status }) => status !== 'ARCHIVED' && content.children.includes(digest),
    );
  }

  hasBlob(digest: string): boolean {
    return this.#blobs.has(digest);
  }

  find({ imageDigest, imageTag }: ImageIdentifier): StoredImage | undefined {
    const digest = imageDigest ?? this.#tags.get(imageTag ?? '');
    const image = digest === undefined ? undefined : this.#images.get(digest);
    return imageTag === undefined || image?.tags.includes(imageTag) ? image : undefined;
  }

  /** @throws AwsError InvalidParameterException, ImageNotFoundException */
  get(imageId: ImageIdentifier): StoredImage {
    if (imageId.imageDigest === undefined && imageId.imageTag === undefined) {
      throw new AwsError(
        'InvalidParameterException',
        'Invalid request parameters: both tag and digest cannot be null',
      );
    }
    const image = this.find(imageId);
    if (image === undefined) {
      throw new AwsError(
        'ImageNotFoundException',
        `The image with imageId ${describeImageId(imageId)} does not exist within the repository with name '${this.name}' in the registry with id '${this.registryId}'`,
      );
    }
    return image;
  }

  #takeTag(tag: string, digest: string): void {
    if (this.#tags.get(tag) === digest) return;
    this.untag(tag);
    this.#tags.set(tag, digest);
  }

  #size({ children, blobs }: ManifestContent): number {
    const sizes = children.map((child) => this.#images.get(child)?.sizeInBytes ?? 0);
    return sizes.length > 0 ? Math.max(...sizes) : blobs.reduce((sum, { size }) => sum + size, 0);
  }
}

export function repositoryArn(account: string, region: string, name: string): string {
  return `arn:aws:ecr:${region}:${account}:repository/${name}`;
}

/** As ECR's error messages write it. */
export function describeImageId({ imageDigest, imageTag }: ImageIdentifier): string {
  return `{imageDigest:'${imageDigest ?? 'null'}', imageTag:'${imageTag ?? 'null'}'}`;
}
