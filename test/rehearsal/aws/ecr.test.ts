import { createHash } from 'node:crypto';
import {
  BatchGetImageCommand,
  DescribeImageScanFindingsCommand,
  DescribeImagesCommand,
  type DescribeImagesCommandInput,
  ECRClient,
  ImageNotFoundException,
  InvalidParameterException,
  paginateDescribeImageScanFindings,
  paginateDescribeImages,
  RepositoryNotFoundException,
  ScanNotFoundException,
} from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Ecr } from '../../../rehearsal/aws/ecr.ts';
import type { ServiceEvent } from '../../../rehearsal/aws/ecr-events.ts';
import type { ScanFinding } from '../../../rehearsal/aws/ecr-scan.ts';
import type { ScanOutcome } from '../../../rehearsal/aws/ecr-scanners.ts';
import { account, clientOf, role, type TestKernel, testKernel } from './stand.ts';

const region = 'us-east-1';
const repositoryName = 'aeon/api';
const repositoryArn = `arn:aws:ecr:${region}:${account}:repository/${repositoryName}`;

const openssl: ScanFinding = {
  id: 'CVE-2026-0001',
  severity: 'CRITICAL',
  packageName: 'openssl',
  packageVersion: '3.0.11-1',
  fixedIn: '3.0.13-1',
};
const zlib: ScanFinding = { id: 'CVE-2026-0002', severity: 'LOW', packageName: 'zlib' };

function manyFindings(count: number): ScanFinding[] {
  return Array.from({ length: count }, (_value, index) => ({ ...zlib, id: `CVE-2026-${1000 + index}` }));
}

describe('Ecr', () => {
  let kernel: TestKernel;
  let events: ServiceEvent[];
  let service: Ecr;
  let ecr: ECRClient;

  beforeEach(() => {
    kernel = testKernel();
    events = [];
    service = new Ecr(kernel, (event) => events.push(event));
    service.createRepository(region, repositoryName);
    ecr = clientOf(ECRClient, service);
  });

  const push = (...tags: string[]): string => service.push(region, repositoryName, { tags });
  const describeImages = async (input: Partial<DescribeImagesCommandInput> = {}) =>
    (await ecr.send(new DescribeImagesCommand({ repositoryName, ...input }))).imageDetails ?? [];
  const digests = async (input: Partial<DescribeImagesCommandInput> = {}) =>
    (await describeImages(input)).map(({ imageDigest }) => imageDigest);
  const findings = (imageId: { imageDigest?: string; imageTag?: string }) =>
    ecr.send(new DescribeImageScanFindingsCommand({ repositoryName, imageId }));
  const scan = (digest: string, outcome: ScanOutcome): void =>
    service.completeScan(region, repositoryName, digest, outcome);

  it('asks for permission on the repository in the Region of the call', async () => {
    await describeImages();
    expect(kernel.asked).toEqual([
      expect.objectContaining({ principal: role, action: 'ecr:DescribeImages', resource: repositoryArn }),
    ]);
  });

  it('keeps each Region apart', async () => {
    const elsewhere = clientOf(ECRClient, service, 'us-west-2');
    const error = elsewhere.send(new DescribeImagesCommand({ repositoryName }));
    await expect(error).rejects.toBeInstanceOf(RepositoryNotFoundException);
    await expect(error).rejects.toThrow(
      "The repository with name 'aeon/api' does not exist in the registry with id '123456789012'",
    );
  });

  describe('images', () => {
    it('are named by the digest of their manifest', async () => {
      const manifest = '{ "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json" }';
      const digest = service.push(region, repositoryName, { tags: ['v1'], manifest, sizeInBytes: 7 });
      expect(digest).toBe(`sha256:${createHash('sha256').update(manifest).digest('hex')}`);
      expect(await describeImages()).toEqual([
        {
          registryId: account,
          repositoryName,
          imageDigest: digest,
          imageTags: ['v1'],
          imageSizeInBytes: 7,
          imagePushedAt: new Date('2026-11-23T08:00:00Z'),
          imageManifestMediaType: 'application/vnd.oci.image.index.v1+json',
          imageStatus: 'ACTIVE',
        },
      ]);
    });

    it('differ although their pushes are alike', () => {
      expect(push('v1')).not.toBe(push('v1'));
    });

    it('lose a tag to the image that is pushed with it', async () => {
      const first = push('v1', 'latest');
      const second = push('latest');
      expect(await digests({ imageIds: [{ imageTag: 'latest' }, { imageTag: 'v1' }] })).toEqual([
        second,
        first,
      ]);
      push('v1');
      const [bare] = await describeImages({ imageIds: [{ imageDigest: first }] });
      expect(bare).not.toHaveProperty('imageTags');
    });

    it('are listed page by page', async () => {
      const pushed = [push('1'), push('2'), push('3'), push('4'), push('5')];
      const pages: (string | undefined)[][] = [];
      for await (const { imageDetails = [] } of paginateDescribeImages(
        { client: ecr, pageSize: 2 },
        { repositoryName },
      )) {
        pages.push(imageDetails.map(({ imageDigest }) => imageDigest));
      }
      expect(pages).toEqual([pushed.slice(0, 2), pushed.slice(2, 4), pushed.slice(4)]);
    });

    it('are listed by tag status, and only while active unless asked for', async () => {
      const [tagged, untagged, archived] = [push('v1'), push(), push('old')];
      service.archive(region, repositoryName, archived);
      expect(await digests()).toEqual([tagged, untagged]);
      expect(await digests({ filter: { tagStatus: 'TAGGED' } })).toEqual([tagged]);
      expect(await digests({ filter: { tagStatus: 'UNTAGGED' } })).toEqual([untagged]);
      expect(await digests({ filter: { imageStatus: 'ARCHIVED' } })).toEqual([archived]);
      expect(await digests({ filter: { imageStatus: 'ANY' } })).toEqual([tagged, untagged, archived]);
      expect(await digests({ imageIds: [{ imageTag: 'old' }] })).toEqual([archived]);
    });

    it('come back from the archive, unscanned, when they are pushed again', async () => {
      const manifest = '{"schemaVersion":2}';
      const digest = service.push(region, repositoryName, { tags: ['v1'], manifest });
      scan(digest, { engine: 'basic', status: 'COMPLETE' });
      service.archive(region, repositoryName, digest);
      expect((await findings({ imageDigest: digest })).imageScanStatus?.status).toBe('IMAGE_ARCHIVED');
      service.push(region, repositoryName, { tags: ['v2'], manifest });
      expect(await describeImages()).toMatchObject([{ imageStatus: 'ACTIVE', imageTags: ['v1', 'v2'] }]);
      await expect(findings({ imageDigest: digest })).rejects.toBeInstanceOf(ScanNotFoundException);
    });

    it.each([
      {
        input: { imageIds: [{ imageTag: 'absent' }] },
        Expected: ImageNotFoundException,
        problem:
          "The image with imageId {imageDigest:'null', imageTag:'absent'} does not exist within the repository with name 'aeon/api' in the registry with id '123456789012'",
      },
      {
        input: { maxResults: 1001 },
        Expected: InvalidParameterException,
        problem:
          "Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must have value less than or equal to 1000'",
      },
      {
        input: { maxResults: 0 },
        Expected: InvalidParameterException,
        problem: 'greater than or equal to 1',
      },
      { input: { nextToken: 'mine' }, Expected: InvalidParameterException, problem: "at 'nextToken'" },
      {
        input: { imageIds: [{ imageTag: 'a' }], maxResults: 5 },
        Expected: InvalidParameterException,
        problem: 'cannot be used when images are specified with imageIds',
      },
      {
        input: { imageIds: Array.from({ length: 101 }, () => ({ imageTag: 'a' })) },
        Expected: InvalidParameterException,
        problem: "'Member must have length less than or equal to 100'",
      },
      { input: { imageIds: [{}] }, Expected: InvalidParameterException, problem: 'both tag and digest' },
    ])('cannot be described so: $problem', async ({ input, Expected, problem }) => {
      const answer = describeImages(input);
      await expect(answer).rejects.toBeInstanceOf(Expected);
      await expect(answer).rejects.toThrow(problem);
    });
  });

  describe('scan findings', () => {
    it('are those of basic scanning in its own shape', async () => {
      const digest = push('v1');
      kernel.pass(60_000);
      scan(digest, { engine: 'basic', status: 'COMPLETE', findings: [openssl, zlib] });
      const { $metadata, ...answer } = await findings({ imageTag: 'v1' });
      expect(answer).toEqual({
        registryId: account,
        repositoryName,
        imageId: { imageDigest: digest, imageTag: 'v1' },
        imageScanStatus: { status: 'COMPLETE', description: 'The scan was completed successfully.' },
        imageScanFindings: {
          imageScanCompletedAt: new Date('2026-11-23T08:01:00Z'),
          vulnerabilitySourceUpdatedAt: expect.any(Date),
          findingSeverityCounts: { CRITICAL: 1, LOW: 1 },
          findings: [
            {
              name: 'CVE-2026-0001',
              description: expect.any(String),
              uri: expect.stringMatching(/^https:.*CVE-2026-0001$/),
              severity: 'CRITICAL',
              attributes: [
                { key: 'package_version', value: '3.0.11-1' },
                { key: 'package_name', value: 'openssl' },
              ],
            },
            expect.objectContaining({ name: 'CVE-2026-0002', severity: 'LOW' }),
          ],
        },
      });
    });

    it('are those of enhanced scanning in the shape of Inspector', async () => {
      const digest = push('v1');
      const untriaged: ScanFinding = { ...zlib, severity: 'UNTRIAGED' };
      scan(digest, { engine: 'enhanced', status: 'ACTIVE', findings: [openssl, untriaged] });
      const { imageScanFindings, imageScanStatus } = await findings({ imageDigest: digest });
      expect(imageScanStatus?.status).toBe('ACTIVE');
      expect(imageScanFindings).not.toHaveProperty('findings');
      expect(imageScanFindings).toMatchObject({
        findingSeverityCounts: { CRITICAL: 1, UNTRIAGED: 1 },
        enhancedFindings: [
          {
            awsAccountId: account,
            findingArn: expect.stringMatching(
              /^arn:aws:inspector2:us-east-1:123456789012:finding\/[0-9a-f]{32}$/,
            ),
            title: 'CVE-2026-0001 - openssl',
            severity: 'CRITICAL',
            status: 'ACTIVE',
            type: 'PACKAGE_VULNERABILITY',
            fixAvailable: 'YES',
            score: 9.8,
            packageVulnerabilityDetails: {
              vulnerabilityId: 'CVE-2026-0001',
              vulnerablePackages: [{ name: 'openssl', version: '3.0.11-1', fixedInVersion: '3.0.13-1' }],
            },
            resources: [
              {
                id: `${repositoryArn}/${digest}`,
                type: 'AWS_ECR_CONTAINER_IMAGE',
                details: {
                  awsEcrContainerImage: {
                    imageHash: digest,
                    imageTags: ['v1'],
                    repositoryName,
                    registry: account,
                  },
                },
              },
            ],
          },
          {
            severity: 'UNTRIAGED',
            fixAvailable: 'NO',
            packageVulnerabilityDetails: { vulnerablePackages: [{ fixedInVersion: 'NotAvailable' }] },
          },
        ],
      });
    });

    it.each([
      { engine: 'basic', pageSize: 200, pages: [200, 200, 50] },
      { engine: 'basic', pageSize: undefined, pages: [100, 100, 100, 100, 50] },
      { engine: 'enhanced', pageSize: 200, pages: [100, 100, 100, 100, 50] },
    ] as const)(
      'of $engine scanning come in pages, asked for by $pageSize',
      async ({ engine, pageSize, pages }) => {
        const all = manyFindings(450);
        const digest = push('v1');
        scan(digest, { engine, status: 'COMPLETE', findings: all });
        const seen: (string | undefined)[][] = [];
        for await (const { imageScanFindings } of paginateDescribeImageScanFindings(
          { client: ecr, ...(pageSize === undefined ? {} : { pageSize }) },
          { repositoryName, imageId: { imageDigest: digest } },
        )) {
          expect(imageScanFindings?.findingSeverityCounts).toEqual({ LOW: 450 });
          seen.push(
            engine === 'basic'
              ? (imageScanFindings?.findings ?? []).map(({ name }) => name)
              : (imageScanFindings?.enhancedFindings ?? []).map(
                  ({ packageVulnerabilityDetails }) => packageVulnerabilityDetails?.vulnerabilityId,
                ),
          );
        }
        expect(seen.map(({ length }) => length)).toEqual(pages);
        expect(seen.flat()).toEqual(all.map(({ id }) => id));
      },
    );

    it('are empty, not absent, when a completed scan found nothing', async () => {
      const digest = push('v1');
      scan(digest, { engine: 'basic', status: 'COMPLETE' });
      const { imageScanFindings } = await findings({ imageDigest: digest });
      expect(imageScanFindings).toMatchObject({ findings: [], findingSeverityCounts: {} });
    });

    it.each([
      'IN_PROGRESS',
      'FAILED',
      'UNSUPPORTED_IMAGE',
      'PENDING',
      'SCAN_ELIGIBILITY_EXPIRED',
      'FINDINGS_UNAVAILABLE',
      'LIMIT_EXCEEDED',
      'IMAGE_ARCHIVED',
    ] as const)('are absent while the scan is %s', async (status) => {
      const digest = push('v1');
      scan(digest, { engine: 'basic', status });
      const answer = await findings({ imageDigest: digest });
      expect(answer.imageScanStatus?.status).toBe(status);
      expect(answer).not.toHaveProperty('imageScanFindings');
      expect(() => scan(digest, { engine: 'basic', status, findings: [zlib] })).toThrow('has no findings');
    });

    it('do not exist for an image that was never scanned', async () => {
      const answer = findings({ imageDigest: push('v1') });
      await expect(answer).rejects.toBeInstanceOf(ScanNotFoundException);
      await expect(answer).rejects.toThrow('Image scan does not exist for the image with ');
    });

    it('are not shown by DescribeImages', async () => {
      scan(push('v1'), { engine: 'basic', status: 'COMPLETE', findings: [openssl] });
      const [image] = await describeImages();
      expect(image).not.toHaveProperty('imageScanStatus');
      expect(image).not.toHaveProperty('imageScanFindingsSummary');
    });

    it('cannot have a severity that basic scanning does not know', () => {
      const digest = push('v1');
      const wrong: ScanOutcome = {
        engine: 'basic',
        status: 'COMPLETE',
        findings: [{ ...zlib, severity: 'UNTRIAGED' }],
      };
      expect(() => scan(digest, wrong)).toThrow('basic scanning knows no such severity');
    });
  });

  describe('manifests', () => {
    const get = (imageIds: { imageDigest?: string; imageTag?: string }[], acceptedMediaTypes?: string[]) =>
      ecr.send(
        new BatchGetImageCommand({
          repositoryName,
          imageIds,
          ...(acceptedMediaTypes === undefined ? {} : { acceptedMediaTypes }),
        }),
      );

    it('are given byte for byte', async () => {
      const manifest = '{\n   "schemaVersion": 2,\n   "manifests": []\n}';
      const mediaType = 'application/vnd.docker.distribution.manifest.list.v2+json';
      const digest = service.push(region, repositoryName, { tags: ['v1'], manifest, mediaType });
      expect(await get([{ imageTag: 'v1' }])).toMatchObject({
        images: [
          {
            registryId: account,
            repositoryName,
            imageId: { imageDigest: digest, imageTag: 'v1' },
            imageManifest: manifest,
            imageManifestMediaType: mediaType,
          },
        ],
        failures: [],
      });
    });

    it('that cannot be given are failures beside those that can', async () => {
      const digest = push('v1');
      const archived = push('old');
      service.archive(region, repositoryName, archived);
      const answer = await get([
        { imageTag: 'absent' },
        { imageDigest: digest },
        {},
        { imageTag: 'v1', imageDigest: archived },
        { imageDigest: archived },
      ]);
      expect(answer.images).toMatchObject([{ imageId: { imageDigest: digest } }]);
      expect(answer.failures).toEqual([
        {
          imageId: { imageTag: 'absent' },
          failureCode: 'ImageNotFound',
          failureReason: 'Requested image not found',
        },
        expect.objectContaining({ failureCode: 'MissingDigestAndTag' }),
        expect.objectContaining({ failureCode: 'ImageNotFound' }),
        expect.objectContaining({ failureCode: 'ImageNotFound' }),
      ]);
    });

    it('are not given in a media type that the caller does not accept', async () => {
      push('v1');
      const docker = 'application/vnd.docker.distribution.manifest.v2+json';
      const oci = 'application/vnd.oci.image.manifest.v1+json';
      expect((await get([{ imageTag: 'v1' }], [docker])).failures).toHaveLength(1);
      expect((await get([{ imageTag: 'v1' }], [docker, oci])).images).toHaveLength(1);
    });
  });

  describe('events', () => {
    it('tell of each pushed tag', () => {
      const digest = push('v1', 'latest');
      const pushed = (tag: string): ServiceEvent => ({
        region,
        source: 'aws.ecr',
        detailType: 'ECR Image Action',
        resources: [],
        detail: {
          result: 'SUCCESS',
          'repository-name': repositoryName,
          'image-digest': digest,
          'action-type': 'PUSH',
          'image-tag': tag,
        },
      });
      expect(events).toEqual([pushed('v1'), pushed('latest')]);
    });

    it('tell of a basic scan that completed or failed', () => {
      const digest = push('v1');
      events.length = 0;
      scan(digest, { engine: 'basic', status: 'IN_PROGRESS' });
      scan(digest, { engine: 'basic', status: 'COMPLETE', findings: [openssl] });
      scan(digest, { engine: 'basic', status: 'FAILED' });
      const about = { 'repository-name': repositoryName, 'image-digest': digest, 'image-tags': ['v1'] };
      expect(events).toEqual(
        [
          { 'scan-status': 'COMPLETE', 'finding-severity-counts': { CRITICAL: 1 }, ...about },
          { 'scan-status': 'FAILED', ...about },
        ].map((detail) => ({
          region,
          source: 'aws.ecr',
          detailType: 'ECR Image Scan',
          resources: [repositoryArn],
          detail,
        })),
      );
    });

    it('tell of the initial enhanced scan only', () => {
      const digest = push('v1');
      events.length = 0;
      scan(digest, { engine: 'enhanced', status: 'ACTIVE', findings: [openssl, zlib] });
      scan(digest, { engine: 'enhanced', status: 'ACTIVE', findings: [openssl] });
      expect(events).toEqual([
        {
          region,
          source: 'aws.inspector2',
          detailType: 'Inspector2 Scan',
          resources: [repositoryArn],
          detail: {
            'scan-status': 'INITIAL_SCAN_COMPLETE',
            'repository-name': repositoryArn,
            'finding-severity-counts': { CRITICAL: 1, LOW: 1, TOTAL: 2 },
            'image-digest': digest,
            'image-tags': ['v1'],
          },
        },
      ]);
    });
  });
});
