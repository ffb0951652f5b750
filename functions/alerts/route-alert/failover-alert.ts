import type { Alert, AlertSeverity } from '../../../shared/domain/alert.ts';
import type { FailoverCondition } from '../../../shared/events/failover-condition.ts';
import type { ConditionName } from '../../../shared/failover/condition.ts';
import type { AlertDecision } from './image-alert.ts';
import type { RoutePolicy } from './route.ts';

/**
 * The alert in what the watch over the primary Region found. It fires when that is found and when it takes another name,
 * and resolves when it is over: one conversation for the Region, and one for each who looks at it.
 */
export function decideFailoverAlert(event: FailoverCondition, policy: RoutePolicy): AlertDecision {
  const { outcome, environment, reason, facts, subject } = event;
  const isOpen = outcome === 'open';
  const words = conditions[facts.name];
  return {
    alert: {
      fingerprint: `failover/${facts.watchedIn}/${facts.about}`,
      state: isOpen ? 'firing' : 'resolved',
      condition: facts.name,
      severity: words.severity,
      environment,
      occurredAt: event.occurredAt,
      title: `${isOpen ? '' : 'Over: '}${words.title}: ${facts.region}`,
      meaning: sentence(reason),
      action: isOpen ? words.action : '',
      facts: factsOf(event),
      links: [{ label: 'Runbook', url: `${policy.alerts.runbookUrl}#what-probe-endpoint-tells` }],
      subject,
      region: facts.watchedIn,
    },
  };
}

interface Words {
  readonly severity: AlertSeverity;
  readonly title: string;
  readonly action: string;
}

const conditions: Readonly<Record<ConditionName, Words>> = {
  suspect: {
    severity: 'critical',
    title: 'May be down',
    action:
      'Be at hand: within minutes it is over, confirmed, or you are asked. The nodes of the standby are raised meanwhile, unless the failover only observes.',
  },
  outage: {
    severity: 'critical',
    title: 'Is down, and the failover starts',
    action: 'Follow the run. Do not repair anything in the Region that would make it take writes again.',
  },
  ask: {
    severity: 'critical',
    title: 'Is down; shall the platform fail over?',
    action:
      'Decide. First see whether a deployment or a change of ours brought it down: then undo that instead. Each line of what speaks against it says why it did not start by itself.',
  },
  blind: {
    severity: 'critical',
    title: 'Nobody sees whether it is up',
    action:
      'See yourself whether the platform answers. Until two of the three voices see something no failover starts, and nobody is asked: decide by hand if it is down.',
  },
  'voice-blind': {
    severity: 'warning',
    title: 'One of three voices is blind',
    action:
      'A failover now takes both of the others. Read its log, and see whether it runs: see the runbook for each voice.',
  },
  'clock-ahead': {
    severity: 'warning',
    title: 'A clock of a voice is ahead',
    action: 'Its votes count late. Nothing can be done about a clock of AWS Lambda but to report it to AWS.',
  },
  'start-failed': {
    severity: 'critical',
    title: 'The failover could not be started',
    action: 'It is tried again every ten seconds. If it stays so, fail over by hand: see the runbook.',
  },
  'prepare-failed': {
    severity: 'critical',
    title: "The standby's nodes could not be set",
    action:
      'It is tried again every ten seconds. If it stays so, set the minimum of the node groups that the policy names by hand.',
  },
};

function factsOf({ facts }: FailoverCondition): Alert['facts'] {
  const { about, since, refusals, run = '' } = facts;
  return [
    { name: 'About', value: about },
    { name: 'Since', value: since },
    { name: 'Run', value: run },
    { name: 'Speaks against it', value: refusals.join('; ') },
  ].filter(({ value }) => value !== '');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
