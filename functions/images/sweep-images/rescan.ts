import type { ImageScan } from '../../../shared/domain/finding.ts';

export interface ScanSeen {
  readonly pushedAt: Date;
  readonly scan: Pick<ImageScan, 'status' | 'scannedAt'>;
}

export interface RescanDecision {
  readonly start: boolean;
  /** A phrase for people. */
  readonly why: string;
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Whether a basic scan of an image is to be started. ECR itself scans at most once, at the push, so that what becomes
 * known later is found by scanning again: once a day, which is as often as ECR allows.
 *
 * A first scan is left to ECR until it is overdue. Nothing is started where it cannot help: a scan is under way, the
 * image is archived or of a kind that basic scanning does not support, or Amazon Inspector looks after it.
 */
export function decideRescan(
  { scan, pushedAt }: ScanSeen,
  scanOverdueMinutes: number,
  now: Date,
): RescanDecision {
  const { status, scannedAt } = scan;
  switch (status) {
    case 'COMPLETE': {
      const isRecent = scannedAt !== undefined && now.getTime() - Date.parse(scannedAt) < dayMs;
      return { start: !isRecent, why: isRecent ? 'scanned within a day' : 'scanned a day ago' };
    }
    case 'NEVER_SCANNED': {
      const isOverdue = now.getTime() - pushedAt.getTime() >= scanOverdueMinutes * 60_000;
      return { start: isOverdue, why: isOverdue ? 'never scanned' : 'the first scan is not overdue' };
    }
    case 'FAILED':
    case 'LIMIT_EXCEEDED':
    case 'FINDINGS_UNAVAILABLE':
      return { start: true, why: `the last scan told nothing (${status})` };
    case 'IN_PROGRESS':
    case 'PENDING':
      return { start: false, why: 'a scan is under way' };
    case 'ACTIVE':
    case 'SCAN_ELIGIBILITY_EXPIRED':
      return { start: false, why: 'enhanced scanning looks after it' };
    case 'UNSUPPORTED_IMAGE':
    case 'IMAGE_ARCHIVED':
      return { start: false, why: `it cannot be scanned (${status})` };
    default:
      return status satisfies never;
  }
}
