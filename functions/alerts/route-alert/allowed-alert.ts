import type { Alert } from '../../../shared/domain/alert.ts';
import type { ImageAllowed } from '../../../shared/events/ops-events.ts';
import type { AlertDecision } from './image-alert.ts';

/**
 * The alert in break-glass, critical in whatever environment: what was found in the image can run now. Each allowance
 * is a conversation of its own, and none resolves: nothing happens at its end but that the image may not run again.
 */
export function decideAllowedAlert(event: ImageAllowed): AlertDecision {
  const { environment, facts } = event;
  return {
    alert: {
      fingerprint: `image-allowed/${facts.digest}/${environment}/${facts.until}`,
      state: 'firing',
      condition: 'allowed',
      severity: 'critical',
      environment,
      occurredAt: event.occurredAt,
      title: `Image allowed by hand in ${environment}: ${facts.image}`,
      meaning: `It may run there until ${facts.until}, whatever its verdict is or becomes. ${facts.by} gave this reason: ${event.reason}`,
      action:
        'Make sure that it is meant so. Mend the image before the time is over: from then on it may not start any more.',
      facts: factsOf(event),
      links: [],
      subject: event.subject,
      region: facts.region,
    },
  };
}

function factsOf({ environment, facts }: ImageAllowed): Alert['facts'] {
  return [
    { name: 'Environment', value: environment },
    { name: 'Digest', value: facts.digest },
    { name: 'By', value: facts.by },
    { name: 'Until', value: facts.until },
  ];
}
