import { describe, expect, it } from '@jest/globals';
import { decideFailoverAlert } from '../../../../functions/alerts/route-alert/failover-alert.ts';
import type { Alert } from '../../../../shared/domain/alert.ts';
import type { FailoverCondition } from '../../../../shared/events/failover-condition.ts';
import type { ConditionName } from '../../../../shared/failover/condition.ts';
import { policy } from '../../../builders.ts';

function alertOf(name: ConditionName, change: Partial<FailoverCondition> = {}): Alert {
  const decision = decideFailoverAlert(
    {
      identity: `region/${name}/open/2026-11-24T03:02:30.000Z`,
      subject: 'us-east-1.aeon-dt.example.com',
      environment: 'unknown',
      outcome: 'open',
      reason: 'the endpoint is down for 120 s',
      occurredAt: '2026-11-24T03:02:30.000Z',
      facts: {
        about: 'region',
        name,
        region: 'us-east-1',
        watchedIn: 'us-west-2',
        since: '2026-11-24T03:01:00.000Z',
        refusals: ['the replica is 900 s behind', 'nobody has looked'],
        run: 'failover-1',
      },
      ...change,
    },
    policy,
  );
  if (!('alert' in decision)) throw new Error('it was held');
  return decision.alert;
}

describe('the alert of a failover condition', () => {
  it('is one conversation while the Region goes from one name to the next', () => {
    const alerts = (['suspect', 'ask', 'outage'] as const).map((name) => alertOf(name));
    expect(new Set(alerts.map(({ fingerprint }) => fingerprint))).toEqual(
      new Set(['failover/us-west-2/region']),
    );
    expect(alerts.map(({ condition }) => condition)).toEqual(['suspect', 'ask', 'outage']);
    expect(new Set(alerts.map(({ severity }) => severity))).toEqual(new Set(['critical']));
  });

  it('asks with everything that speaks against it, the run, and what to do', () => {
    const alert = alertOf('ask');
    expect(alert.title).toBe('Is down; shall the platform fail over?: us-east-1');
    expect(alert.meaning).toBe('The endpoint is down for 120 s.');
    expect(alert.action).toContain('Decide.');
    expect(alert.facts).toContainEqual({
      name: 'Speaks against it',
      value: 'the replica is 900 s behind; nobody has looked',
    });
    expect(alert.facts).toContainEqual({ name: 'Run', value: 'failover-1' });
  });

  it('resolves when it is over', () => {
    const alert = alertOf('suspect', { outcome: 'over', reason: 'it is over; it was: the endpoint is down' });
    expect(alert).toMatchObject({ state: 'resolved', action: '', title: 'Over: May be down: us-east-1' });
  });
});
