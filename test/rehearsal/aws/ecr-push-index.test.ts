import { createHash } from 'node:crypto';
import {
  BatchGetImageCommand,
  GetDownloadUrlForLayerCommand,
  LayersNotFoundException,
} from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { parseManifest } from '../../../shared/domain/manifest.ts';
import { away, type EcrStand, ecrStand, home, minutes, openssl, repositoryName } from './ecr-stand.ts';

const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

let stand: EcrStand;

beforeEach(() => {
  stand = ecrStand();
});

const manifestOf = async (imageDigest: string) => {
  const command = new BatchGetImageCommand({ repositoryName, imageIds: [{ imageDigest }] });
  const { images: [image] = [] } = await stand.client().send(command);
  return { text: image?.imageManifest ?? '', mediaType: image?.imageManifestMediaType ?? '' };
};
const parsed = async (digest: string) => {
  const { text, mediaType } = await manifestOf(digest);
  return parseManifest(mediaType, text);
};
const urlOf = async (layerDigest: string, region = home): Promise<string> => {
  const command = new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest });
  return (await stand.client(region).send(command)).downloadUrl ?? '';
};
const pushTwo = () =>
  stand.ecr.pushIndex(home, repositoryName, {
    tags: ['v1'],
    platforms: [
      { platform: 'linux/amd64', layerSizes: [10, 20] },
      { platform: 'linux/arm64', layerSizes: [100, 200] },
    ],
  });

describe('an index that is pushed', () => {
  it('leads to its images and marks its attestations', async () => {
    const { digest, images, attestations } = pushTwo();
    const index = await parsed(digest);
    expect(index).toMatchObject({
      kind: 'index',
      children: [
        { digest: images['linux/amd64'], platform: 'linux/amd64', isAttestation: false },
        { digest: images['linux/arm64'], platform: 'linux/arm64', isAttestation: false },
        { digest: attestations[0], isAttestation: true },
        { digest: attestations[1], isAttestation: true },
      ],
    });
    for (const child of index.kind === 'index' ? index.children : []) {
      const { text } = await manifestOf(child.digest);
      expect([sha256(text), Buffer.byteLength(text)]).toEqual([child.digest, child.size]);
    }
    const { text } = await manifestOf(digest);
    expect(JSON.parse(text).manifests[2].annotations).toEqual({
      'vnd.docker.reference.digest': images['linux/amd64'],
      'vnd.docker.reference.type': 'attestation-manifest',
    });
  });

  it('comes after its parts, which have no tags', () => {
    const { digest, images, attestations } = pushTwo();
    expect(
      stand.eventsOf('ECR Image Action').map(({ detail }) => [detail['image-digest'], detail['image-tag']]),
    ).toEqual([
      [images['linux/amd64'], undefined],
      [images['linux/arm64'], undefined],
      [attestations[0], undefined],
      [attestations[1], undefined],
      [digest, 'v1'],
    ]);
  });

  it('is as large as the largest of its images', () => {
    const { digest, images } = pushTwo();
    const large = stand.image(images['linux/arm64'] ?? '')?.sizeInBytes ?? 0;
    expect(large).toBeGreaterThan(300);
    expect(stand.image(digest)?.sizeInBytes).toBe(large);
  });

  it('has no attestations where none are wanted', async () => {
    const platforms = [{ platform: 'linux/amd64' }];
    const { digest, attestations } = stand.ecr.pushIndex(home, repositoryName, {
      tags: [],
      platforms,
      attestations: false,
    });
    expect(attestations).toEqual([]);
    expect(await parsed(digest)).toMatchObject({ children: [{ platform: 'linux/amd64' }] });
  });

  it('brings what scans of its images find', () => {
    stand.ecr.scanning(home, 'basic');
    const platforms = [{ platform: 'linux/amd64' }, { platform: 'linux/arm64', findings: [openssl] }];
    const { images } = stand.ecr.pushIndex(home, repositoryName, { tags: ['v1'], platforms });
    stand.kernel.pass(minutes(5));
    expect(stand.image(images['linux/amd64'] ?? '')?.scan?.findings).toEqual([]);
    expect(stand.image(images['linux/arm64'] ?? '')?.scan?.findings).toEqual([openssl]);
  });

  it('cannot come before its parts', () => {
    const manifest = JSON.stringify({
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [{ mediaType: 'x', digest: 'sha256:none', size: 1 }],
    });
    expect(() => stand.ecr.push(home, repositoryName, { manifest })).toThrow(
      "'sha256:none' required for pushing",
    );
  });
});

describe('an image’s configuration', () => {
  const configDigest = async (platform: string, config: object): Promise<string> => {
    const platforms = [{ platform, config }];
    const { images } = stand.ecr.pushIndex(home, repositoryName, { tags: ['v1'], platforms });
    const manifest = await parsed(images[platform] ?? '');
    return manifest.kind === 'image' ? manifest.configDigest : '';
  };

  it('is read from the URL that ECR gives, for an hour', async () => {
    const digest = await configDigest('linux/arm64', {
      User: '',
      Env: ['API_TOKEN=x'],
      history: [{ created_by: 'ENV API_TOKEN=x', empty_layer: true }],
    });
    const url = await urlOf(digest);
    const { status, body } = stand.ecr.layers.get(url);
    expect(status).toBe(200);
    expect(sha256(body)).toBe(digest);
    expect(JSON.parse(body)).toMatchObject({
      os: 'linux',
      architecture: 'arm64',
      config: { User: '', Env: ['API_TOKEN=x'], Healthcheck: expect.anything() },
      history: [{ created_by: 'ENV API_TOKEN=x', empty_layer: true }],
    });
    stand.kernel.pass(minutes(60));
    expect(stand.ecr.layers.get(url).status).toBe(403);
  });

  it('is there for an image that is pushed alone, too', async () => {
    const manifest = await parsed(stand.push('v1'));
    const url = await urlOf(manifest.kind === 'image' ? manifest.configDigest : '');
    expect(stand.ecr.layers.get(url).status).toBe(200);
  });

  it('is nowhere but in the repositories that hold the image', async () => {
    const digest = await configDigest('linux/amd64', {});
    await expect(urlOf(digest, away)).rejects.toBeInstanceOf(LayersNotFoundException);
  });
});
