import type { Kernel } from '../kernel.ts';
import type { Layers } from './ecr-layers.ts';
import type { ScanFinding } from './ecr-scan.ts';
import type { Vulnerabilities } from './ecr-vulnerabilities.ts';
import { buildAttestation, buildImage, buildIndex, type ImageConfig, type IndexEntry } from './oci-image.ts';

export interface IndexPush {
  readonly tags: readonly string[];
  readonly platforms: readonly PlatformImage[];
  /** An attestation for each image, as BuildKit adds one since 2023 unless it is told not to. */
  readonly attestations?: boolean;
}

/** The image of one platform. */
export interface PlatformImage {
  /** `linux/amd64` */
  readonly platform: string;
  /** What scans of it find. */
  readonly findings?: readonly ScanFinding[];
  readonly config?: ImageConfig;
  /** Compressed, in bytes. */
  readonly layerSizes?: readonly number[];
}

export interface PushedIndex {
  /** The index's. */
  readonly digest: string;
  /** Platform -> the digest of its image. */
  readonly images: Readonly<Record<string, string>>;
  readonly attestations: readonly string[];
}

/** Where it is pushed to. */
export interface PushTarget {
  /** @returns the digest */
  readonly push: (image: { readonly manifest: string; readonly tags?: readonly string[] }) => string;
  readonly layers: Layers;
  readonly vulnerabilities: Vulnerabilities;
}

/** Pushes images and attestations without tags, then the index with its tags. */
export function pushIndex(
  { push, layers, vulnerabilities }: PushTarget,
  { now, uuid }: Kernel,
  { tags, platforms, attestations = true }: IndexPush,
): PushedIndex {
  const entries: IndexEntry[] = [];
  const images: Record<string, string> = {};
  for (const { platform, findings = [], ...parts } of platforms) {
    const { manifest, blobs } = buildImage({ platform, ...parts, created: now(), uuid });
    for (const blob of blobs) layers.add(blob);
    const digest = push({ manifest });
    for (const finding of findings) vulnerabilities.add({ ...finding, digests: [digest] });
    entries.push({ manifest, platform });
    images[platform] = digest;
  }
  const attested = attestations ? Object.values(images) : [];
  const digests = attested.map((subject) => {
    const { manifest, blobs } = buildAttestation(subject);
    for (const blob of blobs) layers.add(blob);
    entries.push({ manifest, attests: subject });
    return push({ manifest });
  });
  const digest = push({ tags, manifest: buildIndex(entries) });
  return { digest, images, attestations: digests };
}
