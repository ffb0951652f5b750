import { BatchGetImageCommand, type ECRClient, RepositoryNotFoundException } from '@aws-sdk/client-ecr';
import {
  isIndexMediaType,
  isManifestMediaType,
  type Manifest,
  manifestMediaTypes,
  parseManifest,
} from '../domain/manifest.ts';
import { RetryableError } from '../lambda/errors.ts';

/** The manifests of the images of this Region. */
export interface ImageManifests {
  /**
   * The manifests of a repository by digest, in one call for each hundred that are not known yet.
   *
   * What a digest names never changes, so what was read once is answered from memory, also after the image was deleted
   * or archived. Absent from the answer: what is not in the repository, or cannot be pulled because it is archived.
   *
   * @throws RetryableError when ECR could not say of an image whether it is there
   */
  readonly of: (repository: string, digests: Iterable<string>) => Promise<ReadonlyMap<string, Manifest>>;
}

/** @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html */
const mostImagesPerCall = 100;

/** Manifests kept in memory: about 10 MB. The oldest are forgotten first. */
const mostKept = 20_000;

/** All four media types are accepted: of those that are not, ECR gives another form of the image, or none. */
export function imageManifests(ecr: ECRClient): ImageManifests {
  const kept = new Map<string, Manifest>();

  async function fetch(repository: string, digests: readonly string[]): Promise<void> {
    const { images = [], failures = [] } = await ecr.send(
      new BatchGetImageCommand({
        repositoryName: repository,
        imageIds: digests.map((imageDigest) => ({ imageDigest })),
        acceptedMediaTypes: [...manifestMediaTypes],
      }),
    );
    for (const { imageId, imageManifest, imageManifestMediaType } of images) {
      if (imageId?.imageDigest === undefined || imageManifest === undefined) continue;
      const manifest = parseManifest(imageManifestMediaType ?? 'not told', imageManifest);
      kept.set(keyOf(repository, imageId.imageDigest), manifest);
    }
    const failure = failures.find(({ failureCode }) => !isAbsence(failureCode));
    if (failure) {
      throw new RetryableError(
        `ECR could not give the manifest of ${repository}@${failure.imageId?.imageDigest}: ${failure.failureCode}: ${failure.failureReason}`,
        { facts: { repository, digest: failure.imageId?.imageDigest } },
      );
    }
  }

  return {
    async of(repository, digests) {
      const wanted = [...new Set(digests)];
      const known = new Map<string, Manifest>();
      const remember = (digest: string): boolean => {
        const manifest = kept.get(keyOf(repository, digest));
        if (manifest) known.set(digest, manifest);
        return manifest !== undefined;
      };
      const unknown = wanted.filter((digest) => !remember(digest));
      for (let from = 0; from < unknown.length; from += mostImagesPerCall) {
        const asked = unknown.slice(from, from + mostImagesPerCall);
        try {
          await fetch(repository, asked);
        } catch (error) {
          if (error instanceof RepositoryNotFoundException) return known;
          throw error;
        }
        asked.forEach(remember);
      }
      for (const key of kept.keys()) {
        if (kept.size <= mostKept) break;
        kept.delete(key);
      }
      return known;
    },
  };
}

function keyOf(repository: string, digest: string): string {
  return `${repository}@${digest}`;
}

/** Archived images are described but cannot be pulled. */
function isAbsence(failureCode: string | undefined): boolean {
  return failureCode === 'ImageNotFound' || failureCode === 'ImageInaccessible';
}

/** An image that an index leads to. */
export interface IndexMember {
  readonly digest: string;
  /** As the index tells it. */
  readonly platform?: string;
  /** The media type of a manifest that is none of those that can be read: it is never given here. */
  readonly foreignMediaType?: string;
}

/** The images that an index leads to, through indexes in it too, without attestations, each once. */
export async function membersOf(
  manifests: ImageManifests,
  repository: string,
  index: string,
): Promise<readonly IndexMember[]> {
  const members = new Map<string, IndexMember>();
  const seen = new Set([index]);
  let level = [index];
  while (level.length > 0) {
    const read = await manifests.of(repository, level);
    level = [];
    for (const manifest of read.values()) {
      if (manifest.kind !== 'index') continue;
      for (const { digest, mediaType, isAttestation, platform } of manifest.children) {
        if (isAttestation || seen.has(digest)) continue;
        seen.add(digest);
        if (isIndexMediaType(mediaType)) level.push(digest);
        else {
          members.set(digest, {
            digest,
            ...(platform !== undefined && { platform }),
            ...(!isManifestMediaType(mediaType) && { foreignMediaType: mediaType }),
          });
        }
      }
    }
  }
  return [...members.values()];
}
