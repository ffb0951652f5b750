import type { Finding } from './finding.ts';
import type { SeverityCounts } from './severity.ts';
import type { GoodVerdict, Verdict } from './verdict.ts';
import type { EndedWaiver, Waived } from './waived.ts';

/** What one look at an image found, and what it made of it. */
export interface Look {
  readonly verdict: Verdict;
  readonly environment: string;
  readonly reason: string;
  /** True while a scan is awaited and the verdict is `unknown` for that alone. */
  readonly pending: boolean;
  readonly missingPlatforms: readonly string[];
  readonly counts: SeverityCounts;
  readonly worst: readonly Finding[];
  readonly waived: readonly Waived[];
  /** Absent: no finding has a waiver that ended. */
  readonly endedWaivers?: readonly EndedWaiver[];
  /** Empty for what is only a part of an index. Nobody is told of it on its own. */
  readonly tags: readonly string[];
  /** When the newest completed scan known of was completed. ISO 8601, UTC. */
  readonly scannedAt?: string;
  /** When ECR was asked. ISO 8601, UTC. */
  readonly observedAt: string;
}

export interface Announcement {
  readonly verdict: Verdict;
  readonly environment: string;
}

/**
 * What is known of one copy of an image: one repository in one Region.
 *
 * Copies of a digest hold the same bytes, but they are tagged, scanned and archived each on their own, so each has a
 * record of its own. Where one answer is wanted for the digest, the worst record counts.
 */
export interface VerdictRecord extends Look {
  readonly digest: string;
  readonly region: string;
  readonly repository: string;
  readonly kind: 'image' | 'index';
  /** The images that an index leads to, by digest. */
  readonly parts: readonly string[];
  /** ISO 8601, UTC. */
  readonly pushedAt: string;
  /** Since when this is the verdict for this environment. ISO 8601, UTC. */
  readonly since: string;
  /**
   * The newest look of the other kind, where it still counts: one that could not judge a blocked image, or the last
   * one that judged an image which is unknown now.
   */
  readonly otherLook?: Look;
  /** What was last published about this copy. Absent: nothing yet. */
  readonly announced?: Announcement;
  /** What was to be published since then; a crash may have come before or after. */
  readonly announcing?: readonly Announcement[];
  /** The last verdict that kept nobody from running the image, and when it was given. Absent: there was none. */
  readonly lastGood?: { readonly verdict: GoodVerdict; readonly at: string };
  /** Counts the writes; each write states the version that it replaces. 0: not written yet. */
  readonly version: number;
}
