import {
  ImageNotFoundException,
  ImageStorageClassUpdateNotSupportedException,
  type TargetStorageClass,
  UpdateImageStorageClassCommand,
} from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type EcrStand, ecrStand, home, minutes, openssl, repositoryName } from './ecr-stand.ts';

let stand: EcrStand;

beforeEach(() => {
  stand = ecrStand();
});

const move = async (imageDigest: string, targetStorageClass: TargetStorageClass) => {
  const command = new UpdateImageStorageClassCommand({
    repositoryName,
    imageId: { imageDigest },
    targetStorageClass,
  });
  return (await stand.client().send(command)).imageStatus;
};

describe('an image', () => {
  it('is archived at once, and ECR says so', async () => {
    const digest = stand.push('v1');
    expect(await move(digest, 'ARCHIVE')).toBe('ARCHIVED');
    expect(stand.image(digest)).toMatchObject({ status: 'ARCHIVED', lastArchivedAt: stand.kernel.now() });
    expect(stand.events.at(-1)).toEqual({
      region: home,
      source: 'aws.ecr',
      detailType: 'ECR Image Action',
      resources: [],
      detail: {
        'action-type': 'UPDATE_STORAGE_CLASS',
        'target-storage-class': 'ARCHIVE',
        'image-digest': digest,
        'repository-name': repositoryName,
        result: 'SUCCESS',
        'manifest-media-type': 'application/vnd.oci.image.manifest.v1+json',
        'artifact-media-type': 'application/vnd.oci.image.config.v1+json',
      },
    });
  });

  it('takes up to 20 minutes to come back, and ECR says when it is', async () => {
    const digest = stand.push('v1');
    await move(digest, 'ARCHIVE');
    const before = stand.events.length;
    expect(await move(digest, 'STANDARD')).toBe('ACTIVATING');
    expect(stand.image(digest)?.status).toBe('ACTIVATING');
    expect(stand.events).toHaveLength(before);
    stand.kernel.pass(minutes(20));
    const restored = stand.image(digest);
    expect(restored?.status).toBe('ACTIVE');
    expect(stand.events.at(-1)?.detail).toMatchObject({
      'target-storage-class': 'STANDARD',
      'last-activated-at': restored?.lastActivatedAt?.toISOString(),
    });
  });

  it('loses its scan in the archive, and is scanned anew when it is back', async () => {
    stand.ecr.scanning(home, 'basic');
    const digest = stand.push('v1');
    stand.ecr.vulnerabilities.add({ ...openssl, digests: [digest] });
    stand.kernel.pass(minutes(5));
    await move(digest, 'ARCHIVE');
    expect(stand.image(digest)?.scan).toMatchObject({ status: 'IMAGE_ARCHIVED', findings: [] });
    await move(digest, 'STANDARD');
    stand.kernel.pass(minutes(25));
    expect(stand.image(digest)?.scan).toMatchObject({ status: 'COMPLETE', findings: [openssl] });
  });

  it('comes back at once when it is pushed again, also while it is being restored', async () => {
    const digest = stand.push('v1');
    await move(digest, 'ARCHIVE');
    await move(digest, 'STANDARD');
    stand.ecr.pushAgain(home, repositoryName, digest);
    expect(stand.image(digest)?.status).toBe('ACTIVE');
    const before = stand.events.length;
    stand.kernel.pass(minutes(20));
    expect(stand.events).toHaveLength(before);
  });

  it('stays as it is when it is so already', async () => {
    const digest = stand.push('v1');
    const before = stand.events.length;
    expect(await move(digest, 'STANDARD')).toBe('ACTIVE');
    expect(stand.events).toHaveLength(before);
    await move(digest, 'ARCHIVE');
    expect(await move(digest, 'ARCHIVE')).toBe('ARCHIVED');
    expect(stand.events).toHaveLength(before + 1);
  });

  it('has to be there, and not on its way back', async () => {
    await expect(move('sha256:none', 'ARCHIVE')).rejects.toBeInstanceOf(ImageNotFoundException);
    const digest = stand.push('v1');
    await move(digest, 'ARCHIVE');
    await move(digest, 'STANDARD');
    await expect(move(digest, 'ARCHIVE')).rejects.toThrow('it is being restored');
  });
});

describe('a part of an index', () => {
  it('cannot be archived before every index that refers to it', async () => {
    const { digest, images } = stand.ecr.pushIndex(home, repositoryName, {
      tags: ['v1'],
      platforms: [{ platform: 'linux/amd64' }],
    });
    const child = images['linux/amd64'] ?? '';
    const refusal = move(child, 'ARCHIVE');
    await expect(refusal).rejects.toBeInstanceOf(ImageStorageClassUpdateNotSupportedException);
    await expect(refusal).rejects.toThrow(`the index ${digest} refers to it`);
    await move(digest, 'ARCHIVE');
    expect(await move(child, 'ARCHIVE')).toBe('ARCHIVED');
  });

  it('comes back with the index that is pushed again', async () => {
    const { digest, images } = stand.ecr.pushIndex(home, repositoryName, {
      tags: ['v1'],
      platforms: [{ platform: 'linux/amd64' }],
    });
    const child = images['linux/amd64'] ?? '';
    for (const each of [digest, child]) await move(each, 'ARCHIVE');
    stand.ecr.pushAgain(home, repositoryName, digest);
    expect([digest, child].map((each) => stand.image(each)?.status)).toEqual(['ACTIVE', 'ACTIVE']);
    expect(stand.image(digest)?.tags).toEqual(['v1']);
  });
});
