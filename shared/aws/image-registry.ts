import {
  type DescribeImageScanFindingsCommandOutput,
  DescribeImagesCommand,
  type ECRClient,
  type EnhancedImageScanFinding,
  type ImageDetail,
  ImageNotFoundException,
  type ImageScanFinding,
  paginateDescribeImageScanFindings,
  paginateDescribeImages,
  RepositoryNotFoundException,
  ScanNotFoundException,
} from '@aws-sdk/client-ecr';
import { type Finding, type ImageScan, type ScanStatus, scanStatuses } from '../domain/finding.ts';
import { imageConfigMediaTypes, isIndexMediaType, isManifestMediaType } from '../domain/manifest.ts';
import { type FindingSeverity, isFindingSeverity, type SeverityCounts } from '../domain/severity.ts';

export interface ImageId {
  readonly repository: string;
  readonly digest: string;
}

export interface ImageDescription {
  /** `artifact`: something that is no image, such as a signature, an SBOM or a chart. Nothing scans it. */
  readonly kind: 'image' | 'index' | 'artifact';
  /** Empty for an image without tags, such as a part of an index. */
  readonly tags: readonly string[];
  readonly pushedAt: Date;
  /** The media type of a manifest that is none of those that can be read (`manifestMediaTypes`). */
  readonly foreignMediaType?: string;
}

export interface ListedImage extends ImageDescription {
  readonly digest: string;
}

/** What we need of Amazon ECR to know one image. */
export interface ImageRegistry {
  /** Undefined when the image or its repository is gone. Archived images are described too. */
  readonly describe: (image: ImageId) => Promise<ImageDescription | undefined>;
  /**
   * Every page of the findings. An image that was never scanned has the status `NEVER_SCANNED`, and one that is not
   * there `FINDINGS_UNAVAILABLE`.
   */
  readonly scanOf: (image: ImageId) => Promise<ImageScan>;
}

/** What we need of Amazon ECR to know all images. */
export interface ImageListing {
  /**
   * Every image of a repository that can be pulled: archived ones are not listed. A page of ECR has a thousand.
   *
   * @param status ACTIVATING: those that are being restored, instead
   * @returns undefined when there is no such repository
   */
  readonly list: (
    repository: string,
    status?: 'ACTIVE' | 'ACTIVATING',
  ) => Promise<readonly ListedImage[] | undefined>;
}

export function imageListing(ecr: ECRClient): ImageListing {
  return {
    async list(repository, imageStatus = 'ACTIVE') {
      const listed: ListedImage[] = [];
      const input = { repositoryName: repository, filter: { imageStatus } };
      try {
        for await (const page of paginateDescribeImages({ client: ecr, pageSize: 1000 }, input)) {
          for (const detail of page.imageDetails ?? []) {
            if (detail.imageDigest === undefined) continue;
            listed.push({ digest: detail.imageDigest, ...describeDetail(detail) });
          }
        }
        return listed;
      } catch (error) {
        if (error instanceof RepositoryNotFoundException) return undefined;
        throw error;
      }
    },
  };
}

/**
 * Scan results are read by DescribeImageScanFindings and never from DescribeImages, whose scan status and summary the
 * present basic scanning leaves empty.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html
 */
export function imageRegistry(ecr: ECRClient): ImageRegistry {
  return {
    async describe({ repository, digest }) {
      try {
        const { imageDetails = [] } = await ecr.send(
          new DescribeImagesCommand({
            repositoryName: repository,
            imageIds: [{ imageDigest: digest }],
            filter: { imageStatus: 'ANY' },
          }),
        );
        const [detail] = imageDetails;
        return detail && describeDetail(detail);
      } catch (error) {
        if (error instanceof ImageNotFoundException || error instanceof RepositoryNotFoundException)
          return undefined;
        throw error;
      }
    },

    async scanOf({ repository, digest }) {
      try {
        const pages: DescribeImageScanFindingsCommandOutput[] = [];
        const input = { repositoryName: repository, imageId: { imageDigest: digest } };
        for await (const page of paginateDescribeImageScanFindings({ client: ecr, pageSize: 1000 }, input)) {
          pages.push(page);
        }
        return scanFrom(pages);
      } catch (error) {
        if (error instanceof ScanNotFoundException) {
          return { status: 'NEVER_SCANNED', statusReason: '', engine: 'none', counts: {} };
        }
        if (error instanceof ImageNotFoundException || error instanceof RepositoryNotFoundException) {
          const statusReason = 'the registry does not have the image';
          return { status: 'FINDINGS_UNAVAILABLE', statusReason, engine: 'none', counts: {} };
        }
        throw error;
      }
    },
  };
}

export function describeDetail(detail: ImageDetail): ImageDescription {
  const { imageManifestMediaType: mediaType } = detail;
  const isForeign = mediaType !== undefined && !isManifestMediaType(mediaType);
  return {
    kind: kindOf(detail),
    tags: detail.imageTags ?? [],
    pushedAt: detail.imagePushedAt ?? new Date(0),
    ...(isForeign && { foreignMediaType: mediaType }),
  };
}

/**
 * ECR tells the media type of a manifest's config as `artifactMediaType`: that of an image's config means an image.
 * What refers to another image (`subjectManifestDigest`) describes it, and is none itself.
 */
export function kindOf(detail: ImageDetail): ImageDescription['kind'] {
  const { imageManifestMediaType, artifactMediaType, subjectManifestDigest } = detail;
  if (subjectManifestDigest !== undefined) return 'artifact';
  if (isIndexMediaType(imageManifestMediaType)) return 'index';
  return artifactMediaType === undefined || imageConfigMediaTypes.includes(artifactMediaType)
    ? 'image'
    : 'artifact';
}

/** An answer with neither a list of findings nor the totals of a completed scan tells nothing, and `findings` is absent. */
function scanFrom(pages: readonly DescribeImageScanFindingsCommandOutput[]): ImageScan {
  const first = pages[0];
  const results = pages.flatMap((page) => page.imageScanFindings ?? []);
  const basic = results.flatMap((result) => result.findings ?? []);
  const enhanced = results.flatMap((result) => result.enhancedFindings ?? []);
  const scannedAt = results.find((result) => result.imageScanCompletedAt)?.imageScanCompletedAt;
  const tellsFindings = results.some(
    (result) =>
      result.findings ||
      result.enhancedFindings ||
      (result.imageScanCompletedAt && result.findingSeverityCounts),
  );
  const isEnhanced = first?.imageScanStatus?.status === 'ACTIVE' || enhanced.length > 0;
  return {
    status: statusFrom(first?.imageScanStatus?.status),
    statusReason: first?.imageScanStatus?.description ?? '',
    engine: isEnhanced ? 'enhanced' : 'basic',
    counts: countsFrom(results[0]?.findingSeverityCounts ?? {}, basic.length + enhanced.length),
    ...(scannedAt && { scannedAt: scannedAt.toISOString() }),
    ...(tellsFindings && {
      findings: [...basic.map(fromBasic), ...enhanced.filter(isOpen).map(fromEnhanced)],
    }),
  };
}

/** A status that ECR has added since this was written tells nothing about the image. */
function statusFrom(status: string | undefined): ScanStatus {
  return scanStatuses.find((known) => known === status) ?? 'FINDINGS_UNAVAILABLE';
}

/**
 * The engine's totals. What they count beyond the severities that are known, and beyond what is listed, nobody has
 * rated for us: it counts as UNDEFINED. Enhanced scanning adds a TOTAL, which also counts what it does not list by
 * severity.
 */
function countsFrom(given: Readonly<Record<string, number>>, listed: number): SeverityCounts {
  const known = Object.entries(given).filter(([severity, count]) => isFindingSeverity(severity) && count > 0);
  const sum = (counts: readonly (readonly [string, number])[]): number =>
    counts.reduce((total, [, count]) => total + count, 0);
  const all = Math.max(given.TOTAL ?? 0, sum(Object.entries(given).filter(([name]) => name !== 'TOTAL')));
  const unrated = Math.max(0, all - Math.max(sum(known), listed));
  const counts: SeverityCounts = Object.fromEntries(known);
  return unrated === 0 ? counts : { ...counts, UNDEFINED: (counts.UNDEFINED ?? 0) + unrated };
}

function fromBasic(finding: ImageScanFinding): Finding {
  const attribute = (key: string): string | undefined =>
    finding.attributes?.find((candidate) => candidate.key === key)?.value;
  const packageName = attribute('package_name');
  return {
    id: finding.name ?? 'unnamed finding',
    severity: severityFrom(finding.severity),
    ...(packageName && { package: packageName }),
  };
}

function fromEnhanced(finding: EnhancedImageScanFinding): Finding {
  const details = finding.packageVulnerabilityDetails;
  const vulnerable = details?.vulnerablePackages?.[0];
  const fixedIn = vulnerable?.fixedInVersion;
  return {
    id: details?.vulnerabilityId ?? finding.title ?? 'unnamed finding',
    severity: severityFrom(finding.severity),
    ...(vulnerable?.name && { package: vulnerable.name }),
    ...(fixedIn && fixedIn !== 'NotAvailable' && { fixedIn }),
  };
}

/**
 * A suppressed finding still counts: the place for exceptions is the policy, where each has an owner and an end.
 * Only CLOSED ones are left out.
 */
function isOpen({ status }: EnhancedImageScanFinding): boolean {
  return status !== 'CLOSED';
}

/** A severity that neither engine documents is one that nobody has rated. */
function severityFrom(severity: string | undefined): FindingSeverity {
  return severity !== undefined && isFindingSeverity(severity) ? severity : 'UNDEFINED';
}
