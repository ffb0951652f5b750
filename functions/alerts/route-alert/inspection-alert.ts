import type { Alert } from '../../../shared/domain/alert.ts';
import { copyGap } from '../../../shared/domain/image-gap.ts';
import type { ImageInspected } from '../../../shared/events/ops-events.ts';
import { gapFingerprint } from './gap-alert.ts';
import type { AlertDecision } from './image-alert.ts';
import { linkToImage, nameOfImage } from './image-reference.ts';
import type { RoutePolicy } from './route.ts';

/**
 * The alert in an inspection of a pushed image: it fires while something is wrong and resolves when it was mended. It is
 * as loud as an image that needs a review: a person has to look at it, and nothing is broken yet.
 */
export function decideInspectionAlert(event: ImageInspected, policy: RoutePolicy): AlertDecision {
  const { outcome, environment, facts, subject } = event;
  const isWrong = outcome === 'wrong';
  return {
    alert: {
      fingerprint: fingerprintOf(event),
      state: isWrong ? 'firing' : 'resolved',
      condition: isWrong ? 'wrong' : 'mended',
      severity: policy.environments[environment]?.verdictAlerts.review ?? 'warning',
      environment,
      occurredAt: event.occurredAt,
      title: titleOf(event),
      meaning: isWrong ? facts.findings.map(sayFinding).join('\n') : `${capitalized(event.reason)}.`,
      action: [...new Set(facts.findings.map(({ action }) => action))].join('\n'),
      facts: factsOf(event),
      links: [linkToImage(subject, facts)],
      subject,
      region: facts.region,
    },
  };
}

/** A replica that does not arrive is found by the sweep too, and is one condition for both. */
function fingerprintOf({ facts: { about, name, repository, digest, region } }: ImageInspected): string {
  return about === 'replica'
    ? gapFingerprint(region, copyGap(name, repository, digest))
    : `image-inspection/${repository}@${digest}/${about}/${name}`;
}

function titleOf({ outcome, facts }: ImageInspected): string {
  const isWrong = outcome === 'wrong';
  switch (facts.about) {
    case 'image':
      return `Pushed image is ${isWrong ? 'not as it should be' : 'as it should be'}: ${nameOfImage(facts)}`;
    case 'tag':
      return `Image tag is ${isWrong ? 'not as agreed' : 'in order now'}: ${facts.name}`;
    case 'replica':
      return `Image ${isWrong ? 'did not reach' : 'reached'} ${facts.name}: ${nameOfImage(facts)}`;
    default:
      return facts.about satisfies never;
  }
}

function sayFinding({ problem, given }: ImageInspected['facts']['findings'][number]): string {
  return `${capitalized(problem)} (${given}).`;
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function factsOf({ environment, facts }: ImageInspected): Alert['facts'] {
  return [
    { name: 'Environment', value: environment },
    { name: 'Repository', value: `${facts.repository} (${facts.region})` },
    { name: 'Digest', value: facts.digest },
    { name: 'Tags', value: facts.tags.slice(0, 5).join('\n') },
  ].filter(({ value }) => value !== '');
}
