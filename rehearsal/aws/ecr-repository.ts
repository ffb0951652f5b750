import { createHash } from 'node:crypto';
import type { ImageIdentifier, ImageStatus } from '@aws-sdk/client-ecr';
import { AwsError, type Kernel } from '../kernel.ts';
import type { ImageScan } from './ecr-scan.ts';

export interface StoredImage {
  /** `sha256:…` */
  readonly digest: string;
  readonly tags: readonly string[];
  readonly manifest: string;
  readonly mediaType: string;
  readonly sizeInBytes: number;
  readonly pushedAt: Date;
  readonly status: ImageStatus;
  /** Absent: never scanned, or not again since it was restored. */
  readonly scan?: ImageScan;
}

export interface Push {
  /** They move here from whatever image has them. */
  readonly tags?: readonly string[];
  /** The manifest's SHA-256, unless a scenario wants a name of its own. */
  readonly digest?: string;
  /** A manifest or an index, byte for byte. Absent: an image manifest that no other image has. */
  readonly manifest?: string;
  /** Absent: what the manifest says of itself, else an OCI image manifest. */
  readonly mediaType?: string;
  readonly sizeInBytes?: number;
}

export const imageManifestType = 'application/vnd.oci.image.manifest.v1+json';

/** One repository in one Region, with mutable tags. */
export class Repository {
  readonly name: string;
  readonly arn: string;
  readonly registryId: string;
  readonly #images = new Map<string, StoredImage>();

  constructor(kernel: Kernel, region: string, name: string) {
    this.name = name;
    this.registryId = kernel.account;
    this.arn = repositoryArn(kernel, region, name);
  }

  /** In the order in which they were first pushed. */
  get images(): StoredImage[] {
    return [...this.#images.values()];
  }

  /** Pushing again what is here adds tags, and brings it back when it was archived. */
  push(kernel: Kernel, { tags = [], digest, manifest, mediaType, sizeInBytes }: Push): StoredImage {
    const text = manifest ?? newManifest(kernel);
    const name = digest ?? sha256(text);
    for (const image of this.images) {
      const left = image.tags.filter((tag) => !tags.includes(tag));
      if (left.length < image.tags.length) this.update(image.digest, { tags: left });
    }
    const present = this.#images.get(name);
    if (present?.status === 'ACTIVE') return this.update(name, { tags: [...present.tags, ...tags] });
    const image: StoredImage = {
      digest: name,
      tags: [...(present?.tags ?? []), ...tags],
      manifest: text,
      mediaType: mediaType ?? declaredMediaType(text) ?? imageManifestType,
      sizeInBytes: sizeInBytes ?? 50_000_000,
      pushedAt: present?.pushedAt ?? kernel.now(),
      status: 'ACTIVE',
    };
    this.#images.set(name, image);
    return image;
  }

  /** @throws RangeError when there is no such image: a scenario named it wrongly */
  update(digest: string, change: Partial<Omit<StoredImage, 'digest'>>): StoredImage {
    const image = this.#images.get(digest);
    if (image === undefined) throw new RangeError(`there is no image ${digest} in ${this.arn}`);
    const updated = { ...image, ...change };
    this.#images.set(digest, updated);
    return updated;
  }

  find({ imageDigest, imageTag }: ImageIdentifier): StoredImage | undefined {
    if (imageDigest === undefined && imageTag === undefined) return undefined;
    return this.images.find(
      ({ digest, tags }) =>
        (imageDigest === undefined || digest === imageDigest) &&
        (imageTag === undefined || tags.includes(imageTag)),
    );
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
}

export function repositoryArn(kernel: Kernel, region: string, name: string): string {
  return `arn:aws:ecr:${region}:${kernel.account}:repository/${name}`;
}

/** As ECR's error messages write it. */
export function describeImageId({ imageDigest, imageTag }: ImageIdentifier): string {
  return `{imageDigest:'${imageDigest ?? 'null'}', imageTag:'${imageTag ?? 'null'}'}`;
}

function newManifest(kernel: Kernel): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: imageManifestType,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      size: 2777,
      digest: sha256(kernel.uuid()),
    },
    layers: [
      {
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        size: 49_997_223,
        digest: sha256(kernel.uuid()),
      },
    ],
  });
}

/** @throws SyntaxError for a manifest that is no JSON, which ECR does not take either */
function declaredMediaType(manifest: string): string | undefined {
  const parsed: unknown = JSON.parse(manifest);
  const declared = typeof parsed === 'object' && parsed !== null && Reflect.get(parsed, 'mediaType');
  return typeof declared === 'string' ? declared : undefined;
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
