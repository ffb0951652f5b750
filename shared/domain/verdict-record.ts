import type { Finding, ScanStatus } from './finding.ts';
import type { SeverityCounts } from './severity.ts';
import type { Verdict } from './verdict.ts';

/**
 * What is known of one copy of an image: one repository in one Region.
 *
 * Copies of a digest hold the same bytes, but they are tagged, scanned and archived each on their own, so each has a
 * record of its own. Where one answer is wanted for the digest, the worst record counts.
 */
export interface VerdictRecord {
  readonly digest: string;
  readonly region: string;
  readonly repository: string;
  readonly verdict: Verdict;
  readonly environment: string;
  readonly reason: string;
  readonly tags: readonly string[];
  readonly scanStatus: ScanStatus;
  readonly engine: 'basic' | 'enhanced' | 'none';
  /** When the newest completed scan known of was completed. ISO 8601, UTC. */
  readonly scannedAt?: string;
  /** When ECR was asked. ISO 8601, UTC. */
  readonly observedAt: string;
  readonly counts: SeverityCounts;
  readonly worst: readonly Finding[];
  /** What was last published about this copy. Absent: nothing yet. */
  readonly announced?: { readonly verdict: Verdict; readonly environment: string };
  /** Counts the writes; each write states the version that it replaces. 0: not written yet. */
  readonly version: number;
}
