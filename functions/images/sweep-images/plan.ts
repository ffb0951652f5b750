import type { ListedImage } from '../../../shared/aws/image-registry.ts';
import type { Manifest } from '../../../shared/domain/manifest.ts';
import type { VerdictRecord } from '../../../shared/domain/verdict-record.ts';
import { needsAnnouncing } from '../../../shared/judging/record.ts';
import { endOf } from '../../../shared/judging/waivers.ts';
import { type Families, familiesOf } from './families.ts';

/** What is known of a repository before anything is judged. */
export interface Known {
  /** All that can be pulled. */
  readonly images: readonly ListedImage[];
  /** The manifests of the indexes among them. */
  readonly manifests: ReadonlyMap<string, Manifest>;
  /** Indexes whose manifest ECR could not give. */
  readonly unread: ReadonlySet<string>;
  /** What is recorded of these copies, by digest. */
  readonly records: ReadonlyMap<string, VerdictRecord>;
}

export interface PlanRules {
  readonly scanning: 'basic' | 'enhanced';
  /** When the sweep first saw the present policy. ISO 8601, UTC. Absent: it was never another. */
  readonly policySince?: string;
}

/** What is to be done with one image, and why. */
export interface Step {
  readonly image: ListedImage;
  readonly do: 'judge' | 'nothing';
  /** A phrase for people, from a small set. */
  readonly why: string;
}

export interface Plan {
  /** Every image once. Families stay together; the one with the most urgent image to judge comes first. */
  readonly groups: readonly (readonly Step[])[];
  /** How many images there are for each reason. */
  readonly tally: ReadonlyMap<string, number>;
  readonly families: Families;
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Which images of a repository are to be judged again.
 *
 * Those that were never judged come first, then those that were looked at longest ago, so that a sweep that has to stop
 * leaves the freshest. The order of the pages in which ECR lists images makes no difference.
 */
export function decidePlan(known: Known, rules: PlanRules, now: Date): Plan {
  const families = familiesOf(known.images, known.manifests);
  const groups = families.groups
    .map((group) => group.map((image) => decideStep(image, known, families, rules, now)))
    .map((steps) => ({ steps, urgency: urgencyOf(steps, known) }))
    .sort((one, other) => Number(one.urgency > other.urgency) - Number(one.urgency < other.urgency))
    .map(({ steps }) => steps);
  const tally = new Map<string, number>();
  for (const { why } of groups.flat()) tally.set(why, (tally.get(why) ?? 0) + 1);
  return { groups, tally, families };
}

function decideStep(
  image: ListedImage,
  { unread, records }: Known,
  { attestations, named }: Families,
  rules: PlanRules,
  now: Date,
): Step {
  const nothing = (why: string): Step => ({ image, do: 'nothing', why });
  if (image.kind === 'artifact' || attestations.has(image.digest)) {
    return nothing('no image: nothing scans it');
  }
  if (unread.has(image.digest)) return nothing('its manifest could not be read');
  const record = records.get(image.digest);
  if (record === undefined) return { image, do: 'judge', why: 'never judged' };
  const stale = whyStale(image, record, rules, named.has(image.digest), now);
  return stale === undefined ? nothing('fresh') : { image, do: 'judge', why: stale };
}

/** Undefined for a record that still says what a judgement would find. */
export function whyStale(
  image: ListedImage,
  record: VerdictRecord,
  { scanning, policySince }: PlanRules,
  isNamed: boolean,
  now: Date,
): string | undefined {
  const isOld = (time: string): boolean => now.getTime() - Date.parse(time) >= dayMs;
  if (record.pending) return 'its scan was awaited';
  if (!isSame(image.tags, record.tags)) return 'its tags have changed';
  if (needsAnnouncing(record)) return 'its verdict was not told';
  if (policySince !== undefined && lookedAt(record) < policySince) return 'the policy has changed';
  if (record.waived.some((waived) => endOf(waived) <= now.getTime())) return 'a waiver has ended';
  if (isOld(lookedAt(record))) return 'looked at a day ago';
  const isScannedDaily = scanning === 'basic' && isNamed && image.kind === 'image';
  const toldNothing = record.verdict === 'unknown' || record.otherLook !== undefined;
  if (!isScannedDaily || toldNothing || record.scannedAt === undefined) return undefined;
  return isOld(record.scannedAt) ? 'scanned a day ago' : undefined;
}

/** A block stands although a later look could not judge the image: both looks are recorded. */
function lookedAt({ observedAt, otherLook }: VerdictRecord): string {
  return otherLook !== undefined && otherLook.observedAt > observedAt ? otherLook.observedAt : observedAt;
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && new Set([...some, ...others]).size === some.length;
}

/** Sorts groups as texts: when the image that waits longest was last looked at, then its push, then its digest. */
function urgencyOf(steps: readonly Step[], { records }: Known): string {
  const [first = '~'] = steps
    .filter((step) => step.do === 'judge')
    .map(({ image: { digest, pushedAt } }) => {
      const record = records.get(digest);
      return [record === undefined ? '' : lookedAt(record), pushedAt.toISOString(), digest].join(' ');
    })
    .sort();
  return first;
}
