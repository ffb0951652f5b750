import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startMoto } from '../../bench/moto.ts';
import { buildAttestation, buildImage, buildIndex } from '../../rehearsal/aws/oci-image.ts';
import { sha256 } from '../../rehearsal/aws/oci-manifest.ts';
import { evidenceTable } from '../../shared/aws/evidence-table.ts';
import { imageManifests, membersOf } from '../../shared/aws/image-manifests.ts';
import { imageListing, imageRegistry } from '../../shared/aws/image-registry.ts';
import { imageScanner } from '../../shared/aws/image-scanner.ts';
import { verdictTable } from '../../shared/aws/verdict-table.ts';
import type { ImageJudged } from '../../shared/events/ops-events.ts';
import { judgeImage } from '../../shared/judging/judge.ts';
import { mayAct, policy } from '../builders.ts';

/*
 * Our adapters of ECR and DynamoDB over HTTP, against an AWS that we did not write. moto 5.2 has no replication status
 * and no storage class, tells no media types of artifacts, and knows one scan result for each image.
 */

const moto = await startMoto();

afterAll(async () => {
  await moto?.[Symbol.asyncDispose]();
});

if (moto === undefined) {
  describe.skip("ECR and DynamoDB of moto (moto_server is not installed: pip install 'moto[server]')", () => {
    it('is asked by our adapters', () => undefined);
  });
} else {
  const { config } = moto;
  const ecr = new ECRClient(config);
  const repository = 'api';

  const image = (platform: string): string =>
    buildImage({
      platform,
      layerSizes: [42_000_000],
      created: new Date('2026-03-02T07:59:00Z'),
      uuid: () => platform,
    }).manifest;
  const amd64 = image('linux/amd64');
  const arm64 = image('linux/arm64');
  const attestation = buildAttestation(sha256(amd64)).manifest;
  const index = buildIndex([
    { manifest: amd64, platform: 'linux/amd64' },
    { manifest: arm64, platform: 'linux/arm64' },
    { manifest: attestation, attests: sha256(amd64) },
  ]);
  const tag = 'api-prod-1.0.0-4f1c2ab';
  const missing = { repository, digest: sha256('nothing') };
  const nowhere = { repository: 'nowhere', digest: sha256(index) };

  const push = (manifest: string, imageTag?: string): Promise<unknown> =>
    ecr.send(
      new PutImageCommand({
        repositoryName: repository,
        imageManifest: manifest,
        imageDigest: sha256(manifest),
        ...(imageTag !== undefined && { imageTag }),
      }),
    );

  /**
   * What the scan of one image is answered with. moto takes an answer without a tag to be about every image without
   * one, so each names a tag that no image has.
   */
  const scanAnswer = (manifest: string, answer: object): Promise<Response> =>
    fetch(`${config.endpoint}/moto-api/static/ecr/scan-finding-results`, {
      method: 'POST',
      body: JSON.stringify({
        region: config.region,
        results: [
          {
            registryId: '123456789012',
            repositoryName: repository,
            imageId: { imageDigest: sha256(manifest), imageTag: `answer of ${sha256(manifest)}` },
            ...answer,
          },
        ],
      }),
    });

  beforeAll(async () => {
    await ecr.send(new CreateRepositoryCommand({ repositoryName: repository }));
    for (const manifest of [amd64, arm64, attestation]) await push(manifest);
    await push(index, tag);
    await scanAnswer(amd64, {
      imageScanStatus: { status: 'COMPLETE', description: 'The scan was completed successfully.' },
      imageScanFindings: {
        imageScanCompletedAt: '2026-03-02T08:00:00Z',
        findings: [
          {
            name: 'CVE-2026-0001',
            severity: 'CRITICAL',
            attributes: [{ key: 'package_name', value: 'openssl' }],
          },
        ],
        findingSeverityCounts: { CRITICAL: 1 },
      },
    });
    await scanAnswer(arm64, {
      imageScanStatus: { status: 'COMPLETE', description: 'The scan was completed successfully.' },
      imageScanFindings: {
        imageScanCompletedAt: '2026-03-02T08:00:05Z',
        findings: [],
        findingSeverityCounts: {},
      },
    });
  });

  describe('what is in moto’s ECR', () => {
    const registry = imageRegistry(ecr);
    const pushed = expect.any(Date);

    it('is described: an index by its tag’s name, an image of it without one', async () => {
      expect(await registry.describe({ repository, digest: sha256(index) })).toEqual({
        kind: 'index',
        tags: [tag],
        pushedAt: pushed,
      });
      expect(await registry.describe({ repository, digest: sha256(arm64) })).toEqual({
        kind: 'image',
        tags: [],
        pushedAt: pushed,
      });
    });

    it('is gone when the image or its repository is', async () => {
      expect(await registry.describe(missing)).toBeUndefined();
      expect(await registry.describe(nowhere)).toBeUndefined();
      expect(await registry.scanOf(missing)).toMatchObject({ status: 'FINDINGS_UNAVAILABLE' });
      expect(await imageListing(ecr).list('nowhere')).toBeUndefined();
    });

    it('is listed whole', async () => {
      const listed = await imageListing(ecr).list(repository);
      expect(new Set(listed?.map(({ digest }) => digest))).toEqual(
        new Set([amd64, arm64, attestation, index].map(sha256)),
      );
    });

    it('gives manifests, and nothing for what is not there', async () => {
      const manifests = imageManifests(ecr);
      expect(await membersOf(manifests, repository, sha256(index))).toEqual([
        { digest: sha256(amd64), platform: 'linux/amd64' },
        { digest: sha256(arm64), platform: 'linux/arm64' },
      ]);
      expect(await manifests.of(repository, [missing.digest])).toEqual(new Map());
      expect(await manifests.of('nowhere', [sha256(index)])).toEqual(new Map());
    });
  });

  describe('an index in moto’s ECR, judged into moto’s DynamoDB', () => {
    const tableName = 'verdicts';
    const dynamodb = new DynamoDBClient(config);
    const verdicts = verdictTable(dynamodb, tableName);
    const published: ImageJudged[] = [];
    const id = { repository, account: '123456789012' };

    beforeAll(async () => {
      await dynamodb.send(
        new CreateTableCommand({
          TableName: tableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [
            { AttributeName: 'digest', AttributeType: 'S' },
            { AttributeName: 'copy', AttributeType: 'S' },
          ],
          KeySchema: [
            { AttributeName: 'digest', KeyType: 'HASH' },
            { AttributeName: 'copy', KeyType: 'RANGE' },
          ],
        }),
      );
    });

    const judge = (manifest: string) =>
      judgeImage({ ...id, digest: sha256(manifest) }, mayAct, {
        registry: imageRegistry(ecr),
        manifests: imageManifests(ecr),
        verdicts,
        evidence: evidenceTable(dynamodb, tableName),
        bus: {
          publish: async (event) => {
            if (event.detailType === 'Image Judged') published.push(event.detail);
          },
        },
        policy,
        region: config.region,
        now: () => new Date(),
      });

    it('is awaited while nothing has scanned its images', async () => {
      expect(await judge(index)).toMatchObject([{ outcome: 'unknown', pending: true }]);
      expect(published).toEqual([]);
    });

    it('is scanned once a day', async () => {
      const scanner = imageScanner(ecr);
      for (const manifest of [amd64, arm64]) {
        const part = { repository, digest: sha256(manifest) };
        expect(await scanner.start(part)).toBe('started');
        expect(await scanner.start(part)).toBe('already');
      }
      expect(await scanner.start(missing)).toBe('impossible');
      expect(await scanner.start(nowhere)).toBe('impossible');
    });

    it('is found from the image whose scan ended, recorded and announced', async () => {
      const outcomes = await judge(amd64);
      expect(outcomes.map(({ outcome, reason }) => [outcome, reason])).toEqual([
        ['block', 'unchanged: 1 CRITICAL finding: CVE-2026-0001'],
        ['block', 'linux/amd64: 1 CRITICAL finding: CVE-2026-0001'],
      ]);
      expect(published).toMatchObject([
        { outcome: 'block', environment: 'production', facts: { digest: sha256(index), tags: [tag] } },
      ]);
      const { copies, indexes } = await verdicts.of(sha256(index));
      expect(copies).toMatchObject([
        {
          verdict: 'block',
          announced: { verdict: 'block' },
          parts: [sha256(amd64), sha256(arm64)],
          scannedAt: '2026-03-02T08:00:05.000Z',
        },
      ]);
      expect(indexes).toEqual([]);
    });

    it('is told once, however often it is judged', async () => {
      await judge(arm64);
      await judge(index);
      expect(published).toHaveLength(1);
    });

    it('is written over no other writer', async () => {
      const [record] = (await verdicts.of(sha256(index))).copies;
      if (record === undefined) throw new Error('the index has no record');
      expect(await verdicts.write({ ...record, version: record.version - 1 })).toBeUndefined();
      expect(await verdicts.write(record)).toMatchObject({ version: record.version + 1 });
      expect(await verdicts.records([record, { ...record, region: 'eu-west-1' }])).toMatchObject({ size: 1 });
    });
  });
}
