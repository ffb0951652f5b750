import { ECRClient } from '@aws-sdk/client-ecr';
import { describe, expect, it } from '@jest/globals';
import { imageManifests, membersOf } from '../../../shared/aws/image-manifests.ts';
import { answeredClient, type WireAnswer, type WireRequest } from './answers.ts';

const types = {
  image: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
};

const image = (config: string): object => ({
  config: { mediaType: types.config, digest: config, size: 100 },
  layers: [],
});

const index = (
  ...children: readonly { digest: string; mediaType?: string; platform?: string }[]
): object => ({
  manifests: children.map(({ digest, mediaType = types.image, platform }) => {
    const [os, architecture] = platform?.split('/') ?? [];
    return { mediaType, digest, size: 1, ...(os && { platform: { os, architecture } }) };
  }),
});

type Failures = Readonly<Record<string, string>>;

/** ECR with these manifests by digest, and with these failure codes by digest. */
function registryOf(manifests: Readonly<Record<string, object>>, failures: Failures = {}) {
  const answer = ({ input }: WireRequest): WireAnswer => {
    const asked = (input.imageIds as { imageDigest: string }[]).map(({ imageDigest }) => imageDigest);
    return {
      body: {
        images: asked.flatMap((imageDigest) => {
          const manifest = manifests[imageDigest];
          if (manifest === undefined) return [];
          return [
            {
              imageId: { imageDigest },
              imageManifest: JSON.stringify(manifest),
              imageManifestMediaType: 'manifests' in manifest ? types.index : types.image,
            },
          ];
        }),
        failures: asked
          .filter((imageDigest) => !(imageDigest in manifests))
          .map((imageDigest) => ({
            imageId: { imageDigest },
            failureCode: failures[imageDigest] ?? 'ImageNotFound',
            failureReason: 'no reason',
          })),
      },
    };
  };
  const { client, requests } = answeredClient(ECRClient, answer);
  return { manifests: imageManifests(client), requests };
}

describe('manifests by digest', () => {
  it('are asked for once, a hundred in a call, in all the forms that there are', async () => {
    const digests = Array.from({ length: 101 }, (_, number) => `sha256:${number}`);
    const { manifests, requests } = registryOf(
      Object.fromEntries(digests.map((digest) => [digest, image(digest)])),
    );
    const read = await manifests.of('api', [...digests, 'sha256:0']);
    expect([...read.keys()]).toEqual(digests);
    expect(read.get('sha256:100')).toMatchObject({ kind: 'image', configDigest: 'sha256:100' });
    expect(requests.map(({ input }) => (input.imageIds as object[]).length)).toEqual([100, 1]);
    expect(requests[0]?.input).toMatchObject({
      repositoryName: 'api',
      acceptedMediaTypes: [
        'application/vnd.oci.image.manifest.v1+json',
        'application/vnd.oci.image.index.v1+json',
        'application/vnd.docker.distribution.manifest.v2+json',
        'application/vnd.docker.distribution.manifest.list.v2+json',
      ],
    });

    await manifests.of('api', digests);
    expect(requests).toHaveLength(2);
  });

  it('are not taken for known in another repository', async () => {
    const { manifests, requests } = registryOf({ 'sha256:a': image('sha256:c') });
    await manifests.of('api', ['sha256:a']);
    await manifests.of('worker', ['sha256:a']);
    expect(requests.map(({ input }) => input.repositoryName)).toEqual(['api', 'worker']);
  });

  it.each(['ImageNotFound', 'ImageInaccessible'])(
    'are left out when ECR says %s, and asked for again',
    async (failureCode) => {
      const { manifests, requests } = registryOf(
        { 'sha256:a': image('sha256:c') },
        { 'sha256:b': failureCode },
      );
      expect([...(await manifests.of('api', ['sha256:a', 'sha256:b'])).keys()]).toEqual(['sha256:a']);
      await manifests.of('api', ['sha256:a', 'sha256:b']);
      expect(requests[1]?.input.imageIds).toEqual([{ imageDigest: 'sha256:b' }]);
    },
  );

  it('are not taken for absent when ECR could not look', async () => {
    const { manifests } = registryOf({}, { 'sha256:b': 'KmsError' });
    await expect(manifests.of('api', ['sha256:b'])).rejects.toMatchObject({
      name: 'RetryableError',
      message: expect.stringContaining('api@sha256:b: KmsError'),
    });
  });

  it('are none in a repository that is gone', async () => {
    const { client } = answeredClient(ECRClient, () => ({ error: 'RepositoryNotFoundException' }));
    expect((await imageManifests(client).of('api', ['sha256:a'])).size).toBe(0);
  });
});

describe('the images of an index', () => {
  it('are found through indexes in it, each once, without attestations', async () => {
    const inner = index({ digest: 'sha256:arm', platform: 'linux/arm64' }, { digest: 'sha256:amd' });
    const outer = index(
      { digest: 'sha256:amd', platform: 'linux/amd64' },
      { digest: 'sha256:about', platform: 'unknown/unknown' },
      { digest: 'sha256:inner', mediaType: types.index },
      { digest: 'sha256:gone', mediaType: types.index },
    );
    const { manifests } = registryOf({ 'sha256:outer': outer, 'sha256:inner': inner });
    expect(await membersOf(manifests, 'api', 'sha256:outer')).toEqual([
      { digest: 'sha256:amd', platform: 'linux/amd64' },
      { digest: 'sha256:arm', platform: 'linux/arm64' },
    ]);
  });

  it('are none of an index that leads to itself', async () => {
    const { manifests } = registryOf({
      'sha256:one': index({ digest: 'sha256:two', mediaType: types.index }),
      'sha256:two': index({ digest: 'sha256:one', mediaType: types.index }),
    });
    expect(await membersOf(manifests, 'api', 'sha256:one')).toEqual([]);
  });
});
