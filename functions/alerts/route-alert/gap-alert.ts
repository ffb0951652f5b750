import type { Alert, AlertSeverity } from '../../../shared/domain/alert.ts';
import type { GapKind } from '../../../shared/domain/image-gap.ts';
import type { ImageGap } from '../../../shared/events/ops-events.ts';
import type { AlertDecision } from './image-alert.ts';
import { linkToImage, nameOfImage } from './image-reference.ts';
import type { RoutePolicy } from './route.ts';

/**
 * The alert in what a sweep of the images found and that is no verdict. It fires when the gap opens, resolves when it
 * closes, and is one conversation for as long as the gap keeps its name, whatever becomes of its kind.
 */
export function decideGapAlert(event: ImageGap, policy: RoutePolicy): AlertDecision {
  const { outcome, environment, reason, facts, subject } = event;
  const isOpen = outcome === 'open';
  return {
    alert: {
      fingerprint: gapFingerprint(facts.region, facts.gap),
      state: isOpen ? 'firing' : 'resolved',
      condition: facts.kind,
      severity: severityOf(facts.kind, environment, policy),
      environment,
      occurredAt: event.occurredAt,
      title: (isOpen ? titles : closedTitles)[facts.kind](nameOf(event), facts.copyRegion ?? ''),
      meaning: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`,
      action: isOpen ? actions[facts.kind] : '',
      facts: factsOf(event),
      links: linksOf(event),
      subject,
      region: facts.region,
    },
  };
}

/** One condition for everybody who tells of the gap. */
export function gapFingerprint(region: string, gap: string): string {
  return `image-gap/${region}/${gap}`;
}

/**
 * Where nobody knows what is true of images it is as loud as an image that could not be judged, and what a person has to
 * look at is as loud as an image that needs a review.
 */
function severityOf(kind: GapKind, environment: string, policy: RoutePolicy): AlertSeverity {
  const { unknown, review } = policy.environments[environment]?.verdictAlerts ?? fallback;
  switch (kind) {
    case 'unswept':
    case 'scans-not-started':
    case 'workloads-unknown':
      return unknown;
    case 'copy-missing':
    case 'copy-late':
    case 'copy-failed':
    case 'waiver-expired':
    case 'waiver-lapsed':
      return review;
    case 'waiver-expiring':
    case 'waiver-unused':
      return 'info';
    default:
      return kind satisfies never;
  }
}

const fallback = { unknown: 'warning', review: 'warning' } as const;

const titles: Readonly<Record<GapKind, (what: string, region: string) => string>> = {
  'copy-missing': (what, region) => `No copy in ${region}: ${what}`,
  'copy-late': (what, region) => `Copy in ${region} is late: ${what}`,
  'copy-failed': (what, region) => `Copy to ${region} failed: ${what}`,
  unswept: (what) => `Images could not be looked at: ${what}`,
  'scans-not-started': (what) => `Scans could not be repeated: ${what}`,
  'waiver-expiring': (what) => `Ends soon: ${what}`,
  'waiver-expired': (what) => `Has ended: ${what}`,
  'waiver-lapsed': (what) => `Has lapsed: ${what}`,
  'waiver-unused': (what) => `Matches nothing: ${what}`,
  'workloads-unknown': (what) => `Nobody knows what uses images: ${what}`,
};

const noLongerMissing = (what: string, region: string): string => `No longer missing in ${region}: ${what}`;
const settled = (what: string): string => `Settled: ${what}`;

const closedTitles: typeof titles = {
  'copy-missing': noLongerMissing,
  'copy-late': noLongerMissing,
  'copy-failed': noLongerMissing,
  unswept: (what) => `Images are looked at again: ${what}`,
  'scans-not-started': (what) => `Scans are repeated again: ${what}`,
  'waiver-expiring': settled,
  'waiver-expired': settled,
  'waiver-lapsed': settled,
  'waiver-unused': settled,
  'workloads-unknown': (what) => `What uses images is known again: ${what}`,
};

const missing =
  'A failover to that Region would run without it. Look at the replication rules of the registry; ECR replicates nothing that was pushed before there was a rule, until it is pushed again.';

const actions = {
  'copy-missing': missing,
  'copy-late':
    'Wait for ECR, which mostly takes less than half an hour. If it stays so, push the image again.',
  'copy-failed': missing,
  unswept:
    'Read the log of sweep-images in this Region. What no event told of stays unknown until it is mended.',
  'scans-not-started':
    'Read the log of sweep-images in this Region, and see whether the registry scans as the policy says (images.registry.scanning).',
  'waiver-expiring': 'Mend the package, or decide anew and move the date in waivers.ts.',
  'waiver-expired': 'Its findings count again. Remove it from waivers.ts, or decide anew and move the date.',
  'waiver-lapsed': 'Rebuild the image with the fix, then remove the waiver from waivers.ts.',
  'waiver-unused': 'Remove it from waivers.ts, or correct what it names.',
  'workloads-unknown':
    'No image is archived or deleted meanwhile, and what runs there counts as running for a day at most. Mend what the reason says, then ask with npm run ops -- doctor --aws.',
} as const satisfies Record<GapKind, string>;

function nameOf({ subject, facts }: ImageGap): string {
  const { repository, digest } = facts;
  if (repository === undefined) return subject;
  return digest === undefined ? repository : nameOfImage({ ...facts, repository, digest });
}

function factsOf({ environment, facts }: ImageGap): Alert['facts'] {
  const { repository = '', region, digest = '', tags, copyRegion = '' } = facts;
  return [
    { name: 'Environment', value: environment },
    { name: 'Repository', value: repository === '' ? '' : `${repository} (${region})` },
    { name: 'Digest', value: digest },
    { name: 'Tags', value: tags.join('\n') },
    { name: 'Copy in', value: copyRegion },
    { name: 'Since', value: facts.since },
  ].filter(({ value }) => value !== '');
}

function linksOf({ subject, facts }: ImageGap): Alert['links'] {
  const { repository, digest } = facts;
  if (repository === undefined || digest === undefined) return [];
  return [linkToImage(subject, { ...facts, repository, digest })];
}
