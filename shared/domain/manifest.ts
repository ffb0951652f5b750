import * as z from 'zod/mini';

/**
 * What a manifest in a registry is.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/manifest.md
 * @see https://github.com/opencontainers/image-spec/blob/main/image-index.md
 * @see https://distribution.github.io/distribution/spec/manifest-v2-2/
 */
export type Manifest = ImageIndex | ImageManifest | OtherManifest;

/** An OCI image index or a Docker manifest list. A child may be an index itself. */
export interface ImageIndex {
  readonly kind: 'index';
  readonly children: readonly IndexChild[];
}

export interface IndexChild {
  readonly digest: string;
  readonly mediaType: string;
  /** `<os>/<architecture>`, without the variant. Absent where the index does not tell it. */
  readonly platform?: string;
  /** True for what BuildKit says of another child, such as its provenance: no image, and never pulled to be run. */
  readonly isAttestation: boolean;
  /** Bytes of the child's manifest, not of the child. */
  readonly size: number;
}

/** The image of one platform. */
export interface ImageManifest {
  readonly kind: 'image';
  readonly mediaType: string;
  readonly configDigest: string;
  /** Bytes of config and layers together, compressed as they are pulled. */
  readonly sizeBytes: number;
}

/** Neither: an artifact such as a Helm chart, an attestation on its own, or something newer than this code. */
export interface OtherManifest {
  readonly kind: 'other';
  readonly mediaType: string;
  /** Why it is no image, as a phrase for people. */
  readonly reason: string;
}

/** The media types of manifests that can be read here, in the order of OCI and Docker. */
export const manifestMediaTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
] as const;

/** False for a manifest of a form that nobody here can read. */
export function isManifestMediaType(mediaType: string): boolean {
  return manifestMediaTypes.some((known) => known === mediaType);
}

/** True for an OCI image index and a Docker manifest list. */
export function isIndexMediaType(mediaType: string | undefined): boolean {
  return (
    mediaType === 'application/vnd.oci.image.index.v1+json' ||
    mediaType === 'application/vnd.docker.distribution.manifest.list.v2+json'
  );
}

/** A config of any other media type belongs to an artifact that only uses the form of an image. */
export const imageConfigMediaTypes: readonly string[] = [
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
];

/** What BuildKit puts into the layers of an attestation, under a config like that of an image. */
const inTotoMediaType = 'application/vnd.in-toto+json';

/**
 * Reads a manifest. Never throws: what is no image and no index, or cannot be read as what it claims to be, is `other`.
 *
 * @param mediaType what the registry says it is; manifests of the OCI form need not say it themselves
 */
export function parseManifest(mediaType: string, text: string): Manifest {
  const other = (reason: string): OtherManifest => ({ kind: 'other', mediaType, reason });
  const content = parseJson(text);
  if (isIndexMediaType(mediaType)) {
    const index = z.safeParse(IndexText, content);
    return index.success
      ? { kind: 'index', children: index.data.manifests.map(childFrom) }
      : other('it does not have the form of an image index');
  }
  if (!isManifestMediaType(mediaType)) {
    return other(`its media type is ${mediaType}, which is neither an image nor an index`);
  }
  const manifest = z.safeParse(ManifestText, content);
  if (!manifest.success) return other('it does not have the form of an image manifest');
  const { config, layers } = manifest.data;
  if (!imageConfigMediaTypes.includes(config.mediaType)) {
    return other(`it is an artifact with a config of the media type ${config.mediaType}`);
  }
  if (layers.some((layer) => layer.mediaType === inTotoMediaType)) {
    return other('it is an attestation, which only has the form of an image');
  }
  const sizeBytes = layers.reduce((sum, layer) => sum + layer.size, config.size);
  return { kind: 'image', mediaType, configDigest: config.digest, sizeBytes };
}

const Descriptor = z.object({ mediaType: z.string(), digest: z.string(), size: z.number() });

const ManifestText = z.object({ config: Descriptor, layers: z.array(Descriptor) });

const Child = z.extend(Descriptor, {
  platform: z.optional(z.object({ os: z.string(), architecture: z.string() })),
  annotations: z.optional(z.record(z.string(), z.string())),
});

const IndexText = z.object({ manifests: z.array(Child) });

/**
 * BuildKit marks an attestation by an annotation and gives it the platform `unknown/unknown`, so that no client that
 * looks for its own platform takes it.
 * @see https://docs.docker.com/build/metadata/attestations/attestation-storage/
 */
function childFrom({ digest, mediaType, size, platform, annotations }: z.infer<typeof Child>): IndexChild {
  const isAttestation =
    annotations?.['vnd.docker.reference.type'] === 'attestation-manifest' ||
    (platform?.os === 'unknown' && platform.architecture === 'unknown');
  return {
    digest,
    mediaType,
    isAttestation,
    size,
    ...(platform && { platform: `${platform.os}/${platform.architecture}` }),
  };
}

/** Undefined for a text that is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
