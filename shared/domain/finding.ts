import type { FindingSeverity, SeverityCounts } from './severity.ts';

/** One vulnerability in one package of an image, whichever engine found it. */
export interface Finding {
  /** The vulnerability's id, such as `CVE-2026-12345`. */
  readonly id: string;
  readonly severity: FindingSeverity;
  /** Absent where the engine names none. */
  readonly package?: string;
  /** The version in which the package is mended. Absent: none is known. */
  readonly fixedIn?: string;
}

/**
 * How far a scan has come, in ECR's own words, and `NEVER_SCANNED` for an image ECR knows no scan of.
 *
 * COMPLETE is the good end of basic scanning and ACTIVE the steady state of enhanced scanning. An image in any other
 * state has not been looked at, or not lately.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanStatus.html
 */
export const scanStatuses = [
  'COMPLETE',
  'ACTIVE',
  'IN_PROGRESS',
  'PENDING',
  'FAILED',
  'UNSUPPORTED_IMAGE',
  'SCAN_ELIGIBILITY_EXPIRED',
  'FINDINGS_UNAVAILABLE',
  'LIMIT_EXCEEDED',
  'IMAGE_ARCHIVED',
  'NEVER_SCANNED',
] as const;

export type ScanStatus = (typeof scanStatuses)[number];

/** What ECR says about the scan of one image, read just now. */
export interface ImageScan {
  readonly status: ScanStatus;
  /** ECR's own explanation of the status; often empty. */
  readonly statusReason: string;
  readonly engine: 'basic' | 'enhanced' | 'none';
  /** When the scan that these findings come from was completed. ISO 8601, UTC. Absent: no completed scan. */
  readonly scannedAt?: string;
  /** Absent: ECR gave no findings at all, which is not the same as an empty list. */
  readonly findings?: readonly Finding[];
  /** The engine's own totals. A severity without findings is absent. */
  readonly counts: SeverityCounts;
}
