import { descriptorOf, mediaTypes, sha256 } from './oci-manifest.ts';

/** What of an image's configuration a scenario may want to be special. @see https://github.com/opencontainers/image-spec/blob/main/config.md */
export interface ImageConfig {
  /** Empty: the image runs as root. */
  readonly User?: string;
  readonly Env?: readonly string[];
  /** Docker's addition to OCI's configuration. */
  readonly Healthcheck?: { readonly Test: readonly string[] };
  readonly Labels?: Readonly<Record<string, string>>;
  /** One entry for each instruction of the Dockerfile, the oldest first. */
  readonly history?: readonly { readonly created_by: string; readonly empty_layer?: boolean }[];
}

export interface ImageParts {
  /** `linux/amd64` */
  readonly platform: string;
  readonly config?: ImageConfig;
  /** Compressed, in bytes, from the lowest layer up. */
  readonly layerSizes?: readonly number[];
  readonly created: Date;
  /** Makes the layers differ from those of every other image. */
  readonly uuid: () => string;
}

/** A manifest and the text of each blob that it refers to and that anyone reads: never of a layer. */
export interface BuiltManifest {
  readonly manifest: string;
  readonly blobs: readonly string[];
}

const defaultLayerSizes = [3_500_000, 42_000_000, 4_500_000];

/** An image as a careful team builds it: not as root, with a health check. */
const defaultConfig = {
  User: '10001',
  Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'NODE_ENV=production'],
  Healthcheck: { Test: ['CMD', 'node', 'health.js'] },
  Labels: {},
};

/** The image of one platform, as BuildKit writes it. */
export function buildImage(parts: ImageParts): BuiltManifest {
  const { config = {}, layerSizes = defaultLayerSizes, created, uuid } = parts;
  const layers = layerSizes.map((size) => ({ mediaType: mediaTypes.layer, digest: sha256(uuid()), size }));
  const history =
    config.history ?? layers.map((_layer, index) => ({ created_by: `COPY layer-${index} / # buildkit` }));
  const { history: _history, ...settings } = config;
  const [os, architecture] = platformParts(parts.platform);
  const text = JSON.stringify({
    architecture,
    os,
    config: { ...defaultConfig, ...settings },
    created: created.toISOString(),
    history: history.map((entry) => ({ created: created.toISOString(), ...entry })),
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  });
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: descriptorOf(mediaTypes.config, text),
  };
  return { manifest: written({ ...manifest, layers }), blobs: [text] };
}

/**
 * What BuildKit says of how an image was made. It has the form of an image, with a configuration of none.
 * @see https://docs.docker.com/build/metadata/attestations/attestation-storage/
 */
export function buildAttestation(subject: string): BuiltManifest {
  const statement = JSON.stringify({
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType: 'https://slsa.dev/provenance/v0.2',
    subject: [{ name: 'image', digest: { sha256: subject.replace('sha256:', '') } }],
    predicate: { buildType: 'https://mobyproject.org/buildkit@v1' },
  });
  const layer = descriptorOf(mediaTypes.inToto, statement);
  const config = JSON.stringify({
    architecture: 'unknown',
    os: 'unknown',
    config: {},
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  });
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: descriptorOf(mediaTypes.config, config),
  };
  const annotations = { 'in-toto.io/predicate-type': 'https://slsa.dev/provenance/v0.2' };
  return {
    manifest: written({ ...manifest, layers: [{ ...layer, annotations }] }),
    blobs: [config, statement],
  };
}

export interface IndexEntry {
  readonly manifest: string;
  /** `linux/amd64`; undefined for an attestation. */
  readonly platform?: string;
  /** The digest of the image that an attestation is about. */
  readonly attests?: string;
}

/** An image index, with attestations marked as BuildKit marks them: by an annotation and an unknown platform. */
export function buildIndex(entries: readonly IndexEntry[]): string {
  return written({
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: entries.map(({ manifest, platform = 'unknown/unknown', attests }) => {
      const [os, architecture] = platformParts(platform);
      return {
        ...descriptorOf(mediaTypes.manifest, manifest),
        ...(attests !== undefined && {
          annotations: {
            'vnd.docker.reference.digest': attests,
            'vnd.docker.reference.type': 'attestation-manifest',
          },
        }),
        platform: { architecture, os },
      };
    }),
  });
}

/** @throws RangeError for what is no platform */
function platformParts(platform: string): readonly [os: string, architecture: string] {
  const [os, architecture] = platform.split('/');
  if (!os || !architecture) throw new RangeError(`'${platform}' is no platform: write 'linux/amd64'`);
  return [os, architecture];
}

function written(manifest: object): string {
  return JSON.stringify(manifest, null, 2);
}
