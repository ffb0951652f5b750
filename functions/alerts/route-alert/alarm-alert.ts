import type { Alert } from '../../../shared/domain/alert.ts';
import type { AlarmStateChange } from '../../../shared/events/cloudwatch-alarm.ts';
import type { AlertDecision } from './image-alert.ts';
import { decideAlarmClass, type RoutePolicy } from './route.ts';

/**
 * The alert in an alarm's change of state.
 *
 * ALARM fires and OK resolves. INSUFFICIENT_DATA means blind, not well: after ALARM the alert stays open, and after OK
 * it fires as `info`, so that somebody learns that this alarm cannot warn them now. The state in which CloudWatch
 * creates every alarm is held. One that would fire while CloudWatch suppresses or mutes the alarm's actions is held
 * too: somebody decided so.
 */
export function decideAlarmAlert(change: AlarmStateChange, policy: RoutePolicy): AlertDecision {
  if (change.initial) return { held: 'the alarm has just been created' };
  const hushedBy = change.actionsSuppressedBy ?? change.mutedBy;
  if (hushedBy !== undefined && change.state !== 'OK') {
    return { held: `CloudWatch holds the alarm's actions back (${hushedBy})` };
  }
  const blind = change.state === 'INSUFFICIENT_DATA';
  if (blind && change.previousState === 'ALARM') {
    return { held: 'the alarm lost its data while it was firing, so the alert stays open' };
  }
  const { severity, environment } = decideAlarmClass(change.name, policy);
  return {
    alert: {
      fingerprint: `cloudwatch-alarm/${change.arn ?? change.name}`,
      state: change.state === 'OK' ? 'resolved' : 'firing',
      condition: change.state,
      severity: blind ? 'info' : severity,
      environment,
      occurredAt: change.at,
      title: `${titles[change.state]}: ${change.name}`,
      meaning: change.description || change.reason,
      action: blind ? 'Find out why its metric has no data: this alarm cannot warn anybody now.' : '',
      facts: factsOf(change),
      links: linksOf(change, policy),
      subject: change.arn ?? change.name,
      region: change.region || 'Region not told',
    },
  };
}

const titles = {
  ALARM: 'Alarm',
  OK: 'Back to normal',
  INSUFFICIENT_DATA: 'Alarm without data',
} as const satisfies Record<AlarmStateChange['state'], string>;

function factsOf(change: AlarmStateChange): Alert['facts'] {
  return [
    { name: 'Reason', value: change.description === '' ? '' : change.reason },
    {
      name: 'State',
      value: change.previousState ? `${change.previousState} → ${change.state}` : change.state,
    },
    { name: 'Watches', value: sayWatch(change.watch) },
  ].filter(({ value }) => value !== '');
}

function sayWatch(watch: AlarmStateChange['watch']): string {
  if (watch === undefined) return '';
  if (watch.kind === 'alarms') return watch.rule;
  const metrics = watch.metrics.map(({ namespace, name, dimensions }) =>
    [`${namespace} ${name}`, ...dimensions.map((dimension) => `${dimension.name}=${dimension.value}`)].join(
      ' ',
    ),
  );
  return [...metrics, ...watch.expressions].join('\n');
}

/** Our own alarms have a section each in the runbook, under their name. */
function linksOf({ name, region }: AlarmStateChange, policy: RoutePolicy): Alert['links'] {
  const anchor = encodeURIComponent(name);
  const runbook = { label: 'Runbook', url: `${policy.alerts.runbookUrl}#${anchor}` };
  const console = {
    label: 'Alarm in CloudWatch',
    url: `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#alarmsV2:alarm/${anchor}`,
  };
  return [...(name.startsWith('aeon-ops-') ? [runbook] : []), ...(region === '' ? [] : [console])];
}
