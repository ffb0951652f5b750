import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  decideAlarmClass,
  decideSinks,
  type RoutePolicy,
} from '../../../../functions/alerts/route-alert/route.ts';
import { type AlertSeverity, alertSeverities } from '../../../../shared/domain/alert.ts';
import { alert, policy } from '../../../builders.ts';

describe('decideSinks', () => {
  it.each<[AlertSeverity, string, readonly string[]]>([
    ['critical', 'production', ['oncall', 'mail']],
    ['critical', 'unknown', ['oncall', 'mail']],
    ['critical', 'staging', ['ops', 'mail']],
    ['critical', 'an environment that the policy no longer has', ['ops', 'mail']],
    ['warning', 'production', ['ops', 'mail']],
    ['warning', 'development', ['ops', 'mail']],
    ['info', 'production', ['ops']],
    ['info', 'unknown', ['ops']],
  ])('a firing alert takes the first route that matches: %s in %s to %j', (severity, environment, sinks) => {
    expect(decideSinks(alert({ severity, environment }), policy)).toEqual(sinks);
  });

  it('a resolve goes to every sink of any route, once', () => {
    for (const severity of alertSeverities) {
      for (const environment of ['production', 'staging', 'unknown']) {
        const resolve = alert({ state: 'resolved', severity, environment });
        expect(decideSinks(resolve, policy)).toEqual(['oncall', 'mail', 'ops']);
      }
    }
  });

  it('a resolve reaches every sink that any firing could have gone to', () => {
    const severity = fc.constantFrom(...alertSeverities);
    const environment = fc.constantFrom('production', 'staging', 'development', 'unknown');
    fc.assert(
      fc.property(severity, environment, severity, environment, (fired, there, ended, then) => {
        const told = decideSinks(alert({ severity: fired, environment: there }), policy);
        const resolve = alert({ state: 'resolved', severity: ended, environment: then });
        expect(decideSinks(resolve, policy)).toEqual(expect.arrayContaining([...told]));
      }),
    );
  });
});

/** What the pattern alone decides: `info` where it matches, `critical` where the last rule has to. */
function matches(pattern: string, alarmName: string): boolean {
  const alarms = [
    { name: pattern, severity: 'info', environment: 'unknown' },
    { name: '*', severity: 'critical', environment: 'unknown' },
  ] as const;
  const only: RoutePolicy = { ...policy, alerts: { ...policy.alerts, alarms: [...alarms] } };
  return decideAlarmClass(alarmName, only).severity === 'info';
}

describe('decideAlarmClass', () => {
  it.each([
    ['aeon-ops-judge-scan-errors', 'critical', 'production'],
    ['aeon-ops-x-staging-y', 'critical', 'production'],
    ['api-staging-errors', 'warning', 'staging'],
    ['api-errors', 'critical', 'unknown'],
    ['aeon-ops', 'critical', 'unknown'],
  ])('the first rule that matches the name decides: %s is %s in %s', (name, severity, environment) => {
    expect(decideAlarmClass(name, policy)).toMatchObject({ severity, environment });
  });

  it.each([
    // without a star: the name itself
    ['api', 'api', true],
    ['api', 'api-errors', false],
    ['api', 'my-api', false],
    ['api', 'API', false],
    // one star
    ['*', 'api', true],
    ['*', '', true],
    ['api*', 'api', true],
    ['api*', 'api-errors', true],
    ['api*', 'ap', false],
    ['*errors', 'api-errors', true],
    ['*errors', 'errors', true],
    ['*errors', 'errors-api', false],
    ['api*errors', 'api-errors', true],
    ['api*errors', 'apierrors', true],
    ['api*errors', 'api-errors-2', false],
    // the two ends may not share characters
    ['aba*bab', 'abab', false],
    ['aba*bab', 'ababab', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    // several stars
    ['*-staging-*', 'api-staging-errors', true],
    ['*-staging-*', 'api-staging', false],
    ['*-staging-*', '-staging-', true],
    ['a*b*c', 'axxbyyc', true],
    ['a*b*c', 'abc', true],
    ['a*b*c', 'acb', false],
    ['a*b*b', 'ab', false],
    ['a*b*b', 'abxb', true],
    ['**', 'api', true],
    ['*a*ab', 'aab', true],
    // what is special elsewhere is not special here
    ['a.c', 'abc', false],
    ['a.c', 'a.c', true],
    ['(a|b)*', 'a', false],
    ['[ab]*', '[ab]c', true],
    ['a?', 'ab', false],
    ['a\\*', 'a*', false],
  ])('the pattern %j on the name %j: %s', (pattern, name, matched) => {
    expect(matches(pattern, name)).toBe(matched);
  });

  it('matches as a regular expression with .* for each star does', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    const name = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
    fc.assert(
      fc.property(text, name, (pattern, alarmName) => {
        expect(matches(pattern, alarmName)).toBe(
          new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(alarmName),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('says which alarm no rule matches', () => {
    const none: RoutePolicy = { ...policy, alerts: { ...policy.alerts, alarms: [] } };
    expect(() => decideAlarmClass('api-errors', none)).toThrow(
      "no rule of alerts.alarms matches 'api-errors'",
    );
  });
});
