import type { ImageScan } from '../../../shared/domain/finding.ts';
import type { VerdictRecord } from '../../../shared/domain/verdict-record.ts';
import type { Judgement } from './verdict.ts';

/** One look at one copy of an image, and what was judged by it. */
export interface Observation {
  readonly digest: string;
  readonly region: string;
  readonly repository: string;
  readonly tags: readonly string[];
  readonly scan: ImageScan;
  readonly judgement: Judgement;
  /** When ECR was asked. ISO 8601, UTC. */
  readonly observedAt: string;
}

export type RecordDecision =
  /** The record stays as it is. */
  | { readonly do: 'keep'; readonly record: VerdictRecord; readonly reason: string }
  | { readonly do: 'write'; readonly record: VerdictRecord };

/**
 * What an observation makes of the record.
 *
 * Events arrive late, twice and out of order, and two of them may be worked on at once, so:
 * 1. an older look never replaces a newer one, nor an older scan a newer one;
 * 2. while a re-scan is under way the last verdict stands;
 * 3. a `block` is lifted only by a completed scan, never because the image can no longer be judged;
 * 4. else the observation becomes the record. What was announced is carried over.
 */
export function decideRecord(previous: VerdictRecord | undefined, observation: Observation): RecordDecision {
  const { judgement, scan } = observation;
  if (previous === undefined) return { do: 'write', record: recordOf(observation, undefined) };

  if (previous.observedAt > observation.observedAt) {
    return { do: 'keep', record: previous, reason: `a later look, of ${previous.observedAt}, is recorded` };
  }
  if (previous.scannedAt && scan.scannedAt && previous.scannedAt > scan.scannedAt) {
    return { do: 'keep', record: previous, reason: `a newer scan, of ${previous.scannedAt}, is recorded` };
  }
  if (judgement.pending && previous.scannedAt) {
    return {
      do: 'keep',
      record: previous,
      reason: 'a re-scan is under way: the last verdict stands until it ends',
    };
  }
  if (judgement.verdict === 'unknown' && previous.verdict === 'block') {
    return {
      do: 'keep',
      record: previous,
      reason: `the block stands, for it cannot be judged anew: ${judgement.reason}`,
    };
  }
  return { do: 'write', record: recordOf(observation, previous) };
}

/** True when people have not been told what the record says. A scan that is still under way is not told. */
export function needsAnnouncing({ verdict, environment, announced, scanStatus }: VerdictRecord): boolean {
  if (scanStatus === 'PENDING' || scanStatus === 'IN_PROGRESS') return false;
  return announced?.verdict !== verdict || announced.environment !== environment;
}

function recordOf(observation: Observation, previous: VerdictRecord | undefined): VerdictRecord {
  const { digest, region, repository, tags, scan, judgement, observedAt } = observation;
  const scannedAt = scan.scannedAt ?? previous?.scannedAt;
  return {
    digest,
    region,
    repository,
    tags,
    verdict: judgement.verdict,
    environment: judgement.environment,
    reason: judgement.reason,
    scanStatus: scan.status,
    engine: scan.engine,
    observedAt,
    counts: judgement.counts,
    worst: judgement.worst,
    version: previous?.version ?? 0,
    ...(scannedAt !== undefined && { scannedAt }),
    ...(previous?.announced && { announced: previous.announced }),
  };
}
