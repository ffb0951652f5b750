import { describe, expect, it } from '@jest/globals';
import { type Manifest, parseManifest } from '../../../shared/domain/manifest.ts';

const oci = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
};
const docker = {
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  index: 'application/vnd.docker.distribution.manifest.list.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
};

const parse = (mediaType: string, content: unknown): Manifest =>
  parseManifest(mediaType, typeof content === 'string' ? content : JSON.stringify(content));

describe('the manifest of an image', () => {
  const imageOf = ({ manifest, config, layer }: typeof oci): object => ({
    schemaVersion: 2,
    mediaType: manifest,
    config: { mediaType: config, digest: 'sha256:c0', size: 7023 },
    layers: [
      { mediaType: layer, digest: 'sha256:a0', size: 32_654 },
      { mediaType: layer, digest: 'sha256:b0', size: 16_724 },
    ],
  });

  it.each([
    ['OCI', oci],
    ['Docker', docker],
  ])('of the form of %s: its config, and all that is pulled of it', (_form, types) => {
    expect(parse(types.manifest, imageOf(types))).toEqual({
      kind: 'image',
      mediaType: types.manifest,
      configDigest: 'sha256:c0',
      sizeBytes: 7023 + 32_654 + 16_724,
    });
  });

  it('of the OCI form need not say what it is', () => {
    expect(parse(oci.manifest, { ...imageOf(oci), mediaType: undefined }).kind).toBe('image');
  });

  it('of an image without layers is one', () => {
    expect(parse(oci.manifest, { ...imageOf(oci), layers: [] })).toMatchObject({ sizeBytes: 7023 });
  });
});

describe('an index', () => {
  const child = (digest: string, type: string, platform?: object, annotations?: object): object => ({
    mediaType: type,
    digest,
    size: 2198,
    platform,
    annotations,
  });

  it.each([
    ['an OCI index', oci],
    ['a Docker manifest list', docker],
  ])('%s leads to the image of each platform', (_what, types) => {
    const manifests = [
      child('sha256:a0', types.manifest, { os: 'linux', architecture: 'amd64' }),
      child('sha256:b0', types.manifest, { os: 'linux', architecture: 'arm64', variant: 'v8' }),
    ];
    const common = { mediaType: types.manifest, isAttestation: false, size: 2198 };
    expect(parse(types.index, { schemaVersion: 2, manifests })).toEqual({
      kind: 'index',
      children: [
        { digest: 'sha256:a0', platform: 'linux/amd64', ...common },
        { digest: 'sha256:b0', platform: 'linux/arm64', ...common },
      ],
    });
  });

  it('tells attestations from images, by the annotation or by the platform that nothing has', () => {
    const about = { 'vnd.docker.reference.type': 'attestation-manifest' };
    const unknown = { os: 'unknown', architecture: 'unknown' };
    const manifests = [
      child('sha256:a0', oci.manifest, unknown, about),
      child('sha256:b0', oci.manifest, unknown),
      child('sha256:c0', oci.manifest, undefined, about),
      child('sha256:d0', oci.manifest, { os: 'unknown', architecture: 'riscv64' }),
    ];
    expect(parse(oci.index, { manifests })).toMatchObject({
      children: [
        { isAttestation: true },
        { isAttestation: true },
        { isAttestation: true },
        { isAttestation: false },
      ],
    });
  });

  it('may lead to an index, of which it tells no platform', () => {
    expect(parse(oci.index, { manifests: [child('sha256:a0', oci.index)] })).toEqual({
      kind: 'index',
      children: [{ digest: 'sha256:a0', mediaType: oci.index, isAttestation: false, size: 2198 }],
    });
  });

  it('may lead to nothing', () => {
    expect(parse(oci.index, { manifests: [] })).toEqual({ kind: 'index', children: [] });
  });
});

describe('what is no image and no index says why', () => {
  const config = { mediaType: oci.config, digest: 'sha256:c0', size: 2 };
  const attested = { mediaType: 'application/vnd.in-toto+json', digest: 'sha256:a0', size: 13_268 };
  const helm = { ...config, mediaType: 'application/vnd.cncf.helm.config.v1+json' };

  it.each<[string, string, unknown, RegExp]>([
    ['a media type that is not known', 'application/vnd.example.v9+json', {}, /vnd\.example\.v9/],
    [
      'an image of the first form',
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
      {},
      /v1\+prettyjws/,
    ],
    ['a chart', oci.manifest, { config: helm, layers: [] }, /artifact.*helm\.config/],
    [
      'an attestation on its own',
      oci.manifest,
      { config: attested, layers: [attested] },
      /artifact.*in-toto/,
    ],
    [
      'an attestation under a config like an image’s',
      oci.manifest,
      { config, layers: [attested] },
      /attestation/,
    ],
    ['an image without a config', oci.manifest, { layers: [] }, /form of an image manifest/],
    ['an image that is no JSON', docker.manifest, '<html>', /form of an image manifest/],
    ['an index without a list', oci.index, { manifests: 'none' }, /form of an image index/],
    ['an index that is no JSON', docker.index, '', /form of an image index/],
  ])('%s', (_what, mediaType, content, reason) => {
    expect(parse(mediaType, content)).toEqual({
      kind: 'other',
      mediaType,
      reason: expect.stringMatching(reason),
    });
  });
});
