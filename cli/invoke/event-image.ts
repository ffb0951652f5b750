import { type DescribeImageScanFindingsResponse, ScanStatus } from '@aws-sdk/client-ecr';
import * as z from 'zod';
import type { ScanFinding } from '../../rehearsal/aws/ecr-scan.ts';
import type { ScanOutcome } from '../../rehearsal/aws/ecr-scanners.ts';
import { isList, isRecord, type JsonObject } from '../../rehearsal/wiring/json.ts';
import { findingSeverities, type SeverityCounts } from '../../shared/domain/severity.ts';
import {
  type EcrImageAction,
  type EcrImageScan,
  type EcrReplicationAction,
  parseEcrImageAction,
  parseEcrImageScan,
  parseEcrReplicationAction,
} from '../../shared/events/ecr.ts';
import { readHeader } from '../../shared/events/envelope.ts';
import {
  type InspectorFinding,
  type InspectorScan,
  type NotAnEcrImage,
  parseInspectorFinding,
  parseInspectorScan,
} from '../../shared/events/inspector2.ts';
import { PermanentError } from '../../shared/lambda/errors.ts';

/** What ECR is to answer about the scan of an image: an outcome to answer from, or the very answer. */
export type Scan = { readonly outcome: ScanOutcome } | { readonly answer: DescribeImageScanFindingsResponse };

/** An image as an event tells of it. */
export interface EventImage {
  readonly repository: string;
  readonly digest: string;
  readonly tags: readonly string[];
  /** Absent: it was not scanned yet. */
  readonly scan?: Scan;
}

/**
 * The images that an event is about, in the state that the event tells of: tags as in the event, and as many findings
 * of each severity as it counts. Counts name no CVE, so the findings are called `EXAMPLE-CRITICAL-1` and so on.
 *
 * None for an event about anything else, and for one that says too little to make an image of. Of messages from a
 * queue the last one about an image counts.
 */
export function imagesOf(event: JsonObject): readonly EventImage[] {
  const told = isList(event.Records) ? event.Records.map(bodyOf) : [event];
  const images = told.flatMap((one) => imageOf(one) ?? []);
  return [...new Map(images.map((image) => [`${image.repository}@${image.digest}`, image])).values()];
}

function bodyOf(record: unknown): unknown {
  try {
    return isRecord(record) ? JSON.parse(String(record.body)) : undefined;
  } catch {
    return undefined;
  }
}

function imageOf(event: unknown): EventImage | undefined {
  try {
    switch (readHeader(event).detailType) {
      case 'ECR Image Scan':
        return basicScan(parseEcrImageScan(event));
      case 'ECR Image Action':
        return pushed(parseEcrImageAction(event));
      case 'ECR Replication Action':
        return replicated(parseEcrReplicationAction(event));
      case 'Inspector2 Scan':
        return enhancedScan(parseInspectorScan(event));
      case 'Inspector2 Finding':
        return enhancedFinding(parseInspectorFinding(event), packageOf(event));
      default:
        return undefined;
    }
  } catch (error) {
    if (error instanceof PermanentError) return undefined;
    throw error;
  }
}

function pushed({ action, repository, digest, tag }: EcrImageAction): EventImage | undefined {
  return action === 'PUSH' ? { repository, digest, tags: tag === undefined ? [] : [tag] } : undefined;
}

function replicated({ result, repository, digest, tag }: EcrReplicationAction): EventImage | undefined {
  return result === 'SUCCESS' ? { repository, digest, tags: tag === undefined ? [] : [tag] } : undefined;
}

/** A status that is not ECR's counts as one of a scan that failed. */
function basicScan({ status: told, counts, ...image }: EcrImageScan): EventImage {
  const status = Object.values(ScanStatus).find((known) => known === told) ?? 'FAILED';
  const isComplete = status === 'COMPLETE';
  if (isComplete && counts === undefined) return { ...image, scan: withoutFindings(status) };
  const findings = isComplete ? examples(counts ?? {}) : [];
  return { ...image, scan: { outcome: { engine: 'basic', status, findings } } };
}

function enhancedScan(read: InspectorScan | NotAnEcrImage): EventImage | undefined {
  if (read.kind === 'not-an-ecr-image') return undefined;
  const { counts, ...image } = read;
  if (counts === undefined) return { ...image, scan: withoutFindings('ACTIVE') };
  return {
    ...image,
    scan: { outcome: { engine: 'enhanced', status: 'ACTIVE', findings: examples(counts) } },
  };
}

function enhancedFinding(
  read: InspectorFinding | NotAnEcrImage,
  vulnerable: z.infer<typeof Vulnerable>,
): EventImage | undefined {
  if (read.kind === 'not-an-ecr-image') return undefined;
  const { status, severity = 'UNDEFINED', vulnerabilityId, title, ...image } = read;
  const { name: packageName = 'unnamed', version: packageVersion, fixedInVersion: fixedIn } = vulnerable;
  const finding: ScanFinding = {
    id: vulnerabilityId ?? title ?? 'EXAMPLE-1',
    severity,
    packageName,
    ...(packageVersion !== undefined && { packageVersion }),
    ...(fixedIn !== undefined && fixedIn !== 'NotAvailable' && { fixedIn }),
  };
  const findings = status === 'CLOSED' ? [] : [finding];
  return { ...image, scan: { outcome: { engine: 'enhanced', status: 'ACTIVE', findings } } };
}

/** A scan that ended and of which nothing more is told. */
function withoutFindings(status: 'COMPLETE' | 'ACTIVE'): Scan {
  return { answer: { imageScanStatus: { status } } };
}

function examples(counts: SeverityCounts): readonly ScanFinding[] {
  return findingSeverities.flatMap((severity) =>
    Array.from({ length: counts[severity] ?? 0 }, (_, index) => ({
      id: `EXAMPLE-${severity}-${index + 1}`,
      severity,
      packageName: 'example',
    })),
  );
}

const Vulnerable = z.object({
  name: z.string().optional(),
  version: z.string().optional(),
  fixedInVersion: z.string().optional(),
});

const Package = z.object({
  detail: z.object({
    packageVulnerabilityDetails: z.object({ vulnerablePackages: z.array(Vulnerable).min(1) }),
  }),
});

function packageOf(event: unknown): z.infer<typeof Vulnerable> {
  const read = Package.safeParse(event);
  return read.data?.detail.packageVulnerabilityDetails.vulnerablePackages[0] ?? {};
}
