import { createHash } from 'node:crypto';
import { isList, isRecord } from '../wiring/json.ts';

/** Media types of manifests and of what they refer to. @see https://github.com/opencontainers/image-spec/blob/main/media-types.md */
export const mediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  /** What BuildKit puts into the layers of an attestation. */
  inToto: 'application/vnd.in-toto+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
} as const;

/** How a manifest refers to something else in the registry. */
export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:…` */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

/** What a registry reads out of a manifest. */
export interface ManifestContent {
  /** What the manifest says of itself. OCI manifests need not. */
  readonly mediaType: string | undefined;
  /** The media type of the config, or the artifact type: what ECR calls the artifact's media type. */
  readonly artifactMediaType: string | undefined;
  /** Digests of the manifests of an index. */
  readonly children: readonly string[];
  /** Config and layers of an image. */
  readonly blobs: readonly Descriptor[];
  /** The digest of what a referrer says something of. */
  readonly subject?: string;
}

/** @throws SyntaxError for a manifest that is not JSON, which no registry takes */
export function readManifest(text: string): ManifestContent {
  const manifest: unknown = JSON.parse(text);
  if (!isRecord(manifest)) throw new SyntaxError(`a manifest is a JSON object; given ${text.slice(0, 80)}`);
  const { mediaType, artifactType, config } = manifest;
  const [subject] = descriptors([manifest.subject]);
  const configs = descriptors([config]);
  const artifactMediaType = typeof artifactType === 'string' ? artifactType : configs[0]?.mediaType;
  return {
    mediaType: typeof mediaType === 'string' ? mediaType : undefined,
    artifactMediaType,
    children: descriptors(manifest.manifests).map(({ digest }) => digest),
    blobs: [...configs, ...descriptors(manifest.layers)],
    ...(subject !== undefined && { subject: subject.digest }),
  };
}

/**
 * Whether scanners look at it: the image of one platform. Indexes have no content of their own; attestations and other
 * artifacts only use the form of an image.
 */
export function isScannable(mediaType: string, { artifactMediaType, blobs }: ManifestContent): boolean {
  const isImage = mediaType === mediaTypes.manifest || mediaType === mediaTypes.dockerManifest;
  const isArtifact =
    artifactMediaType !== undefined &&
    artifactMediaType !== mediaTypes.config &&
    artifactMediaType !== mediaTypes.dockerConfig;
  return isImage && !isArtifact && !blobs.some((blob) => blob.mediaType === mediaTypes.inToto);
}

export function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

export function descriptorOf(mediaType: string, text: string): Descriptor {
  return { mediaType, digest: sha256(text), size: Buffer.byteLength(text) };
}

function descriptors(list: unknown): readonly Descriptor[] {
  if (!isList(list)) return [];
  return list.flatMap((entry) => {
    if (!isRecord(entry) || typeof entry.digest !== 'string') return [];
    const { mediaType, digest, size } = entry;
    return [{ mediaType: String(mediaType), digest, size: Number(size ?? 0) }];
  });
}
