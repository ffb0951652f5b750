import { createHash } from 'node:crypto';
import type {
  EnhancedImageScanFinding,
  ImageScanFinding,
  ImageScanFindings,
  ScanStatus,
} from '@aws-sdk/client-ecr';
import type { FindingSeverity, SeverityCounts } from '../../shared/domain/severity.ts';
import type { Repository, StoredImage } from './ecr-repository.ts';

/** A vulnerability in one package, in the words of neither engine. */
export interface ScanFinding {
  /** `CVE-2026-12345` */
  readonly id: string;
  readonly severity: FindingSeverity;
  readonly packageName: string;
  readonly packageVersion?: string;
  /** The version that mends it. Basic scanning does not tell. */
  readonly fixedIn?: string;
}

export interface ImageScan {
  readonly engine: 'basic' | 'enhanced';
  readonly status: ScanStatus;
  readonly description: string | undefined;
  readonly completedAt: Date;
  /** In the order in which they are answered. */
  readonly findings: readonly ScanFinding[];
}

/** The statuses that come with findings. All others answer with the status alone. */
export function hasFindings({ status }: Pick<ImageScan, 'status'>): boolean {
  return status === 'COMPLETE' || status === 'ACTIVE';
}

/** A scan in a status that comes without findings. */
export function unavailableScan(engine: ImageScan['engine'], status: ScanStatus, now: Date): ImageScan {
  return { engine, status, description: usualDescription(status), findings: [], completedAt: now };
}

/** ECR's usual words for a status. Absent for those that no source shows. */
export function usualDescription(status: ScanStatus): string | undefined {
  const descriptions: Partial<Record<ScanStatus, string>> = {
    ACTIVE: 'Continuous scan is selected for image.',
    COMPLETE: 'The scan was completed successfully.',
    FAILED: 'UnsupportedImageError: The operating system and/or package manager are not supported.',
  };
  return descriptions[status];
}

/** A severity without findings is absent. */
export function countBySeverity(findings: readonly ScanFinding[]): SeverityCounts {
  const counts: Partial<Record<FindingSeverity, number>> = {};
  for (const { severity } of findings) counts[severity] = (counts[severity] ?? 0) + 1;
  return counts;
}

/** Some of a completed scan's findings, with what ECR says of all of them. */
export function describeFindings(
  repository: Repository,
  image: StoredImage,
  scan: ImageScan,
  page: readonly ScanFinding[],
): ImageScanFindings {
  return {
    imageScanCompletedAt: scan.completedAt,
    vulnerabilitySourceUpdatedAt: new Date(scan.completedAt.getTime() - 3 * 3_600_000),
    findingSeverityCounts: { ...countBySeverity(scan.findings) },
    ...(scan.engine === 'basic'
      ? { findings: page.map(basicFinding) }
      : { enhancedFindings: page.map((finding) => enhancedFinding(repository, image, scan, finding)) }),
  };
}

/** @throws RangeError for UNTRIAGED, which only enhanced scanning says */
export function basicSeverity({ id, severity }: ScanFinding): Exclude<FindingSeverity, 'UNTRIAGED'> {
  if (severity === 'UNTRIAGED')
    throw new RangeError(`${id} is UNTRIAGED: basic scanning knows no such severity`);
  return severity;
}

function basicFinding(finding: ScanFinding): ImageScanFinding {
  const { id, packageName, packageVersion } = finding;
  return {
    name: id,
    description: `A vulnerability in ${packageName}.`,
    uri: trackerUrl(id),
    severity: basicSeverity(finding),
    attributes: [
      { key: 'package_version', value: packageVersion ?? unknownVersion },
      { key: 'package_name', value: packageName },
    ],
  };
}

/** Amazon Inspector's shape, as ECR passes it on. */
export function enhancedFinding(
  { name, arn, region, registryId }: Repository,
  { digest, tags, pushedAt }: StoredImage,
  { completedAt }: Pick<ImageScan, 'completedAt'>,
  { id, severity, packageName, packageVersion, fixedIn }: ScanFinding,
): EnhancedImageScanFinding {
  const score = scores[severity];
  return {
    awsAccountId: registryId,
    description: `A vulnerability in ${packageName}.`,
    findingArn: `arn:aws:inspector2:${region}:${registryId}:finding/${hash(digest, id, packageName)}`,
    firstObservedAt: completedAt,
    lastObservedAt: completedAt,
    updatedAt: completedAt,
    packageVulnerabilityDetails: {
      cvss: [],
      referenceUrls: [trackerUrl(id)],
      relatedVulnerabilities: [],
      source: 'DEBIAN_CVE',
      sourceUrl: trackerUrl(id),
      vendorSeverity: severity === 'UNTRIAGED' ? 'not yet assigned' : severity.toLowerCase(),
      vulnerabilityId: id,
      vulnerablePackages: [
        {
          arch: 'AMD64',
          epoch: 0,
          name: packageName,
          packageManager: 'OS',
          version: packageVersion ?? unknownVersion,
          fixedInVersion: fixedIn ?? 'NotAvailable',
        },
      ],
    },
    remediation: { recommendation: { text: 'None Provided' } },
    resources: [
      {
        details: {
          awsEcrContainerImage: {
            architecture: 'amd64',
            imageHash: digest,
            imageTags: [...tags],
            platform: 'DEBIAN_12',
            pushedAt,
            registry: registryId,
            repositoryName: name,
          },
        },
        id: `${arn}/${digest}`,
        tags: {},
        type: 'AWS_ECR_CONTAINER_IMAGE',
      },
    ],
    score,
    ...(score === 0
      ? {}
      : { scoreDetails: { cvss: { adjustments: [], score, scoreSource: 'NVD', version: '3.1' } } }),
    severity,
    status: 'ACTIVE',
    title: `${id} - ${packageName}`,
    type: 'PACKAGE_VULNERABILITY',
    fixAvailable: fixedIn === undefined ? 'NO' : 'YES',
    exploitAvailable: 'NO',
  };
}

/** A CVSS score that fits the severity; 0 where there is no rating. */
const scores: Readonly<Record<FindingSeverity, number>> = {
  CRITICAL: 9.8,
  HIGH: 7.5,
  MEDIUM: 5.5,
  LOW: 3.1,
  INFORMATIONAL: 0,
  UNDEFINED: 0,
  UNTRIAGED: 0,
};

const unknownVersion = '1.0.0-1';

function trackerUrl(id: string): string {
  return `https://security-tracker.debian.org/tracker/${id}`;
}

function hash(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);
}
