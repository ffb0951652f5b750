import { type ImageManifests, membersOf } from '../../../shared/aws/image-manifests.ts';
import type { ImageRegistry, ListedImage } from '../../../shared/aws/image-registry.ts';
import type { ImageScan } from '../../../shared/domain/finding.ts';

export interface ListedRegistry extends ImageRegistry {
  /** How far the scan of an image had come when it was asked for; undefined for one that was not. */
  readonly scanSeen: (digest: string) => Pick<ImageScan, 'status' | 'scannedAt'> | undefined;
}

/** Scans kept with all their findings, for the other members of the families that are worked on. */
const mostKept = 200;

/**
 * The registry as it was listed: what the list says of an image is not asked again, and each scan is asked for once,
 * also when an index and its images are judged by it.
 *
 * An image that was deleted since then has no findings, which would be taken for an image that nothing scans. So where
 * ECR has no findings at all, it is asked whether the image is still there.
 */
export function listedRegistry(
  listed: ReadonlyMap<string, ListedImage>,
  registry: ImageRegistry,
  manifests: ImageManifests,
): ListedRegistry {
  const kept = new Map<string, Promise<ImageScan>>();
  const seen = new Map<string, Pick<ImageScan, 'status' | 'scannedAt'>>();

  const scanOf: ImageRegistry['scanOf'] = async (image) => {
    const known = kept.get(image.digest);
    if (known !== undefined) return known;
    const asked = registry.scanOf(image);
    kept.set(image.digest, asked);
    for (const digest of kept.keys()) {
      if (kept.size <= mostKept) break;
      kept.delete(digest);
    }
    try {
      const { status, scannedAt } = await asked;
      seen.set(image.digest, { status, ...(scannedAt !== undefined && { scannedAt }) });
    } catch (error) {
      kept.delete(image.digest);
      throw error;
    }
    return asked;
  };

  return {
    scanOf,
    scanSeen: (digest) => seen.get(digest),
    async describe({ repository, digest }) {
      const image = listed.get(digest);
      if (image === undefined) return registry.describe({ repository, digest });
      if (image.kind === 'artifact') return image;
      const parts = image.kind === 'image' ? [image] : await membersOf(manifests, repository, digest);
      const scans = await Promise.all(parts.map((part) => scanOf({ repository, digest: part.digest })));
      const isDoubtful = scans.some(({ status }) => status === 'FINDINGS_UNAVAILABLE');
      return isDoubtful ? registry.describe({ repository, digest }) : image;
    },
  };
}
