import { describe, expect, it } from '@jest/globals';
import { decideRunAlert } from '../../../../functions/alerts/route-alert/failover-run-alert.ts';
import { decideFencedAlert } from '../../../../functions/alerts/route-alert/fenced-alert.ts';
import type { FailoverRun } from '../../../../shared/events/failover-run.ts';
import { policy } from '../../../builders.ts';

const event: FailoverRun = {
  identity: 'failover-1/traffic/behind/50',
  subject: 'arn:run',
  environment: 'unknown',
  outcome: 'behind',
  reason: 'traffic has taken 50 % of its 120 s: DNS leads to the primary',
  occurredAt: '2026-03-02T08:00:00Z',
  facts: {
    run: 'failover-1',
    mode: 'failover',
    step: 'traffic',
    region: 'us-west-2',
    startedBy: 'aeon-ops-probe-endpoint',
    startedAt: '2026-03-02T07:59:00Z',
    byHand: 'Put the token into both buckets.',
    shortfalls: ['no token in eu-west-1'],
    evidence: 'arn:aws:s3:::evidence/failover/failover-1/',
  },
};

const alertOf = (changes: Partial<FailoverRun>) => {
  const decision = decideRunAlert({ ...event, ...changes }, policy);
  if ('held' in decision) throw new Error(decision.held);
  return decision.alert;
};

describe('the alert in a run', () => {
  it('wakes people with what to do by hand', () => {
    expect(alertOf({})).toMatchObject({
      state: 'firing',
      severity: 'critical',
      meaning: 'Traffic has taken 50 % of its 120 s: DNS leads to the primary.',
      action: 'Put the token into both buckets.',
    });
  });

  it('is one conversation, in which every step and warning is told, and each once', () => {
    const half = alertOf({});
    const all = alertOf({ identity: 'failover-1/traffic/behind/100' });
    const again = alertOf({ occurredAt: '2026-03-02T08:00:07Z' });
    expect(new Set([half, all, again].map(({ fingerprint }) => fingerprint)).size).toBe(1);
    expect(all.condition).not.toBe(half.condition);
    expect(again.condition).toBe(half.condition);
  });

  it('ends with the run, and not with one that stopped', () => {
    expect(alertOf({ outcome: 'ended' }).state).toBe('resolved');
    expect(alertOf({ outcome: 'stopped' }).state).toBe('firing');
  });
});

describe('the alert in a fenced primary', () => {
  it.each([
    ['fenced', 'Database is fenced off: us-east-1'],
    ['watched', 'Database would be fenced off: us-east-1'],
  ] as const)('says whether it was done: %s', (outcome, title) => {
    const decision = decideFencedAlert({
      identity: `fence-primary/1/${outcome}`,
      subject: 'us-east-1',
      environment: 'unknown',
      outcome,
      reason: 'the standby Region is the writer',
      occurredAt: '2026-03-02T08:00:00Z',
      facts: { epoch: 1, region: 'us-east-1', rules: 2 },
    });
    expect(decision).toMatchObject({ alert: { title, severity: 'critical', state: 'firing' } });
  });
});
