import { DescribeImageReplicationStatusCommand } from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { EcrFaults } from '../../../rehearsal/aws/ecr.ts';
import { away, type EcrStand, ecrStand, home, minutes, openssl, repositoryName } from './ecr-stand.ts';
import { account } from './stand.ts';

let stand: EcrStand;

const setUp = (faults: EcrFaults = {}): void => {
  stand = ecrStand(faults);
  stand.ecr.replicate({ from: home, to: [away] });
};

beforeEach(() => setUp());

const status = async (imageDigest: string) => {
  const command = new DescribeImageReplicationStatusCommand({ repositoryName, imageId: { imageDigest } });
  return (await stand.client().send(command)).replicationStatuses;
};
const copied = (region: string, state: string, more: object = {}) => [
  { region, registryId: account, status: state, ...more },
];

describe('a pushed image', () => {
  it('comes to the other Region within 30 minutes', async () => {
    const digest = stand.push('v1', 'latest');
    expect(await status(digest)).toEqual(copied(away, 'IN_PROGRESS'));
    stand.kernel.pass(minutes(1));
    expect(stand.image(digest, away)).toBeUndefined();
    stand.kernel.pass(minutes(29));
    expect(stand.image(digest, away)).toMatchObject({
      tags: ['v1', 'latest'],
      manifest: stand.image(digest)?.manifest,
      status: 'ACTIVE',
    });
    expect(await status(digest)).toEqual(copied(away, 'COMPLETE'));
  });

  it('is told of in the Region that it comes to, by no event of a push', () => {
    const digest = stand.push('v1');
    stand.kernel.pass(minutes(30));
    expect(stand.events.filter(({ region }) => region === away)).toEqual([
      {
        region: away,
        source: 'aws.ecr',
        detailType: 'ECR Replication Action',
        resources: [`arn:aws:ecr:${away}:${account}:repository/${repositoryName}`],
        detail: {
          result: 'SUCCESS',
          'repository-name': repositoryName,
          'image-digest': digest,
          'source-account': account,
          'action-type': 'REPLICATE',
          'source-region': home,
          'image-tag': 'v1',
        },
      },
    ]);
  });

  it('is scanned there by the engine that is there', () => {
    stand.ecr.scanning(away, 'enhanced');
    const digest = stand.push('v1');
    stand.ecr.vulnerabilities.add({ ...openssl, digests: [digest] });
    stand.kernel.pass(minutes(35));
    expect(stand.image(digest)?.scan).toBeUndefined();
    expect(stand.image(digest, away)?.scan).toMatchObject({ engine: 'enhanced', findings: [openssl] });
  });

  it('stays where it is when no rule is for its repository, and when it was pushed before the rule', async () => {
    stand.ecr.replicate({ from: home, to: [away], prefixes: ['other-'] });
    const digest = stand.push('v1');
    stand.ecr.replicate({ from: home, to: [away], prefixes: ['aeon-'] });
    stand.kernel.pass(minutes(60));
    expect(stand.image(digest, away)).toBeUndefined();
    expect(await status(digest)).toEqual([]);
  });

  it('is not copied on', () => {
    stand.ecr.replicate({ from: away, to: ['eu-west-1'] });
    stand.push('v1');
    stand.kernel.pass(minutes(90));
    expect(stand.ecr.imagesIn('eu-west-1')).toEqual([]);
  });

  it('fails where a fault says so, and the other Region hears of it', async () => {
    setUp({ replication: ({ to }) => (to === away ? 'fails' : undefined) });
    const digest = stand.push('v1');
    stand.kernel.pass(minutes(30));
    expect(stand.image(digest, away)).toBeUndefined();
    expect(await status(digest)).toEqual(copied(away, 'FAILED', { failureCode: 'ReplicationFailed' }));
    expect(stand.events.at(-1)).toMatchObject({
      region: away,
      detail: { result: 'FAILED', 'image-tag': 'v1' },
    });
  });

  it('is under way for ever where a fault stalls it', async () => {
    setUp({ replication: () => 'stalls' });
    const digest = stand.push('v1');
    stand.kernel.pass(minutes(24 * 60));
    expect(await status(digest)).toEqual(copied(away, 'IN_PROGRESS'));
  });

  it('arrives without a tag that is immutable there and taken', () => {
    const setting = { tagMutability: 'IMMUTABLE', tagExclusions: ['*-latest'], key: undefined } as const;
    stand.ecr.createRepository(away, repositoryName, setting);
    stand.ecr.push(away, repositoryName, { tags: ['v1'] });
    const digest = stand.push('v1', 'v2');
    stand.kernel.pass(minutes(30));
    expect(stand.image(digest, away)?.tags).toEqual(['v2']);
  });
});

describe('an archived copy', () => {
  it('is brought back by a push in the source Region, as is the source', () => {
    const digest = stand.push('v1');
    stand.kernel.pass(minutes(30));
    for (const region of [home, away]) stand.ecr.archive(region, repositoryName, digest);
    stand.kernel.pass(minutes(60));
    expect(stand.image(digest, away)?.status).toBe('ARCHIVED');
    stand.ecr.pushAgain(home, repositoryName, digest);
    expect(stand.image(digest)?.status).toBe('ACTIVE');
    stand.kernel.pass(minutes(30));
    expect(stand.image(digest, away)?.status).toBe('ACTIVE');
  });
});

describe('an index', () => {
  const pushIndex = () =>
    stand.ecr.pushIndex(home, repositoryName, { tags: ['v1'], platforms: [{ platform: 'linux/amd64' }] });

  it('never comes before its parts', () => {
    const { digest, images } = pushIndex();
    for (let minute = 0; minute <= 30; minute += 1) {
      stand.kernel.pass(minutes(1));
      const [index, image] = [digest, images['linux/amd64'] ?? ''].map((each) => stand.image(each, away));
      if (index) expect(image).toBeDefined();
    }
    expect(stand.image(digest, away)?.tags).toEqual(['v1']);
    const told = stand.eventsOf('ECR Replication Action').map(({ detail }) => detail['image-digest']);
    expect(told.toSorted()).toEqual(
      stand.ecr
        .imagesIn(away)
        .map(({ image }) => image.digest)
        .toSorted(),
    );
  });

  it('brings parts along that were pushed before the rule', () => {
    stand.ecr.replicate({ from: home, to: [] });
    const { digest, images } = pushIndex();
    stand.ecr.replicate({ from: home, to: [away] });
    const { manifest = '' } = stand.image(digest) ?? {};
    stand.ecr.push(home, repositoryName, { manifest, tags: ['v2'] });
    stand.kernel.pass(minutes(30));
    expect(stand.image(digest, away)?.tags).toEqual(['v2']);
    expect(stand.image(images['linux/amd64'] ?? '', away)?.status).toBe('ACTIVE');
  });

  it('fails with a part that fails', async () => {
    let doomed = '';
    setUp({ replication: ({ digest }) => (digest === doomed ? 'fails' : undefined) });
    const { digest, images } = pushIndex();
    doomed = images['linux/amd64'] ?? '';
    stand.kernel.pass(minutes(30));
    expect(stand.image(digest, away)).toBeUndefined();
    expect(await status(digest)).toMatchObject([{ status: 'FAILED' }]);
  });
});

describe('a repository that is not there yet', () => {
  const template = (Prefix: string, properties: object): void =>
    stand.ecr.create.creationTemplate({
      region: 'eu-west-1',
      name: Prefix,
      properties: { Prefix, AppliedFor: ['REPLICATION'], ...properties },
    });
  const copyTo = (name: string): void => {
    stand.ecr.createRepository(home, name);
    stand.ecr.replicate({ from: home, to: ['eu-west-1'] });
    stand.ecr.push(home, name, { tags: ['v1'] });
    stand.kernel.pass(minutes(30));
  };
  const moveTag = (name: string): void => {
    stand.ecr.push('eu-west-1', name, { tags: ['v1'] });
  };

  it('is made with mutable tags where no template says otherwise', () => {
    template('ROOT', { AppliedFor: ['PULL_THROUGH_CACHE'], ImageTagMutability: 'IMMUTABLE' });
    template('other', { ImageTagMutability: 'IMMUTABLE' });
    copyTo('team/api');
    expect(() => moveTag('team/api')).not.toThrow();
  });

  it('is made by the template with the longest prefix', () => {
    template('ROOT', { ImageTagMutability: 'MUTABLE' });
    template('team', { ImageTagMutability: 'IMMUTABLE' });
    copyTo('team/api');
    copyTo('team-tools');
    expect(() => moveTag('team/api')).toThrow("'v1' already exists in the 'team/api' repository");
    expect(() => moveTag('team-tools')).not.toThrow();
  });

  it('is made in the name of the template’s role, which may be too weak', () => {
    const roleArn = `arn:aws:iam::${account}:role/replicas`;
    const keyArn = `arn:aws:kms:eu-west-1:${account}:key/1`;
    template('ROOT', {
      CustomRoleArn: roleArn,
      EncryptionConfiguration: { EncryptionType: 'KMS', KmsKey: keyArn },
    });
    copyTo('team/api');
    const repository = `arn:aws:ecr:eu-west-1:${account}:repository/team/api`;
    const asked = stand.kernel.asked.filter(
      ({ principal }) => principal.kind === 'role' && principal.arn === roleArn,
    );
    expect(asked.map(({ action, resource }) => [action, resource])).toEqual([
      ['ecr:CreateRepository', repository],
      ['ecr:ReplicateImage', repository],
      ['kms:DescribeKey', keyArn],
      ['kms:CreateGrant', keyArn],
    ]);

    stand.kernel.refuse();
    copyTo('team/worker');
    expect(stand.ecr.imagesIn('eu-west-1').map(({ repository: name }) => name)).toEqual(['team/api']);
  });
});
