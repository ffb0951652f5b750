import type { Alert } from '../../../shared/domain/alert.ts';
import type { Finding } from '../../../shared/domain/finding.ts';
import { findingSeverities } from '../../../shared/domain/severity.ts';
import type { Verdict } from '../../../shared/domain/verdict.ts';
import type { ImageJudged } from '../../../shared/events/ops-events.ts';
import { linkToImage, nameOfImage } from './image-reference.ts';
import type { RoutePolicy } from './route.ts';

/** An alert, or why there is none. */
export type AlertDecision = { readonly alert: Alert } | { readonly held: string };

/**
 * The alert in a verdict.
 *
 * `block`, `unknown` and `review` need people and fire; `monitor` and `pass` resolve what fired before for the same
 * image. A first verdict that needs nobody is held. So is a verdict on a replica that would fire when the same was
 * announced of the copy in the primary Region. A resolve is never held here, and while another copy still needs
 * people it says so instead of giving the all-clear.
 */
export function decideImageAlert(event: ImageJudged, policy: RoutePolicy): AlertDecision {
  const { outcome, environment, facts } = event;
  const { primary } = policy.regions;
  const fires = isLoud(outcome);

  /** What people hear of now: this verdict, or the one that it takes back. */
  const told = fires ? { verdict: outcome, environment } : facts.previous;
  if (told === undefined || !isLoud(told.verdict)) {
    return { held: `the verdict ${outcome} needs nobody, and nothing was told of this image before` };
  }
  const primaryTells = facts.copies.some(
    ({ region, repository, announced }) =>
      region === primary &&
      repository === facts.repository &&
      announced?.verdict === outcome &&
      announced.environment === environment,
  );
  if (fires && facts.region !== primary && primaryTells) {
    return { held: `the copy in ${primary} has the same verdict and is told from there` };
  }
  return {
    alert: {
      fingerprint: `image-verdict/${facts.region}/${facts.repository}@${facts.digest}`,
      state: fires ? 'firing' : 'resolved',
      condition: outcome,
      severity: policy.environments[told.environment]?.verdictAlerts[told.verdict] ?? 'warning',
      environment: told.environment,
      occurredAt: event.occurredAt,
      title: titleOf(event),
      meaning: meaningOf(event),
      action: actions[outcome],
      facts: factsOf(event),
      links: [linkToImage(event.subject, facts)],
      subject: event.subject,
      region: facts.region,
    },
  };
}

function isLoud(verdict: Verdict): verdict is 'block' | 'unknown' | 'review' {
  return verdict === 'block' || verdict === 'unknown' || verdict === 'review';
}

function titleOf({ outcome, facts }: ImageJudged): string {
  const still = isLoud(outcome) ? [] : copiesInNeed(facts);
  if (still.length === 0) return `${titles[outcome]}: ${nameOfImage(facts)}`;
  return `Mended in ${facts.region} only, still ${still.join(', ')}: ${nameOfImage(facts)}`;
}

/** Copies in other Regions that may not be deployed yet: `block in us-west-2`. */
function copiesInNeed(facts: ImageJudged['facts']): readonly string[] {
  return facts.copies.flatMap(({ region, repository, verdict }) =>
    repository === facts.repository && isLoud(verdict) ? [`${verdict} in ${region}`] : [],
  );
}

const titles = {
  block: 'Image must not be deployed',
  unknown: 'Image could not be judged',
  review: 'Image needs a review',
  monitor: 'Image may be deployed again',
  pass: 'Image may be deployed again',
} as const satisfies Record<Verdict, string>;

function meaningOf({ outcome, reason, facts }: ImageJudged): string {
  const why = `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
  const ended = isLoud(outcome) ? sayEndedWaivers(facts.endedWaivers ?? []) : [];
  const idle = facts.standing.may === 'tell' && facts.standing.reason;
  const standing = outcome === 'block' && idle ? [`Nothing was done to stop it: ${idle}.`] : [];
  return [why, ...ended, ...standing].join(' ');
}

const waiversSaid = 3;

/** Whoever relied on a waiver learns that it is over. */
function sayEndedWaivers(ended: NonNullable<ImageJudged['facts']['endedWaivers']>): readonly string[] {
  const texts = ended.map(({ id, owner, expires, state }) =>
    state === 'expired'
      ? `The waiver of ${id} (${owner}) ended on ${expires}.`
      : `The waiver of ${id} (${owner}) lapsed: a fix is known.`,
  );
  const distinct = [...new Set(texts)];
  const more = distinct.length - waiversSaid;
  return [...distinct.slice(0, waiversSaid), ...(more > 0 ? [`So did ${more} more.`] : [])];
}

const actions = {
  block: 'Rebuild it with the packages mended, and deploy the new image. Do not deploy this one.',
  unknown: 'Find out why it was not scanned. Until it is, nobody knows whether it is safe.',
  review: 'Look at the findings and decide whether it may be deployed.',
  monitor: '',
  pass: '',
} as const satisfies Record<Verdict, string>;

function factsOf({ environment, facts }: ImageJudged): Alert['facts'] {
  const counts = findingSeverities.flatMap((severity) => {
    const count = facts.counts[severity];
    return count ? `${count} ${severity}` : [];
  });
  const copies = facts.copies.map(({ region, repository, verdict }) =>
    repository === facts.repository ? `${region}: ${verdict}` : `${region} ${repository}: ${verdict}`,
  );
  return [
    { name: 'Environment', value: environment },
    { name: 'Repository', value: `${facts.repository} (${facts.region})` },
    { name: 'Digest', value: facts.digest },
    { name: 'Findings', value: counts.join(', ') || 'none' },
    { name: 'Worst', value: facts.worst.slice(0, 5).map(sayFinding).join('\n') },
    { name: 'Other copies', value: copies.join(', ') },
  ].filter(({ value }) => value !== '');
}

function sayFinding(
  finding: Pick<Finding, 'id' | 'severity'> & { package?: string | undefined; fixedIn?: string | undefined },
): string {
  const where = finding.package ? ` in ${finding.package}` : '';
  const fix = finding.fixedIn ? `, mended in ${finding.fixedIn}` : '';
  return `${finding.id} ${finding.severity}${where}${fix}`;
}
