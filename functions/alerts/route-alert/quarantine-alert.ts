import type { Alert, AlertSeverity } from '../../../shared/domain/alert.ts';
import type { ProtectionKind, QuarantineOutcome } from '../../../shared/domain/quarantine.ts';
import type { ImageQuarantine } from '../../../shared/events/image-quarantine.ts';
import type { AlertDecision } from './image-alert.ts';
import { linkToImage, nameOfImage } from './image-reference.ts';
import type { RoutePolicy } from './route.ts';

/**
 * The alert in what was done, or not done, about a blocked image. It is one conversation for each copy: from the first
 * thing that is told of it until it is released or gone.
 *
 * A copy that has to be replaced by people is as loud as the block itself, and once its time is over it is critical,
 * anew each day. What the automation has done, or would do, is for information. What would be told of a replica is held
 * while the same is told of another copy. Of an image without tags, which nobody can ask for by name, only
 * what needs people is told.
 */
export function decideQuarantineAlert(event: ImageQuarantine, policy: RoutePolicy): AlertDecision {
  const { outcome, environment, facts, subject } = event;
  const isOver = outcome === 'released' || outcome === 'gone';
  const severity = severityOf(event, policy);
  if (!isOver && severity === 'info' && facts.tags.length === 0) {
    return { held: 'it has no tag, and needs nobody' };
  }
  const { primary } = policy.regions;
  const told = facts.copies.find((copy) => copy.outcome === outcome);
  if (!isOver && facts.region !== primary && told !== undefined) {
    return { held: `the same is told of the copy in ${told.region}` };
  }
  return {
    alert: {
      fingerprint: `image-quarantine/${facts.region}/${facts.repository}@${facts.digest}`,
      state: isOver ? 'resolved' : 'firing',
      condition: conditionOf(event),
      severity,
      environment,
      occurredAt: event.occurredAt,
      title: `${titleOf(event)}: ${nameOfImage(facts)}`,
      meaning: meaningOf(event),
      action: actionOf(event),
      facts: factsOf(event),
      links: [linkToImage(subject, facts)],
      subject,
      region: facts.region,
    },
  };
}

function severityOf({ outcome, environment }: ImageQuarantine, policy: RoutePolicy): AlertSeverity {
  const { block, review } = policy.environments[environment]?.verdictAlerts ?? fallback;
  switch (outcome) {
    case 'overdue':
      return 'critical';
    case 'held':
    case 'failed':
      return block;
    case 'suspended':
    case 'reasserted':
    case 'reprieved':
      return review;
    case 'quarantined':
    case 'observed':
    case 'released':
    case 'gone':
      return 'info';
    default:
      return outcome satisfies never;
  }
}

const fallback = { block: 'critical', review: 'warning' } as const;

/** What has the same outcome for another reason, or once more, is told again. */
function conditionOf({ outcome, facts }: ImageQuarantine): string {
  switch (outcome) {
    case 'held':
      return `held, ${facts.heldBy ?? 'protected'}`;
    case 'overdue':
      return `overdue, day ${facts.daysOverdue ?? 1}`;
    case 'reasserted':
      return `reasserted, ${facts.undone}`;
    case 'reprieved':
      return `reprieved until ${facts.until ?? 'further notice'}`;
    default:
      return outcome;
  }
}

const heldTitles: Readonly<Record<ProtectionKind, string>> = {
  'in-use': 'Blocked image is in use',
  'last-good': 'Blocked image is one of the last good releases',
  needed: 'Blocked image is part of one that is not blocked',
  'unknown-use': 'Blocked image may be in use',
  unlisted: 'Blocked image may be one of the last good releases',
  unproven: 'Blocked image is not quarantined, for its scans are gone',
};

const titles: Readonly<Record<Exclude<QuarantineOutcome, 'held'>, string>> = {
  quarantined: 'Image quarantined',
  reasserted: 'Image quarantined again',
  overdue: 'Blocked image is overdue',
  observed: 'Image would be quarantined',
  suspended: 'Blocked image is not quarantined',
  failed: 'Quarantine failed',
  reprieved: 'Blocked image released by hand',
  released: 'Image released from quarantine',
  gone: 'Blocked image is gone',
};

function titleOf({ outcome, facts }: ImageQuarantine): string {
  return outcome === 'held' ? heldTitles[facts.heldBy ?? 'in-use'] : titles[outcome];
}

function meaningOf({ outcome, reason, facts }: ImageQuarantine): string {
  const why = `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
  const block = `It is blocked: ${facts.blockReason}.`;
  switch (outcome) {
    case 'quarantined':
      return `${why} It cannot be pulled in ${facts.region} any more; what runs there goes on.`;
    case 'reasserted':
      return `A push or a replication had brought it back. ${why}`;
    case 'held':
      return `${block} It was not archived: ${reason}. It has to be replaced by ${facts.fixBy}.`;
    case 'overdue':
      return `${block} It had to be replaced by ${facts.fixBy}, ${sayDays(facts.daysOverdue ?? 1)} ago: ${reason}.`;
    case 'observed':
    case 'suspended':
    case 'failed':
      return `${block} ${why}`;
    case 'reprieved':
      return `${block} It can be pulled until ${facts.until}, as ${facts.by} wants it. ${why}`;
    case 'released':
      return `${why} What was archived can be pulled again within twenty minutes.`;
    case 'gone':
      return why;
    default:
      return outcome satisfies never;
  }
}

function sayDays(days: number): string {
  return days === 1 ? 'less than a day' : `more than ${days - 1} ${days === 2 ? 'day' : 'days'}`;
}

const replace =
  'Deploy a release that has the findings mended. As soon as nothing uses this one any more it is archived by itself.';

function actionOf({ outcome, facts }: ImageQuarantine): string {
  switch (outcome) {
    case 'held':
    case 'overdue':
      if (facts.heldBy === 'unproven') {
        return 'Replace it, or have it scanned anew: push it again where its time for enhanced scanning is over. As soon as a scan shows the block it is archived.';
      }
      return facts.heldBy === 'unknown-use' || facts.heldBy === 'unlisted'
        ? 'Mend what could not be asked. As soon as all can be, it is archived, or you are told who uses it.'
        : replace;
    case 'quarantined':
      return 'Build and deploy one with the findings mended. Where this one has to run all the same, see ops image release.';
    case 'reasserted':
      return 'Find out who pushes it: what is pushed again under the same digest is archived again. Build it anew.';
    case 'failed':
      return 'Read the log of quarantine-image in this Region and mend what ECR says. It is tried again every quarter of an hour.';
    case 'suspended':
      return 'Do not deploy it. It is archived when the pause or the interlock is over.';
    case 'reprieved':
      return 'Make sure that it is meant so, and replace it before the time is over: from then on it is archived again.';
    case 'observed':
    case 'released':
    case 'gone':
      return '';
    default:
      return outcome satisfies never;
  }
}

function factsOf({ environment, outcome, facts }: ImageQuarantine): Alert['facts'] {
  const isHeld = outcome === 'held' || outcome === 'overdue';
  return [
    { name: 'Environment', value: environment },
    { name: 'Repository', value: `${facts.repository} (${facts.region})` },
    { name: 'Digest', value: facts.digest },
    { name: 'Severity', value: facts.severity },
    { name: 'Blocked since', value: facts.blockedSince },
    { name: 'Fix by', value: isHeld ? facts.fixBy : '' },
  ].filter(({ value }) => value !== '');
}
