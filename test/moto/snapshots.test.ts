import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateImageCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DescribeImagesCommand,
  EC2Client,
  ModifySnapshotAttributeCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  ModifyDBSnapshotAttributeCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startMoto } from '../../bench/moto.ts';
import { objectStore } from '../../shared/aws/object-store.ts';
import { ebsSnapshots } from '../../shared/aws/snapshots-ebs.ts';
import { ownSnapshots, snapshotsOfImages } from '../../shared/aws/snapshots-ebs-read.ts';
import { rdsSnapshots } from '../../shared/aws/snapshots-rds.ts';
import type { Snapshot } from '../../shared/domain/snapshot.ts';

/*
 * Our adapters of S3, EC2 and RDS over HTTP, against an AWS that we did not write. moto 5.2 knows neither locks nor fast
 * restores of snapshots.
 */

// Two objects on a page, and none of the hundreds of AMIs that moto knows.
const scratch = mkdtempSync(join(tmpdir(), 'aeon-ops-moto-'));
const noImages = join(scratch, 'amis.json');
writeFileSync(noImages, '[]');
const moto = await startMoto('us-east-1', { MOTO_S3_DEFAULT_MAX_KEYS: '2', MOTO_AMIS_PATH: noImages });

afterAll(async () => {
  await moto?.[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true });
});

if (moto === undefined) {
  describe.skip("S3, EC2 and RDS of moto (moto_server is not installed: pip install 'moto[server]')", () => {
    it('is asked by our adapters', () => undefined);
  });
} else {
  const { config } = moto;

  describe('objects in the S3 of moto', () => {
    const s3 = new S3Client({ ...config, forcePathStyle: true });
    const store = objectStore(s3, 'ops');
    const text = { contentType: 'text/plain' };

    beforeAll(() => s3.send(new CreateBucketCommand({ Bucket: 'ops' })));

    it('are written, kept from being overwritten, and read', async () => {
      expect(await store.put('reports/ü 1.txt', 'grün', text)).toBe('written');
      expect(await store.put('reports/ü 1.txt', 'rot', { ...text, noOverwrite: true })).toBe('exists');
      expect(await store.get('reports/ü 1.txt')).toBe('grün');
      expect(await store.put('reports/ü 1.txt', 'blau', text)).toBe('written');
      expect(await store.get('reports/ü 1.txt')).toBe('blau');
      expect(await store.get('reports/none')).toBeUndefined();
    });

    it('are listed over all pages', async () => {
      for (const name of ['e', 'c', 'a', 'd', 'b']) await store.put(`many/${name}`, name, text);
      const keys = (await store.list('many/')).map(({ key }) => key);
      expect(keys).toEqual(['many/a', 'many/b', 'many/c', 'many/d', 'many/e']);
    });
  });

  describe('snapshots in the EC2 of moto', () => {
    const ec2 = new EC2Client({ ...config, maxAttempts: 1 });
    const store = ebsSnapshots(ec2, config.region, 'keep');

    async function made(tags: Readonly<Record<string, string>>): Promise<Snapshot> {
      const zone = { AvailabilityZone: `${config.region}a`, Size: 8 };
      const { VolumeId } = await ec2.send(new CreateVolumeCommand(zone));
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      const TagSpecifications = [{ ResourceType: 'snapshot' as const, Tags }];
      const { SnapshotId } = await ec2.send(new CreateSnapshotCommand({ VolumeId, TagSpecifications }));
      const found = (await store.list()).snapshots.find(({ id }) => id === SnapshotId);
      if (found === undefined) throw new Error(`moto does not list ${SnapshotId}`);
      return found;
    }

    it('are known for what they are', async () => {
      const csi = { CSIVolumeSnapshotName: 'snapshot-1', 'ebs.csi.aws.com/cluster': 'true' };
      expect(await made(csi)).toMatchObject({
        isOurs: true,
        isCompleted: true,
        sourceGib: 8,
        source: expect.stringMatching(/^vol-/),
        createdAt: expect.any(Date),
        protections: [],
      });
      expect(await made({ ...csi, keep: '' })).toMatchObject({ isOurs: true, protections: ['tagged'] });
      expect(await made({ CSIVolumeSnapshotName: 'snapshot-1' })).toMatchObject({ isOurs: false });
    });

    it('are incomplete where a list is missing', async () => {
      const { missing } = await store.list();
      expect(missing).toEqual([
        expect.stringMatching(/^the locks of snapshots \(/),
        expect.stringMatching(/^the fast restores of snapshots \(/),
      ]);
    });

    it('are looked at again by their volume', async () => {
      const one = await made({ Name: 'one' });
      const filter = [{ Name: 'volume-id', Values: [one.source ?? ''] }];
      expect((await ownSnapshots(ec2, filter)).map(({ SnapshotId }) => SnapshotId)).toEqual([one.id]);
    });

    it('are known to back an AMI', async () => {
      const run = { ImageId: 'ami-12345678', MinCount: 1, MaxCount: 1 };
      const { Instances = [] } = await ec2.send(new RunInstancesCommand(run));
      await ec2.send(new CreateImageCommand({ InstanceId: Instances[0]?.InstanceId, Name: 'one' }));
      const own = await ec2.send(new DescribeImagesCommand({ Owners: ['self'] }));
      const backing = own.Images?.[0]?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? '';
      expect(await snapshotsOfImages(ec2)).toContain(backing);
    });

    it('are known to be shared', async () => {
      const one = await made({ Name: 'one' });
      expect(await store.isShared(one)).toBe(false);
      await ec2.send(
        new ModifySnapshotAttributeCommand({
          SnapshotId: one.id,
          Attribute: 'createVolumePermission',
          OperationType: 'add',
          UserIds: ['444455556666'],
        }),
      );
      expect(await store.isShared(one)).toBe(true);
    });

    it('are deleted once', async () => {
      const one = await made({ Name: 'one' });
      expect(await store.delete(one)).toEqual({ end: 'deleted' });
      expect(await store.delete(one)).toEqual({ end: 'gone' });
    });
  });

  describe('snapshots in the RDS of moto', () => {
    const rds = new RDSClient(config);
    const store = rdsSnapshots(rds, 'keep');

    beforeAll(() =>
      rds.send(
        new CreateDBInstanceCommand({
          DBInstanceIdentifier: 'main',
          DBInstanceClass: 'db.t4g.micro',
          Engine: 'postgres',
          AllocatedStorage: 20,
          MasterUsername: 'root',
          MasterUserPassword: 'not-a-secret',
        }),
      ),
    );

    async function made(id: string, tag?: string): Promise<Snapshot> {
      const Tags = tag === undefined ? [] : [{ Key: tag, Value: 'x' }];
      await rds.send(
        new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'main', DBSnapshotIdentifier: id, Tags }),
      );
      const { snapshots, missing } = await store.list();
      const found = snapshots.find((each) => each.id === id);
      if (found === undefined) throw new Error(`moto does not list ${id}: ${missing.join()}`);
      return found;
    }

    it('are known for what they are', async () => {
      expect(await made('one')).toMatchObject({
        isOurs: true,
        isCompleted: true,
        sourceName: 'main',
        source: expect.stringMatching(/^db-/),
        createdAt: expect.any(Date),
        protections: [],
      });
      expect(await made('two', 'keep')).toMatchObject({ protections: ['tagged'] });
    });

    it('are known to be shared', async () => {
      const one = await made('shared');
      expect(await store.isShared(one)).toBe(false);
      await rds.send(
        new ModifyDBSnapshotAttributeCommand({
          DBSnapshotIdentifier: 'shared',
          AttributeName: 'restore',
          ValuesToAdd: ['444455556666'],
        }),
      );
      expect(await store.isShared(one)).toBe(true);
    });

    it('are deleted once', async () => {
      const one = await made('deleted');
      expect(await store.delete(one)).toEqual({ end: 'deleted' });
      expect(await store.delete(one)).toEqual({ end: 'gone' });
    });
  });
}
