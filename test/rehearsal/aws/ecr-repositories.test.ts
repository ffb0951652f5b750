import {
  BatchDeleteImageCommand,
  DescribeRepositoriesCommand,
  type ImageIdentifier,
  ListImagesCommand,
  type ListImagesFilter,
  paginateDescribeRepositories,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type EcrStand, ecrStand, home, repositoryName } from './ecr-stand.ts';
import { account } from './stand.ts';

let stand: EcrStand;

beforeEach(() => {
  stand = ecrStand();
});

const list = async (filter: ListImagesFilter = {}) =>
  (await stand.client().send(new ListImagesCommand({ repositoryName, filter }))).imageIds;
const remove = async (...imageIds: ImageIdentifier[]) => {
  const { imageIds: deleted, failures = [] } = await stand
    .client()
    .send(new BatchDeleteImageCommand({ repositoryName, imageIds }));
  return { deleted, failures: failures.map(({ failureCode }) => failureCode) };
};

describe('images', () => {
  it('are listed tag by tag, and only while active unless asked for', async () => {
    const [two, none, old] = [stand.push('v1', 'v2'), stand.push(), stand.push('old')];
    stand.ecr.archive(home, repositoryName, old);
    const active = [
      { imageDigest: two, imageTag: 'v1' },
      { imageDigest: two, imageTag: 'v2' },
      { imageDigest: none },
    ];
    expect(await list()).toEqual(active);
    expect(await list({ tagStatus: 'UNTAGGED' })).toEqual([{ imageDigest: none }]);
    expect(await list({ imageStatus: 'ANY' })).toEqual([...active, { imageDigest: old, imageTag: 'old' }]);
  });

  it('are deleted by digest with all their tags, and by tag with the last of them', async () => {
    const [first, second] = [stand.push('v1', 'v2'), stand.push('v3', 'v4')];
    expect(await remove({ imageDigest: first }, { imageTag: 'v3' })).toEqual({
      deleted: [
        { imageDigest: first, imageTag: 'v1' },
        { imageDigest: first, imageTag: 'v2' },
        { imageDigest: second, imageTag: 'v3' },
      ],
      failures: [],
    });
    expect(stand.image(second)?.tags).toEqual(['v4']);
    await remove({ imageTag: 'v4' });
    expect(stand.ecr.imagesIn(home)).toEqual([]);
    const told = stand.events.filter(({ detail }) => detail['action-type'] === 'DELETE');
    expect(told.map(({ detail }) => detail['image-tag'])).toEqual(['v1', 'v2', 'v3', 'v4']);
  });

  it('stay while an index refers to them', async () => {
    const { digest, images } = stand.ecr.pushIndex(home, repositoryName, {
      tags: ['v1'],
      platforms: [{ platform: 'linux/amd64' }],
      attestations: false,
    });
    const child = { imageDigest: images['linux/amd64'] };
    expect(await remove(child)).toEqual({ deleted: [], failures: ['ImageReferencedByManifestList'] });
    expect((await remove({ imageDigest: digest }, child)).failures).toEqual([]);
  });

  it('fail to be deleted one by one', async () => {
    const digest = stand.push('v1');
    stand.push('v2');
    const wrong = [{}, { imageTag: 'none' }, { imageDigest: digest, imageTag: 'v2' }];
    expect(await remove(...wrong, { imageTag: 'v1' })).toEqual({
      deleted: [{ imageDigest: digest, imageTag: 'v1' }],
      failures: ['MissingDigestAndTag', 'ImageNotFound', 'ImageTagDoesNotMatchDigest'],
    });
  });
});

describe('repositories', () => {
  it('are listed page by page, by who may see them all', async () => {
    for (const name of ['b', 'c', 'd']) stand.ecr.createRepository(home, name);
    const names: (string | undefined)[] = [];
    for await (const { repositories = [] } of paginateDescribeRepositories(
      { client: stand.client(), pageSize: 3 },
      {},
    )) {
      names.push(...repositories.map((repository) => repository.repositoryName));
    }
    expect(names).toEqual([repositoryName, 'b', 'c', 'd']);
    expect(stand.kernel.asked[0]).toMatchObject({
      action: 'ecr:DescribeRepositories',
      resource: `arn:aws:ecr:${home}:${account}:repository/*`,
    });
  });

  it('are described with their settings', async () => {
    stand.ecr.create.repository({
      region: home,
      name: 'locked',
      properties: {
        ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        ImageTagMutabilityExclusionFilters: [
          {
            ImageTagMutabilityExclusionFilterType: 'WILDCARD',
            ImageTagMutabilityExclusionFilterValue: '*-latest',
          },
        ],
        EncryptionConfiguration: { EncryptionType: 'KMS', KmsKey: 'arn:key' },
      },
    });
    const command = new DescribeRepositoriesCommand({ repositoryNames: ['locked'] });
    expect((await stand.client().send(command)).repositories).toEqual([
      {
        repositoryArn: `arn:aws:ecr:${home}:${account}:repository/locked`,
        registryId: account,
        repositoryName: 'locked',
        repositoryUri: `${account}.dkr.ecr.${home}.amazonaws.com/locked`,
        createdAt: stand.kernel.now(),
        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: '*-latest' }],
        imageScanningConfiguration: { scanOnPush: false },
        encryptionConfiguration: { encryptionType: 'KMS', kmsKey: 'arn:key' },
      },
    ]);
    const unknown = new DescribeRepositoriesCommand({ repositoryNames: ['none'] });
    await expect(stand.client().send(unknown)).rejects.toBeInstanceOf(RepositoryNotFoundException);
  });

  it.each([
    [{ ImageScanningConfiguration: { ScanOnPush: true } }, 'ImageScanningConfiguration'],
    [{ LifecyclePolicy: {} }, 'LifecyclePolicy'],
  ])('with %j are refused: the property would not be honoured', (properties, problem) => {
    expect(() => stand.ecr.create.repository({ region: home, name: 'x', properties })).toThrow(problem);
  });

  it.each([
    ['MUTABLE', [], 'v1', true],
    ['IMMUTABLE', [], 'v1', false],
    ['IMMUTABLE_WITH_EXCLUSION', ['*-latest'], 'dev-latest', true],
    ['IMMUTABLE_WITH_EXCLUSION', ['*-latest'], 'dev-latest-1', false],
    ['MUTABLE_WITH_EXCLUSION', ['v*'], 'v1', false],
    ['MUTABLE_WITH_EXCLUSION', ['v*'], 'latest', true],
  ] as const)('with %s tags but for %j let %s move: %s', (tagMutability, tagExclusions, tag, moves) => {
    stand.ecr.createRepository(home, 'tags', { tagMutability, tagExclusions, key: undefined });
    const first = stand.ecr.push(home, 'tags', { tags: [tag] });
    const again = (): unknown => stand.ecr.push(home, 'tags', { tags: [tag] });
    if (moves) expect(again).not.toThrow();
    else expect(again).toThrow(`The image tag '${tag}' already exists in the 'tags' repository`);
    stand.ecr.pushAgain(home, 'tags', first);
    expect(stand.image(first)?.tags).toEqual(moves ? [] : [tag]);
  });
});
