import {
  DescribeImageScanFindingsCommand,
  ImageArchivedException,
  ImageNotFoundException,
  LimitExceededException,
  StartImageScanCommand,
  UnsupportedImageTypeException,
  ValidationException,
} from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { EcrFaults } from '../../../rehearsal/aws/ecr.ts';
import { parseInspectorFinding } from '../../../shared/events/inspector2.ts';
import { away, type EcrStand, ecrStand, home, minutes, openssl, repositoryName, zlib } from './ecr-stand.ts';
import { account } from './stand.ts';

let stand: EcrStand;

const setUp = (faults: EcrFaults = {}): void => {
  stand = ecrStand(faults);
  stand.ecr.scanning(home, 'basic');
};

beforeEach(() => setUp());

const start = async (imageDigest: string, region = home) => {
  const command = new StartImageScanCommand({ repositoryName, imageId: { imageDigest } });
  return (await stand.client(region).send(command)).imageScanStatus?.status;
};
const statusOf = async (imageDigest: string, region = home) => {
  const command = new DescribeImageScanFindingsCommand({ repositoryName, imageId: { imageDigest } });
  return (await stand.client(region).send(command)).imageScanStatus?.status;
};
const scanOf = (digest: string, region = home) => stand.image(digest, region)?.scan;
const findingsTold = () =>
  stand.eventsOf('Inspector2 Finding').map(({ detail }) => `${detail.status} ${detail.title}`);

describe('basic scanning', () => {
  it('looks at an image when it is pushed, and finds what is known when the scan ends', async () => {
    const digest = stand.push('v1');
    expect(await statusOf(digest)).toBe('IN_PROGRESS');
    stand.ecr.vulnerabilities.add({ ...openssl, digests: [digest] });
    stand.kernel.pass(minutes(2));
    expect(scanOf(digest)).toMatchObject({ status: 'COMPLETE', findings: [openssl] });
    expect(stand.eventsOf('ECR Image Scan')).toHaveLength(1);
  });

  it('learns nothing by itself: what becomes known later is found by the next scan', async () => {
    const digest = stand.push('v1');
    stand.kernel.pass(minutes(2));
    stand.ecr.vulnerabilities.add({ ...openssl, digests: [digest] });
    stand.kernel.pass(minutes(24 * 60));
    expect(scanOf(digest)?.findings).toEqual([]);
    expect(findingsTold()).toEqual([]);
    expect(await start(digest)).toBe('IN_PROGRESS');
    stand.kernel.pass(minutes(2));
    expect(scanOf(digest)?.findings).toEqual([openssl]);
  });

  it('has a word of its own for what nobody has rated', () => {
    const digest = stand.push('v1');
    stand.ecr.vulnerabilities.add({ ...openssl, severity: 'UNTRIAGED', digests: [digest] });
    stand.kernel.pass(minutes(2));
    expect(scanOf(digest)?.findings).toMatchObject([{ severity: 'UNDEFINED' }]);
  });

  it('fails for an image that it cannot look into', () => {
    const digest = stand.push('v1');
    stand.ecr.vulnerabilities.markUnsupported(digest);
    stand.kernel.pass(minutes(2));
    expect(scanOf(digest)).toMatchObject({
      status: 'FAILED',
      description: expect.stringContaining('UnsupportedImageError'),
    });
  });

  it('never ends where a fault stalls it', async () => {
    setUp({ scanStalls: ({ region }) => region === home });
    const digest = stand.push('v1');
    stand.kernel.pass(minutes(24 * 60));
    expect(await statusOf(digest)).toBe('IN_PROGRESS');
  });

  it('looks at images, not at indexes and attestations', () => {
    const { digest, images, attestations } = stand.ecr.pushIndex(home, repositoryName, {
      tags: ['v1'],
      platforms: [{ platform: 'linux/amd64' }],
    });
    stand.kernel.pass(minutes(2));
    expect(scanOf(images['linux/amd64'] ?? '')?.status).toBe('COMPLETE');
    expect([digest, ...attestations].map((each) => scanOf(each))).toEqual([undefined, undefined]);
  });
});

describe('a scan that is asked for', () => {
  it('is refused within 24 hours of the last, the one on push included', async () => {
    const digest = stand.push('v1');
    stand.kernel.pass(minutes(24 * 60) - 1);
    await expect(start(digest)).rejects.toBeInstanceOf(LimitExceededException);
    stand.kernel.pass(1);
    expect(await start(digest)).toBe('IN_PROGRESS');
    await expect(start(digest)).rejects.toBeInstanceOf(LimitExceededException);
  });

  it('is refused for what cannot be scanned', async () => {
    const { digest, images } = stand.ecr.pushIndex(home, repositoryName, {
      tags: ['v1'],
      platforms: [{ platform: 'linux/amd64' }],
    });
    await expect(start(digest)).rejects.toBeInstanceOf(UnsupportedImageTypeException);
    stand.ecr.archive(home, repositoryName, digest);
    stand.ecr.archive(home, repositoryName, images['linux/amd64'] ?? '');
    await expect(start(images['linux/amd64'] ?? '')).rejects.toBeInstanceOf(ImageArchivedException);
    await expect(start('sha256:none')).rejects.toBeInstanceOf(ImageNotFoundException);
  });

  it('is refused where enhanced scanning is on', async () => {
    stand.ecr.scanning(away, 'enhanced');
    const digest = stand.ecr.push(away, repositoryName, {});
    await expect(start(digest, away)).rejects.toBeInstanceOf(ValidationException);
  });
});

describe('enhanced scanning', () => {
  let digest: string;

  beforeEach(() => {
    stand.ecr.scanning(home, 'enhanced');
    digest = stand.push('v1');
    stand.ecr.vulnerabilities.add({ ...zlib, digests: [digest] });
    stand.kernel.pass(minutes(2));
  });

  it('tells of the first scan once', () => {
    expect(scanOf(digest)).toMatchObject({ engine: 'enhanced', status: 'ACTIVE', findings: [zlib] });
    expect(stand.eventsOf('Inspector2 Scan')).toHaveLength(1);
    expect(findingsTold()).toEqual([]);
  });

  it('tells each finding that becomes known later, in a form that ours can read', () => {
    stand.ecr.vulnerabilities.add({ ...openssl, digests: [digest] });
    stand.ecr.vulnerabilities.add({ ...openssl, fixedIn: '3.0.13', digests: [digest] });
    stand.kernel.pass(minutes(1));
    expect(scanOf(digest)?.findings).toEqual([zlib, { ...openssl, fixedIn: '3.0.13' }]);
    const told = stand.eventsOf('Inspector2 Finding');
    expect(told.map(({ detail }) => detail.fixAvailable).toSorted()).toEqual(['NO', 'YES']);
    const [first] = told;
    const event = {
      version: '0',
      id: 'e',
      'detail-type': first?.detailType,
      source: first?.source,
      account,
      time: '2026-11-23T08:03:00Z',
      region: first?.region,
      resources: first?.resources,
      detail: first?.detail,
    };
    expect(parseInspectorFinding(event)).toMatchObject({
      kind: 'inspector2-finding',
      repository: repositoryName,
      digest,
      tags: ['v1'],
      status: 'ACTIVE',
      severity: 'CRITICAL',
      vulnerabilityId: 'CVE-2026-0001',
      at: expect.stringMatching(/^2026-11-23T08:0/),
    });
  });

  it('tells of the end of a finding', () => {
    stand.ecr.vulnerabilities.close(zlib.id);
    stand.kernel.pass(minutes(1));
    expect(scanOf(digest)?.findings).toEqual([]);
    expect(findingsTold()).toEqual(['CLOSED CVE-2026-0002 - zlib']);
  });

  it('closes all findings of an image that is archived, and none is mended', () => {
    stand.ecr.archive(home, repositoryName, digest);
    stand.ecr.vulnerabilities.add({ ...openssl, digests: [digest] });
    stand.kernel.pass(minutes(1));
    expect(findingsTold()).toEqual(['CLOSED CVE-2026-0002 - zlib']);
    expect(stand.ecr.vulnerabilities.findingsOf(digest)).toEqual([zlib, openssl]);
  });

  it('closes all findings of an image that leaves the window of scanning', async () => {
    stand.ecr.scanning(home, 'enhanced', minutes(60));
    const other = stand.push('v2');
    stand.ecr.vulnerabilities.add({ ...openssl, digests: [other] });
    stand.kernel.pass(minutes(59));
    expect(await statusOf(other)).toBe('ACTIVE');
    stand.kernel.pass(minutes(5));
    expect(await statusOf(other)).toBe('SCAN_ELIGIBILITY_EXPIRED');
    expect(findingsTold()).toEqual(['CLOSED CVE-2026-0001 - openssl']);
    stand.ecr.expireScan(home, repositoryName, digest);
    expect(await statusOf(digest)).toBe('SCAN_ELIGIBILITY_EXPIRED');
  });
});

describe('the registry’s configuration', () => {
  const configure = (ScanType: string, ScanFrequency: string, filters: string[]): void =>
    stand.ecr.create.scanningConfiguration({
      region: home,
      name: 'scanning',
      properties: {
        ScanType,
        Rules: [
          {
            ScanFrequency,
            RepositoryFilters: filters.map((Filter) => ({ Filter, FilterType: 'WILDCARD' })),
          },
        ],
      },
    });
  const isScanned = (): boolean => {
    const digest = stand.push();
    stand.kernel.pass(minutes(2));
    return scanOf(digest) !== undefined;
  };

  it.each([
    ['BASIC', 'SCAN_ON_PUSH', ['aeon-*'], true],
    ['BASIC', 'SCAN_ON_PUSH', ['dt'], true],
    ['BASIC', 'SCAN_ON_PUSH', ['dt*'], false],
    ['BASIC', 'MANUAL', ['*'], false],
    ['ENHANCED', 'CONTINUOUS_SCAN', ['*-api'], true],
    ['ENHANCED', 'SCAN_ON_PUSH', ['*-api'], true],
    ['ENHANCED', 'CONTINUOUS_SCAN', ['worker'], false],
  ])('%s %s for %j decides whether a push is scanned: %s', (type, frequency, filters, expected) => {
    configure(type, frequency, filters);
    expect(isScanned()).toBe(expected);
  });

  it('has no frequency of the other engine', () => {
    expect(() => configure('BASIC', 'CONTINUOUS_SCAN', ['*'])).toThrow(
      'BASIC scanning in us-east-1 has no frequency',
    );
    expect(() => configure('ENHANCED', 'MANUAL', ['*'])).toThrow('has no frequency MANUAL');
  });

  it('with SCAN_ON_PUSH lets Inspector look once only', () => {
    configure('ENHANCED', 'SCAN_ON_PUSH', ['*']);
    const digest = stand.push('v1');
    stand.kernel.pass(minutes(2));
    stand.ecr.vulnerabilities.add({ ...openssl, digests: [digest] });
    stand.kernel.pass(minutes(2));
    expect(findingsTold()).toEqual([]);
  });
});
