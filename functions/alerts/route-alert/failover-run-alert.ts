import type { Alert, AlertSeverity } from '../../../shared/domain/alert.ts';
import type { FailoverRun } from '../../../shared/events/failover-run.ts';
import type { AlertDecision } from './image-alert.ts';
import type { RoutePolicy } from './route.ts';

/**
 * The alert in how far a run has come. A run is one conversation, which each step says something in, and which ends
 * with the run. One that stopped stands until somebody has looked after it: nothing resolves it.
 */
export function decideRunAlert(event: FailoverRun, policy: RoutePolicy): AlertDecision {
  const { outcome, environment, reason, facts, subject } = event;
  const words = runs[outcome];
  return {
    alert: {
      fingerprint: `failover-run/${facts.run}`,
      state: outcome === 'ended' ? 'resolved' : 'firing',
      // The identity says which of several: a second one of a step is told as well.
      condition: event.identity.slice(facts.run.length + 1),
      severity: words.severity,
      environment,
      occurredAt: event.occurredAt,
      title: `${words.title}: ${facts.run}`,
      meaning: sentence(reason),
      action: facts.byHand ?? words.action,
      facts: factsOf(event),
      links: [{ label: 'By hand', url: policy.alerts.runbookUrl.replace(/runbook\.md$/, 'failover.md') }],
      subject,
      region: facts.region,
    },
  };
}

interface Words {
  readonly severity: AlertSeverity;
  readonly title: string;
  readonly action: string;
}

const runs: Readonly<Record<FailoverRun['outcome'], Words>> = {
  'under-way': { severity: 'critical', title: 'Failover is under way', action: '' },
  behind: { severity: 'critical', title: 'Failover is behind its time', action: '' },
  hurt: { severity: 'critical', title: 'Failover is not as it should be', action: '' },
  asks: { severity: 'critical', title: 'Failover needs two people to choose', action: '' },
  ended: { severity: 'critical', title: 'Failover has ended', action: '' },
  stopped: { severity: 'critical', title: 'Failover has stopped: go on by hand', action: 'Go on by hand.' },
};

function factsOf({ facts }: FailoverRun): Alert['facts'] {
  return [
    { name: 'Step', value: facts.step },
    { name: 'Started', value: `${facts.startedAt} by ${facts.startedBy}` },
    { name: 'Not as it should be', value: facts.shortfalls.join('\n') },
    { name: 'Evidence', value: facts.evidence?.replace('arn:aws:s3:::', 's3://') ?? '' },
  ].filter(({ value }) => value !== '');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
