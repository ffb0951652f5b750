import type { Finding } from './finding.ts';
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
  readonly kind: 'image' | 'index';
  readonly verdict: Verdict;
  readonly environment: string;
  readonly reason: string;
  /** True while a scan is awaited and the verdict is `unknown` for that alone. */
  readonly pending: boolean;
  /** Empty for what is only a part of an index. Nobody is told of it on its own. */
  readonly tags: readonly string[];
  /** The images that an index leads to, by digest. */
  readonly parts: readonly string[];
  readonly missingPlatforms: readonly string[];
  /** When the newest completed scan known of was completed. ISO 8601, UTC. */
  readonly scannedAt?: string;
  /** ISO 8601, UTC. */
  readonly pushedAt: string;
  /** When ECR was asked. ISO 8601, UTC. */
  readonly observedAt: string;
  readonly counts: SeverityCounts;
  readonly worst: readonly Finding[];
  readonly waived: readonly { readonly id: string; readonly owner: string; readonly expires: string }[];
  /** What was last published about this copy. Absent: nothing yet. */
  readonly announced?: { readonly verdict: Verdict; readonly environment: string };
  /** Counts the writes; each write states the version that it replaces. 0: not written yet. */
  readonly version: number;
}
