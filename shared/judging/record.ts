import type { VerdictRecord } from '../domain/verdict-record.ts';
import type { ImageSeen, Judgement } from './verdict.ts';

/** One look at one copy of an image, and what was judged by it. */
export interface Observation {
  readonly digest: string;
  readonly region: string;
  readonly image: ImageSeen;
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
  const { judgement } = observation;
  if (previous === undefined) return { do: 'write', record: recordOf(observation, undefined) };

  if (previous.observedAt > observation.observedAt) {
    return { do: 'keep', record: previous, reason: `a later look, of ${previous.observedAt}, is recorded` };
  }
  const scannedAt = newestScan(observation.image);
  if (previous.scannedAt && scannedAt && previous.scannedAt > scannedAt) {
    return { do: 'keep', record: previous, reason: `a newer scan, of ${previous.scannedAt}, is recorded` };
  }
  if (judgement.pending && !previous.pending && previous.scannedAt) {
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

/**
 * True when people have not been told what the record says. A scan that is awaited is not told, nor is an image
 * without a tag: it is a part of an index, or a leftover that nobody can ask for by name.
 */
export function needsAnnouncing({ verdict, environment, announced, pending, tags }: VerdictRecord): boolean {
  if (pending || tags.length === 0) return false;
  return announced?.verdict !== verdict || announced.environment !== environment;
}

function recordOf(
  { digest, region, image, judgement, observedAt }: Observation,
  previous: VerdictRecord | undefined,
): VerdictRecord {
  const scannedAt = newestScan(image) ?? previous?.scannedAt;
  return {
    digest,
    region,
    repository: image.repository,
    kind: image.kind,
    tags: image.tags,
    parts: image.kind === 'index' ? image.parts.map((part) => part.digest) : [],
    pushedAt: image.pushedAt.toISOString(),
    ...judgement,
    observedAt,
    version: previous?.version ?? 0,
    ...(scannedAt !== undefined && { scannedAt }),
    ...(previous?.announced && { announced: previous.announced }),
  };
}

function newestScan({ parts }: ImageSeen): string | undefined {
  return parts
    .flatMap(({ scan }) => scan.scannedAt ?? [])
    .sort()
    .at(-1);
}
