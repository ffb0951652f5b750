import type { PrimaryFenced } from '../../../shared/events/primary-fenced.ts';
import type { AlertDecision } from './image-alert.ts';

/** The alert in a primary Region that is no longer the writer. It stands until people have failed back. */
export function decideFencedAlert(event: PrimaryFenced): AlertDecision {
  const { outcome, reason, facts } = event;
  return {
    alert: {
      fingerprint: `primary-fenced/${facts.region}/${facts.epoch}`,
      state: 'firing',
      condition: outcome,
      severity: 'critical',
      environment: event.environment,
      occurredAt: event.occurredAt,
      title:
        outcome === 'fenced'
          ? `Database is fenced off: ${facts.region}`
          : `Database would be fenced off: ${facts.region}`,
      meaning: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`,
      action:
        outcome === 'fenced'
          ? 'Let nobody in again before the failback. What was removed is in the journal of fence-primary, in the ops bucket.'
          : 'Keep everybody from the old database yourself: what it still takes is lost.',
      facts: [
        { name: 'Epoch', value: String(facts.epoch) },
        { name: 'Rules', value: String(facts.rules) },
      ],
      links: [],
      subject: event.subject,
      region: facts.region,
    },
  };
}
