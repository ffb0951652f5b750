import type { Alert, AlertSeverity } from '../../../shared/domain/alert.ts';
import { matchesPattern } from '../../../shared/domain/name-pattern.ts';
import type { PolicySlice } from '../../../shared/policy/slice.ts';
import type { contract } from './contract.ts';

export type RoutePolicy = PolicySlice<(typeof contract.policy)[number]>;

/**
 * The sinks that an alert goes to.
 *
 * A firing alert takes the first route that matches its severity and environment. A resolve goes to every sink there
 * is: each sink tells it only where it told the firing, so that a conversation that was begun under another severity
 * or another policy is ended too.
 */
export function decideSinks(alert: Alert, policy: RoutePolicy): readonly string[] {
  const { routes } = policy.alerts;
  if (alert.state === 'resolved') return [...new Set(routes.flatMap(({ sinks }) => sinks))];
  const route = routes.find(
    ({ severities, environments }) =>
      (severities === undefined || severities.includes(alert.severity)) &&
      (environments === undefined || environments.includes(alert.environment)),
  );
  return route?.sinks ?? [];
}

/** How loud an alarm is, and where it belongs, by the first rule that matches its name. */
export function decideAlarmClass(
  alarmName: string,
  policy: RoutePolicy,
): { readonly severity: AlertSeverity; readonly environment: string } {
  const rule = policy.alerts.alarms.find(({ name }) => matchesPattern(name, alarmName));
  if (rule === undefined) throw new RangeError(`no rule of alerts.alarms matches '${alarmName}'`);
  return rule;
}
