import { isGood, worseVerdict } from '../domain/verdict.ts';
import type { Announcement, Look, VerdictRecord } from '../domain/verdict-record.ts';
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
  | {
      readonly do: 'write';
      readonly record: VerdictRecord;
      /** Why the record says something else than the look; absent when it says the same. */
      readonly reason?: string;
    };

/**
 * What an observation makes of the record.
 *
 * Events arrive late, twice and out of order, and two of them may be worked on at once. So the record keeps two looks,
 * the newest that judged the image and the newest that could not, and its verdict is made of the two: whatever the
 * order in which looks come, the same set of them ends in the same verdict.
 * 1. Of two looks that judged, the one at the newer scan counts; at the same scan, or where one of them saw an image of
 *    the index without a scan, the newer look.
 * 2. A look that could not judge counts when it is newer than the one that did,
 * 3. but not while a scan is awaited or a re-scan under way: what the last scan led to stands until it ends, also when
 *    that was nothing,
 * 4. and never against a `block`: that is lifted only by a completed scan.
 */
export function decideRecord(previous: VerdictRecord | undefined, observation: Observation): RecordDecision {
  const look = lookOf(observation);
  if (previous === undefined) return { do: 'write', record: recordOf(observation, look, {}, undefined) };

  const before = looksOf(previous);
  if (look.verdict !== 'unknown') {
    const older = before.judged && whyOlder(look, before.judged);
    if (older !== undefined) return { do: 'keep', record: previous, reason: older };
  } else {
    const { judged, blind } = before;
    if (look.pending && blind?.pending === false) {
      return {
        do: 'keep',
        record: previous,
        reason: `a scan is under way, after one of which: ${blind.reason}`,
      };
    }
    const newest = blind && (look.pending || !blind.pending) ? blind : judged;
    if (newest && newest.observedAt > look.observedAt) {
      return { do: 'keep', record: previous, reason: `a later look, of ${newest.observedAt}, is recorded` };
    }
    if (before.judged && isAwaitedRescan(before.judged, observation)) {
      return {
        do: 'keep',
        record: previous,
        reason: 'a re-scan is under way: the last verdict stands until it ends',
      };
    }
  }
  const looks = look.verdict === 'unknown' ? { ...before, blind: look } : { ...before, judged: look };
  const { shown, hidden } = choose(looks, look);
  const record = recordOf(observation, shown, hidden, previous);
  if (shown === look) return { do: 'write', record };
  return {
    do: 'write',
    record,
    reason:
      look.verdict === 'unknown'
        ? `the block stands, for it cannot be judged anew: ${look.reason}`
        : `a later look, of ${shown.observedAt}, could not judge it: ${shown.reason}`,
  };
}

/**
 * True when people have not been told what the record says, or may have been told something else since. A scan that is
 * awaited is not told. Nor is an image without a tag, which is a part of an index, or a leftover that nobody can ask
 * for by name, unless it takes back what was told of it while it had one.
 */
export function needsAnnouncing(record: VerdictRecord): boolean {
  const { verdict, environment, announced, announcing = [], pending, tags } = record;
  if (pending) return false;
  if (tags.length === 0) {
    const told = previouslyTold(record);
    return told !== undefined && !isQuiet(told.verdict) && isQuiet(verdict);
  }
  const isThis = (told: Announcement | undefined): boolean =>
    told?.verdict === verdict && told.environment === environment;
  return !isThis(announced) || !announcing.every(isThis);
}

/**
 * What people may have been told before: the strictest of what was announced and of announcements that were begun and
 * whose end is not known.
 */
export function previouslyTold({ announced, announcing = [] }: VerdictRecord): Announcement | undefined {
  const [first, ...others] = announced === undefined ? announcing : [announced, ...announcing];
  return others.reduce(
    (strictest, told) =>
      strictest && worseVerdict(strictest.verdict, told.verdict) === strictest.verdict ? strictest : told,
    first,
  );
}

function isQuiet(verdict: Announcement['verdict']): boolean {
  return verdict === 'pass' || verdict === 'monitor';
}

interface Looks {
  readonly judged?: Look | undefined;
  readonly blind?: Look | undefined;
}

function looksOf(record: VerdictRecord): Looks {
  return record.verdict === 'unknown'
    ? { judged: record.otherLook, blind: record }
    : { judged: record, blind: record.otherLook };
}

function choose(
  { judged, blind }: Looks,
  look: Look,
): { readonly shown: Look; readonly hidden: { otherLook?: Look } } {
  if (judged === undefined || blind === undefined) return { shown: look, hidden: {} };
  if (judged.observedAt >= blind.observedAt || blind.pending) return { shown: judged, hidden: {} };
  return judged.verdict === 'block'
    ? { shown: judged, hidden: { otherLook: pickLook(blind) } }
    : { shown: blind, hidden: { otherLook: pickLook(judged) } };
}

/** Undefined when the look is as new as the one that is known, or newer. */
function whyOlder(look: Look, known: Look): string | undefined {
  if (known.scannedAt && look.scannedAt && known.scannedAt !== look.scannedAt) {
    return known.scannedAt > look.scannedAt ? `a newer scan, of ${known.scannedAt}, is recorded` : undefined;
  }
  return known.observedAt > look.observedAt ? `a later look, of ${known.observedAt}, is recorded` : undefined;
}

/** Milliseconds since the last look that told something, after which a re-scan is no longer waited for. */
const longestRescanMs = 48 * 60 * 60 * 1000;

/**
 * True while an image that has been scanned before is scanned anew, and nothing else is found out about it. Old images
 * are scanned again every day, long after their first scan was due.
 */
function isAwaitedRescan(judged: Look, { image, judgement, observedAt }: Observation): boolean {
  if (judgement.pending) return true;
  const isUnderWay = image.parts.some(
    ({ scan }) => scan.status === 'IN_PROGRESS' || scan.status === 'PENDING',
  );
  return isUnderWay && Date.parse(observedAt) - Date.parse(judged.observedAt) < longestRescanMs;
}

function lookOf({ image, judgement, observedAt }: Observation): Look {
  const scannedAt = newestScan(image);
  return { ...judgement, tags: image.tags, observedAt, ...(scannedAt !== undefined && { scannedAt }) };
}

function pickLook(look: Look): Look {
  const { verdict, environment, reason, pending, missingPlatforms, counts, worst, waived, tags, observedAt } =
    look;
  return {
    verdict,
    environment,
    reason,
    pending,
    missingPlatforms,
    counts,
    worst,
    waived,
    tags,
    observedAt,
    ...(look.endedWaivers && { endedWaivers: look.endedWaivers }),
    ...(look.scannedAt !== undefined && { scannedAt: look.scannedAt }),
  };
}

function recordOf(
  { digest, region, image, judgement, observedAt }: Observation,
  shown: Look,
  hidden: { readonly otherLook?: Look },
  previous: VerdictRecord | undefined,
): VerdictRecord {
  const isSame = previous?.verdict === shown.verdict && previous.environment === shown.environment;
  const scannedAt = shown.scannedAt ?? hidden.otherLook?.scannedAt ?? previous?.scannedAt;
  const good = isGood(judgement.verdict) ? { verdict: judgement.verdict, at: observedAt } : undefined;
  const lastGood =
    good && !(previous?.lastGood && previous.lastGood.at > good.at) ? good : previous?.lastGood;
  return {
    digest,
    region,
    repository: image.repository,
    kind: image.kind,
    parts: partsOf(image, previous),
    pushedAt: image.pushedAt.toISOString(),
    ...pickLook(shown),
    since: isSame ? previous.since : shown.observedAt,
    version: previous?.version ?? 0,
    ...(scannedAt !== undefined && { scannedAt }),
    ...hidden,
    ...(previous?.announced && { announced: previous.announced }),
    ...(previous?.announcing && { announcing: previous.announcing }),
    ...(lastGood && { lastGood }),
  };
}

/** A digest leads to the same images for ever, but an index that is archived cannot be read. */
function partsOf({ kind, parts }: ImageSeen, previous: VerdictRecord | undefined): readonly string[] {
  if (kind === 'image') return [];
  return parts.length > 0 ? parts.map(({ digest }) => digest) : (previous?.parts ?? []);
}

/**
 * Undefined where an image of the index has no completed scan: what is found in the others does not get older by a scan
 * that was lost.
 */
function newestScan({ parts }: ImageSeen): string | undefined {
  const scans = parts.map(({ scan }) => scan.scannedAt);
  return scans.includes(undefined) ? undefined : scans.toSorted().at(-1);
}
