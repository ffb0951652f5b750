import {
  DeleteSnapshotCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  DBSnapshotNotFoundFault,
  DeleteDBSnapshotCommand,
  DescribeDBSnapshotsCommand,
  InvalidDBSnapshotStateFault,
  RDSClient,
} from '@aws-sdk/client-rds';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Ec2 } from '../../../rehearsal/aws/ec2.ts';
import { Rds } from '../../../rehearsal/aws/rds.ts';
import { clientOf, type TestKernel, testKernel } from './stand.ts';

const startedAt = new Date('2026-10-01T00:00:00Z');

describe('the simulated EC2', () => {
  let kernel: TestKernel;
  let ec2: Ec2;
  let client: EC2Client;

  beforeEach(() => {
    kernel = testKernel();
    ec2 = new Ec2(kernel);
    client = clientOf(EC2Client, ec2);
  });

  const made = (tags: Record<string, string> = {}) =>
    ec2.createSnapshot('us-east-1', { volume: 'vol-1', startedAt, tags });

  it.each<[string, (id: string) => void, Record<string, string>, string]>([
    ['an AMI is started from', (id) => ec2.registerImage('us-east-1', id), {}, 'InvalidSnapshot.InUse'],
    ['is locked', (id) => ec2.lock(id), {}, 'OperationNotPermitted'],
    ['AWS Backup made', () => undefined, { 'aws:backup:source-resource': 'x' }, 'InvalidParameterValue'],
  ])('does not delete a snapshot that %s', async (_what, protect, tags, code) => {
    const id = made(tags);
    protect(id);
    const answer = client.send(new DeleteSnapshotCommand({ SnapshotId: id }));
    await expect(answer).rejects.toMatchObject({ name: code });
    expect(ec2.snapshotIds).toEqual([id]);
  });

  it('deletes others, shows their tags to IAM, and knows them no more', async () => {
    const id = made({ 'ebs.csi.aws.com/cluster': 'true' });
    await client.send(new DeleteSnapshotCommand({ SnapshotId: id }));
    expect(kernel.asked).toMatchObject([
      {
        action: 'ec2:DeleteSnapshot',
        resource: `arn:aws:ec2:us-east-1::snapshot/${id}`,
        context: { 'aws:resourcetag/ebs.csi.aws.com/cluster': 'true' },
      },
    ]);
    const again = client.send(new DeleteSnapshotCommand({ SnapshotId: id }));
    await expect(again).rejects.toMatchObject({ name: 'InvalidSnapshot.NotFound' });
  });

  it('lists disabled and deprecated AMIs only when asked to', async () => {
    ec2.registerImage('us-east-1', made(), { State: 'disabled' });
    ec2.registerImage('us-east-1', made(), { DeprecationTime: '2026-01-01T00:00:00.000Z' });
    const count = async (more: object): Promise<number | undefined> =>
      (await client.send(new DescribeImagesCommand({ Owners: ['self'], ...more }))).Images?.length;
    expect(await count({})).toBe(0);
    expect(await count({ IncludeDisabled: true, IncludeDeprecated: true })).toBe(2);
  });

  it('says by name what it does not simulate, and denies as EC2 does', async () => {
    await expect(client.send(new DescribeSnapshotsCommand({}))).rejects.toThrow(/'self'/);
    const filters = { OwnerIds: ['self'], Filters: [{ Name: 'status', Values: ['error'] }] };
    await expect(client.send(new DescribeSnapshotsCommand(filters))).rejects.toThrow(
      /'status' is not simulated/,
    );
    kernel.refuse();
    await expect(client.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))).rejects.toMatchObject({
      name: 'UnauthorizedOperation',
    });
  });
});

describe('the simulated RDS', () => {
  let rds: Rds;
  let client: RDSClient;

  beforeEach(() => {
    rds = new Rds(testKernel());
    client = clientOf(RDSClient, rds);
    for (const type of ['manual', 'automated', 'awsbackup'] as const) {
      rds.createSnapshot('us-east-1', { id: type, instance: 'main', createdAt: startedAt, type });
    }
  });

  const remove = (id: string) => client.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: id }));

  it('deletes manual snapshots that are available, and no others', async () => {
    rds.createSnapshot('us-east-1', {
      id: 'copy',
      instance: 'main',
      createdAt: startedAt,
      Status: 'creating',
    });
    await expect(remove('automated')).rejects.toThrow(InvalidDBSnapshotStateFault);
    await expect(remove('copy')).rejects.toThrow(InvalidDBSnapshotStateFault);
    await remove('manual');
    await expect(remove('manual')).rejects.toThrow(DBSnapshotNotFoundFault);
  });

  it('lists what AWS Backup made only when asked to', async () => {
    const listed = async (input: object) =>
      (await client.send(new DescribeDBSnapshotsCommand(input))).DBSnapshots?.map(
        ({ DBSnapshotIdentifier }) => DBSnapshotIdentifier,
      );
    expect(await listed({})).toEqual(['manual', 'automated']);
    expect(await listed({ SnapshotType: 'awsbackup' })).toEqual(['awsbackup']);
    expect(await listed({ DbiResourceId: 'db-OTHER' })).toEqual([]);
  });

  it('gives pages of 20 to 100', async () => {
    const answer = client.send(new DescribeDBSnapshotsCommand({ MaxRecords: 10 }));
    await expect(answer).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });
});
