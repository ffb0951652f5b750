import type { EvidenceTable } from '../../../shared/aws/evidence-table.ts';
import type { ImageRegistry } from '../../../shared/aws/image-registry.ts';
import type { CopyId } from '../../../shared/aws/verdict-table.ts';
import type { ImageScan } from '../../../shared/domain/finding.ts';
import type { Evidence, EvidencePart, FamilyMember } from '../../../shared/domain/quarantine.ts';
import { decideVerdict } from '../../../shared/judging/verdict.ts';
import type { Checks } from './decide.ts';
import type { QuarantinePolicy } from './policy.ts';

/** What is to be saved, and whether all of it is known. */
export interface EvidenceDecision {
  readonly evidence: Evidence;
  readonly check: Checks['evidence'];
  /** True when what is saved already says the same. */
  readonly isSaved: boolean;
}

export interface EvidenceSubject {
  readonly copy: CopyId;
  readonly kind: 'image' | 'index';
  readonly tags: readonly string[];
  readonly pushedAt: Date;
}

/**
 * The evidence of a copy: of each part the scan that ECR gives now where it tells something, else the one that was saved
 * of it earlier, for a part that was archived and pushed again has no scan for a while.
 *
 * It is complete when no scan is awaited that could still say more, and when the copy, judged by it as it will be from
 * now on, is blocked. A scan that does not end in the time that the policy gives it is not waited for.
 */
export function decideEvidence(
  subject: EvidenceSubject,
  live: readonly EvidencePart[],
  saved: Evidence | undefined,
  policy: QuarantinePolicy,
  now: Date,
): EvidenceDecision {
  const { copy, kind, tags, pushedAt } = subject;
  const { region, repository, digest } = copy;
  const savedParts = new Map(saved?.parts.map((part) => [part.digest, part]));
  const parts = live.map((part) => newer(part, savedParts.get(part.digest)));
  const evidence = { digest, region, repository, parts, savedAt: now.toISOString() };
  const isSaved =
    saved !== undefined &&
    saved.parts.length === parts.length &&
    parts.every((part) => isSame(part, savedParts.get(part.digest)));
  const decision = (check: Checks['evidence']): EvidenceDecision => ({ evidence, check, isSaved });

  const awaited = parts.find(({ scan }) => isAwaited(scan));
  const dueAt = pushedAt.getTime() + policy.images.overdueAfterMinutes.scan * 60_000;
  if (awaited !== undefined && now.getTime() < dueAt) {
    const what = awaited.platform ?? awaited.digest;
    return decision({ is: 'incomplete', reason: `the scan of ${what} is awaited, so that it can be saved` });
  }
  const { verdict, reason } = decideVerdict({ repository, kind, tags, pushedAt, parts }, policy, now);
  // A block outlasts what cannot be judged: where no scan is under way, no other judgement is to be waited for.
  if (verdict === 'unknown' && !parts.some(({ scan }) => isUnderWay(scan))) {
    return decision({ is: 'lost', reason: `nothing shows any more that it is to be blocked: ${reason}` });
  }
  if (verdict !== 'block') {
    return decision({
      is: 'incomplete',
      reason: `what ECR knows of it now makes it ${verdict} (${reason}): it is judged anew before anything is done`,
    });
  }
  return decision({ is: 'complete' });
}

/** A scan that tells nothing never takes the place of one that told something. */
function newer(live: EvidencePart, saved: EvidencePart | undefined): EvidencePart {
  if (saved === undefined || saved.scan.findings === undefined) return live;
  if (live.scan.findings === undefined) return saved;
  return (saved.scan.scannedAt ?? '') > (live.scan.scannedAt ?? '') ? saved : live;
}

function isSame(one: EvidencePart, other: EvidencePart | undefined): boolean {
  return (
    other !== undefined &&
    one.scan.status === other.scan.status &&
    one.scan.scannedAt === other.scan.scannedAt &&
    (one.scan.findings?.length ?? -1) <= (other.scan.findings?.length ?? -1) + (other.omitted ?? 0)
  );
}

function isAwaited(scan: ImageScan): boolean {
  return isUnderWay(scan) || (scan.findings === undefined && scan.status === 'NEVER_SCANNED');
}

function isUnderWay({ status, findings }: ImageScan): boolean {
  return findings === undefined && (status === 'PENDING' || status === 'IN_PROGRESS');
}

/** Saves the evidence where it says more than what is saved, and tells whether it is complete. */
export async function keepEvidence(
  subject: EvidenceSubject,
  members: readonly FamilyMember[],
  deps: {
    readonly registry: Pick<ImageRegistry, 'scanOf'>;
    readonly evidence: EvidenceTable;
    readonly policy: QuarantinePolicy;
    readonly now: () => Date;
  },
): Promise<Checks['evidence']> {
  const { repository } = subject.copy;
  const now = deps.now();
  const images = members.filter(({ kind }) => kind === 'image');
  const live = await Promise.all(
    images.map(async ({ digest, platform }) => ({
      digest,
      ...(platform !== undefined && { platform }),
      scan: await deps.registry.scanOf({ repository, digest }),
    })),
  );
  const saved = await deps.evidence.of(subject.copy);
  const { evidence, check, isSaved } = decideEvidence(subject, live, saved, deps.policy, now);
  if (check.is === 'complete' && !isSaved) await deps.evidence.save(evidence);
  return check;
}
