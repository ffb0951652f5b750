import { describe, expect, it } from '@jest/globals';
import { decideQuarantineAlert } from '../../../../functions/alerts/route-alert/quarantine-alert.ts';
import type { Alert } from '../../../../shared/domain/alert.ts';
import type { ImageQuarantine } from '../../../../shared/events/image-quarantine.ts';
import { digest, policy } from '../../../builders.ts';

type Facts = ImageQuarantine['facts'];

function event(
  outcome: ImageQuarantine['outcome'],
  facts: Partial<Facts> = {},
  environment = 'production',
): ImageQuarantine {
  return {
    identity: 'one',
    subject: `arn:aws:ecr:us-east-1:123456789012:repository/api/${digest}`,
    environment,
    outcome,
    reason: 'it is in use: Deployment production/api',
    occurredAt: '2026-03-02T08:00:00.000Z',
    facts: {
      repository: 'api',
      digest,
      region: 'us-east-1',
      tags: ['api-prod-1.0.0-4f1c2ab'],
      blockReason: '1 CRITICAL finding: CVE-2026-0001',
      blockedSince: '2026-03-02T07:00:00.000Z',
      severity: 'CRITICAL',
      fixBy: '2026-03-09T07:00:00.000Z',
      undone: 0,
      copies: [],
      ...facts,
    },
  };
}

function alertOf(of: ImageQuarantine): Alert {
  const decision = decideQuarantineAlert(of, policy);
  if ('held' in decision) throw new Error(decision.held);
  return decision.alert;
}

describe('the alert in what was done about a blocked image', () => {
  it.each<[ImageQuarantine, Alert['state'], Alert['severity'], string]>([
    [event('quarantined'), 'firing', 'info', 'Image quarantined: api-prod-1.0.0-4f1c2ab'],
    [
      event('reasserted', { undone: 2 }),
      'firing',
      'warning',
      'Image quarantined again: api-prod-1.0.0-4f1c2ab',
    ],
    [
      event('held', { heldBy: 'in-use' }),
      'firing',
      'critical',
      'Blocked image is in use: api-prod-1.0.0-4f1c2ab',
    ],
    [
      event('held', { heldBy: 'in-use' }, 'staging'),
      'firing',
      'warning',
      'Blocked image is in use: api-prod-1.0.0-4f1c2ab',
    ],
    [
      event('overdue', { daysOverdue: 2 }, 'staging'),
      'firing',
      'critical',
      'Blocked image is overdue: api-prod-1.0.0-4f1c2ab',
    ],
    [event('failed'), 'firing', 'critical', 'Quarantine failed: api-prod-1.0.0-4f1c2ab'],
    [event('observed'), 'firing', 'info', 'Image would be quarantined: api-prod-1.0.0-4f1c2ab'],
    [event('suspended'), 'firing', 'warning', 'Blocked image is not quarantined: api-prod-1.0.0-4f1c2ab'],
    [event('released'), 'resolved', 'info', 'Image released from quarantine: api-prod-1.0.0-4f1c2ab'],
    [event('gone'), 'resolved', 'info', 'Blocked image is gone: api-prod-1.0.0-4f1c2ab'],
  ])('%#', (of, state, severity, title) => {
    expect(alertOf(of)).toMatchObject({ state, severity, title });
  });

  it('is one conversation from the first that is told to the last', () => {
    const outcomes = ['held', 'overdue', 'quarantined', 'released'] as const;
    expect(new Set(outcomes.map((outcome) => alertOf(event(outcome)).fingerprint)).size).toBe(1);
  });

  it('tells another condition for another reason, each further day, and each further time', () => {
    const conditions = [
      event('held', { heldBy: 'in-use' }),
      event('held', { heldBy: 'unknown-use' }),
      event('overdue', { daysOverdue: 1 }),
      event('overdue', { daysOverdue: 2 }),
      event('reasserted', { undone: 1 }),
      event('reasserted', { undone: 2 }),
    ].map((of) => alertOf(of).condition);
    expect(new Set(conditions).size).toBe(conditions.length);
  });

  it('says who uses it and by when it has to be replaced', () => {
    const { meaning, facts } = alertOf(event('held', { heldBy: 'in-use' }));
    expect(meaning).toContain('Deployment production/api');
    expect(meaning).toContain('2026-03-09T07:00:00.000Z');
    expect(facts).toContainEqual({ name: 'Fix by', value: '2026-03-09T07:00:00.000Z' });
  });

  it('is held for a replica while the same is told of another copy, and its end never is', () => {
    const copies = [{ region: 'us-east-1', outcome: 'held' }] as const;
    const replica: Partial<Facts> = { region: 'us-west-2', heldBy: 'in-use', copies: [...copies] };
    expect(decideQuarantineAlert(event('held', replica), policy)).toMatchObject({
      held: expect.stringContaining('us-east-1'),
    });
    expect(decideQuarantineAlert(event('overdue', replica), policy)).toHaveProperty('alert');
    expect(decideQuarantineAlert(event('held', { copies: [...copies] }), policy)).toHaveProperty('alert');
    const ended = { ...replica, copies: [{ region: 'us-east-1', outcome: 'released' as const }] };
    expect(decideQuarantineAlert(event('released', ended), policy)).toHaveProperty('alert');
  });

  it('is held for an image without tags, unless it needs people', () => {
    expect(decideQuarantineAlert(event('quarantined', { tags: [] }), policy)).toHaveProperty('held');
    expect(decideQuarantineAlert(event('held', { tags: [] }), policy)).toHaveProperty('alert');
  });
});
