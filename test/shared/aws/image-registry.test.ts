import { ECRClient } from '@aws-sdk/client-ecr';
import { describe, expect, it } from '@jest/globals';
import { type ImageRegistry, imageListing, imageRegistry } from '../../../shared/aws/image-registry.ts';
import { scanStatuses } from '../../../shared/domain/finding.ts';
import { decideVerdict } from '../../../shared/judging/verdict.ts';
import { digest, imageSeen, policy } from '../../builders.ts';
import { answeredClient, inTurn, type WireAnswer, type WireRequest } from './answers.ts';

const image = { repository: 'api', digest };

function registryOf(...answers: readonly WireAnswer[]): {
  readonly registry: ImageRegistry;
  readonly requests: readonly WireRequest[];
} {
  const { client, requests } = answeredClient(ECRClient, inTurn(...answers));
  return { registry: imageRegistry(client), requests };
}

/** An answer of DescribeImageScanFindings, as ECR writes it: times are seconds since 1970. */
function findingsAnswer(status: string, imageScanFindings?: object, over: object = {}): WireAnswer {
  return {
    body: {
      registryId: '123456789012',
      repositoryName: 'api',
      imageId: { imageDigest: digest },
      imageScanStatus: { status, description: 'As ECR says.' },
      ...(imageScanFindings && { imageScanFindings }),
      ...over,
    },
  };
}

const completed = { imageScanCompletedAt: 1772438400, vulnerabilitySourceUpdatedAt: 1772434800 };
const completedAt = '2026-03-02T08:00:00.000Z';

const basicFinding = (name: string, severity: string, packageName?: string): object => ({
  name,
  description: 'A vulnerability.',
  uri: `https://example.com/${name}`,
  severity,
  attributes: [
    { key: 'package_version', value: '1.0.0' },
    ...(packageName === undefined ? [] : [{ key: 'package_name', value: packageName }]),
  ],
});

const enhancedFinding = (id: string, severity: string, over: object = {}): object => ({
  awsAccountId: '123456789012',
  findingArn: 'arn:aws:inspector2:us-east-1:123456789012:finding/0a1b',
  title: `${id} - openssl`,
  severity,
  status: 'ACTIVE',
  type: 'PACKAGE_VULNERABILITY',
  packageVulnerabilityDetails: {
    vulnerabilityId: id,
    vulnerablePackages: [{ name: 'openssl', version: '3.0.0', fixedInVersion: '3.0.1' }],
  },
  ...over,
});

describe('list', () => {
  const detail = (of: string): object => ({ imageDigest: of, imageTags: [of], imagePushedAt: 1772438400 });

  function listOf(...answers: readonly WireAnswer[]) {
    const { client, requests } = answeredClient(ECRClient, inTurn(...answers));
    return { list: imageListing(client).list('api'), requests };
  }

  it('lists every page of what can be pulled, a thousand images in each', async () => {
    const { list, requests } = listOf(
      { body: { imageDetails: [detail('one'), detail('two')], nextToken: 'more' } },
      { body: { imageDetails: [detail('three')] } },
    );
    expect((await list)?.map((image) => [image.digest, image.kind, image.tags])).toEqual([
      ['one', 'image', ['one']],
      ['two', 'image', ['two']],
      ['three', 'image', ['three']],
    ]);
    expect(requests.map(({ input }) => input)).toEqual([
      { repositoryName: 'api', maxResults: 1000, filter: { imageStatus: 'ACTIVE' } },
      { repositoryName: 'api', maxResults: 1000, nextToken: 'more', filter: { imageStatus: 'ACTIVE' } },
    ]);
  });

  it('tells a repository that is not there from one that is empty', async () => {
    expect(await listOf({ error: 'RepositoryNotFoundException' }).list).toBeUndefined();
    expect(await listOf({ body: { imageDetails: [] } }).list).toEqual([]);
  });

  it('throws what says nothing about the repository', async () => {
    await expect(listOf({ error: 'AccessDeniedException' }).list).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});

describe('describe', () => {
  const manifest = 'application/vnd.oci.image.manifest.v1+json';

  it.each<[string, object, string]>([
    ['an OCI image', { imageManifestMediaType: manifest }, 'image'],
    [
      'an OCI image, by its config',
      { imageManifestMediaType: manifest, artifactMediaType: 'application/vnd.oci.image.config.v1+json' },
      'image',
    ],
    [
      'a Docker image',
      {
        imageManifestMediaType: 'application/vnd.docker.distribution.manifest.v2+json',
        artifactMediaType: 'application/vnd.docker.container.image.v1+json',
      },
      'image',
    ],
    ['an OCI index', { imageManifestMediaType: 'application/vnd.oci.image.index.v1+json' }, 'index'],
    [
      'a Docker manifest list',
      { imageManifestMediaType: 'application/vnd.docker.distribution.manifest.list.v2+json' },
      'index',
    ],
    [
      'a chart',
      { imageManifestMediaType: manifest, artifactMediaType: 'application/vnd.cncf.helm.config.v1+json' },
      'artifact',
    ],
    [
      'what refers to another image',
      {
        imageManifestMediaType: manifest,
        artifactMediaType: 'application/vnd.oci.image.config.v1+json',
        subjectManifestDigest: digest,
      },
      'artifact',
    ],
    ['what no media type is told of', {}, 'image'],
  ])('tells images, indexes and artifacts apart: %s', async (_what, detail, kind) => {
    const { registry } = registryOf({
      body: {
        imageDetails: [
          { imageDigest: digest, imageTags: ['one', 'two'], imagePushedAt: 1772438400, ...detail },
        ],
      },
    });
    expect(await registry.describe(image)).toEqual({
      kind,
      tags: ['one', 'two'],
      pushedAt: new Date('2026-03-02T08:00:00Z'),
    });
  });

  it('says so when a manifest has a form that nobody here can read', async () => {
    const imageManifestMediaType = 'application/vnd.example.v9+json';
    const { registry } = registryOf({
      body: { imageDetails: [{ imageDigest: digest, imageManifestMediaType }] },
    });
    expect(await registry.describe(image)).toMatchObject({ foreignMediaType: imageManifestMediaType });
  });

  it('takes an image without tags as it is', async () => {
    const { registry } = registryOf({
      body: { imageDetails: [{ imageDigest: digest, imagePushedAt: 1772438400 }] },
    });
    expect(await registry.describe(image)).toMatchObject({ tags: [] });
  });

  it('asks for the one image, archived or not', async () => {
    const { registry, requests } = registryOf({ body: { imageDetails: [] } });
    await registry.describe(image);
    expect(requests).toEqual([
      {
        operation: 'DescribeImages',
        input: {
          repositoryName: 'api',
          imageIds: [{ imageDigest: digest }],
          filter: { imageStatus: 'ANY' },
        },
      },
    ]);
  });

  it.each(['ImageNotFoundException', 'RepositoryNotFoundException'])('%s: it is gone', async (error) => {
    const { registry } = registryOf({ error });
    expect(await registry.describe(image)).toBeUndefined();
  });

  it.each([
    ['AccessDeniedException', 400],
    ['ServerException', 500],
  ])('%s says nothing about the image, and is thrown', async (error, status) => {
    const { registry } = registryOf({ error, status });
    await expect(registry.describe(image)).rejects.toMatchObject({ name: error });
  });
});

describe('scanOf', () => {
  it('reads a basic scan', async () => {
    const { registry } = registryOf(
      findingsAnswer('COMPLETE', {
        ...completed,
        findings: [basicFinding('CVE-1', 'CRITICAL', 'curl'), basicFinding('CVE-2', 'UNDEFINED')],
        findingSeverityCounts: { CRITICAL: 1, UNDEFINED: 1 },
      }),
    );
    expect(await registry.scanOf(image)).toEqual({
      status: 'COMPLETE',
      statusReason: 'As ECR says.',
      engine: 'basic',
      scannedAt: completedAt,
      findings: [
        { id: 'CVE-1', severity: 'CRITICAL', package: 'curl' },
        { id: 'CVE-2', severity: 'UNDEFINED' },
      ],
      counts: { CRITICAL: 1, UNDEFINED: 1 },
    });
  });

  it('reads an enhanced scan, and leaves out its TOTAL', async () => {
    const { registry } = registryOf(
      findingsAnswer('ACTIVE', {
        ...completed,
        enhancedFindings: [
          enhancedFinding('CVE-1', 'HIGH'),
          enhancedFinding('CVE-2', 'UNTRIAGED', {
            packageVulnerabilityDetails: {
              vulnerabilityId: 'CVE-2',
              vulnerablePackages: [{ name: 'zlib', fixedInVersion: 'NotAvailable' }],
            },
          }),
        ],
        findingSeverityCounts: { HIGH: 1, MEDIUM: 0, UNTRIAGED: 1, TOTAL: 2 },
      }),
    );
    expect(await registry.scanOf(image)).toEqual({
      status: 'ACTIVE',
      statusReason: 'As ECR says.',
      engine: 'enhanced',
      scannedAt: completedAt,
      findings: [
        { id: 'CVE-1', severity: 'HIGH', package: 'openssl', fixedIn: '3.0.1' },
        { id: 'CVE-2', severity: 'UNTRIAGED', package: 'zlib' },
      ],
      counts: { HIGH: 1, UNTRIAGED: 1 },
    });
  });

  it('counts a suppressed finding, and leaves a closed one out', async () => {
    const { registry } = registryOf(
      findingsAnswer('ACTIVE', {
        ...completed,
        enhancedFindings: [
          enhancedFinding('CVE-1', 'HIGH', { status: 'SUPPRESSED' }),
          enhancedFinding('CVE-2', 'CRITICAL', { status: 'CLOSED' }),
        ],
      }),
    );
    expect((await registry.scanOf(image)).findings?.map(({ id }) => id)).toEqual(['CVE-1']);
  });

  it.each([
    ['one that neither engine documents', 'DREADFUL'],
    ['none', undefined],
  ])('takes a finding for unrated when its severity is %s', async (_what, severity) => {
    const { registry } = registryOf(
      findingsAnswer('COMPLETE', { ...completed, findings: [{ name: 'CVE-1', severity }] }),
    );
    expect((await registry.scanOf(image)).findings).toEqual([{ id: 'CVE-1', severity: 'UNDEFINED' }]);
  });

  it('reads every page, and asks for the largest ones', async () => {
    const page = (name: string, nextToken?: string): WireAnswer =>
      findingsAnswer(
        'COMPLETE',
        {
          ...completed,
          findings: [basicFinding(name, 'LOW')],
          findingSeverityCounts: { LOW: 3 },
        },
        nextToken === undefined ? {} : { nextToken },
      );
    const { registry, requests } = registryOf(page('CVE-1', 'two'), page('CVE-2', 'three'), page('CVE-3'));
    const { findings, counts } = await registry.scanOf(image);
    expect(findings?.map(({ id }) => id)).toEqual(['CVE-1', 'CVE-2', 'CVE-3']);
    expect(counts).toEqual({ LOW: 3 });
    const asked = { repositoryName: 'api', imageId: { imageDigest: digest }, maxResults: 1000 };
    expect(requests.map(({ input }) => input)).toEqual([
      asked,
      { ...asked, nextToken: 'two' },
      { ...asked, nextToken: 'three' },
    ]);
  });

  it('fails when a page fails: half of the findings are no answer', async () => {
    const { registry } = registryOf(
      findingsAnswer('COMPLETE', { ...completed, findings: [] }, { nextToken: 'two' }),
      { error: 'ServerException', status: 500 },
    );
    await expect(registry.scanOf(image)).rejects.toMatchObject({ name: 'ServerException' });
  });

  describe('tells “nothing found” from “nothing said”', () => {
    it.each<[string, string, object | undefined, readonly unknown[] | undefined]>([
      ['basic, an empty list', 'COMPLETE', { ...completed, findings: [], findingSeverityCounts: {} }, []],
      ['enhanced, an empty list', 'ACTIVE', { ...completed, enhancedFindings: [] }, []],
      ['a completed scan with totals alone', 'ACTIVE', { ...completed, findingSeverityCounts: {} }, []],
      ['a completed scan with neither', 'COMPLETE', { ...completed }, undefined],
      ['totals of a scan that was not completed', 'ACTIVE', { findingSeverityCounts: {} }, undefined],
      ['an empty answer', 'COMPLETE', {}, undefined],
      ['no findings key', 'COMPLETE', undefined, undefined],
      ['a failed scan', 'FAILED', undefined, undefined],
    ])('%s', async (_what, status, imageScanFindings, findings) => {
      const { registry } = registryOf(findingsAnswer(status, imageScanFindings));
      const scan = await registry.scanOf(image);
      expect(scan.findings).toEqual(findings);
      expect('findings' in scan).toBe(findings !== undefined);
    });
  });

  it('passes ECR’s own reason on', async () => {
    const { registry } = registryOf({
      body: {
        imageScanStatus: { status: 'FAILED', description: 'UnsupportedImageError: the image is scratch.' },
      },
    });
    expect(await registry.scanOf(image)).toEqual({
      status: 'FAILED',
      statusReason: 'UnsupportedImageError: the image is scratch.',
      engine: 'basic',
      counts: {},
    });
  });

  it('knows every status by ECR’s own name', async () => {
    for (const status of scanStatuses.filter((each) => each !== 'NEVER_SCANNED')) {
      const { registry } = registryOf(findingsAnswer(status));
      expect((await registry.scanOf(image)).status).toBe(status);
    }
  });

  it.each([
    ['a status that is new', { imageScanStatus: { status: 'PARTIALLY_COMPLETE' } }],
    ['no status', {}],
  ])('%s tells nothing about the image', async (_what, body) => {
    const { registry } = registryOf({ body: { ...body, imageScanFindings: { ...completed, findings: [] } } });
    expect((await registry.scanOf(image)).status).toBe('FINDINGS_UNAVAILABLE');
  });

  it('an image that ECR knows no scan of was never scanned', async () => {
    const { registry } = registryOf({ error: 'ScanNotFoundException' });
    expect(await registry.scanOf(image)).toEqual({
      status: 'NEVER_SCANNED',
      statusReason: '',
      engine: 'none',
      counts: {},
    });
  });

  it.each(['ImageNotFoundException', 'RepositoryNotFoundException'])(
    'an image that is not there tells nothing: %s',
    async (error) => {
      const { registry } = registryOf({ error });
      expect(await registry.scanOf(image)).toMatchObject({ status: 'FINDINGS_UNAVAILABLE', counts: {} });
    },
  );

  it.each(['AccessDeniedException', 'LimitExceededException', 'ServerException'])(
    '%s is thrown: it does not mean that the image was never scanned',
    async (error) => {
      const { registry } = registryOf({ error });
      await expect(registry.scanOf(image)).rejects.toMatchObject({ name: error });
    },
  );

  describe('totals of a scan that lists nothing do not make it clean', () => {
    it.each([
      ['a TOTAL beside fewer of the known severities', { INFORMATIONAL: 1, TOTAL: 4 }],
      ['a TOTAL alone', { TOTAL: 3 }],
      ['a severity that is new', { DREADFUL: 2 }],
    ])('%s', async (_what, findingSeverityCounts) => {
      const { registry } = registryOf(findingsAnswer('ACTIVE', { ...completed, findingSeverityCounts }));
      const scan = await registry.scanOf(image);
      expect(decideVerdict(imageSeen(scan), policy, new Date('2026-03-02T12:00:00Z')).verdict).not.toBe(
        'pass',
      );
    });
  });
});
