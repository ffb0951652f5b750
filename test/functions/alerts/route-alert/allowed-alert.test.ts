import { describe, expect, it } from '@jest/globals';
import { decideAllowedAlert } from '../../../../functions/alerts/route-alert/allowed-alert.ts';
import { readSignals } from '../../../../functions/alerts/route-alert/intake.ts';
import type { ImageAllowed } from '../../../../shared/events/ops-events.ts';
import { digest } from '../../../builders.ts';

function allowed(
  over: Partial<Omit<ImageAllowed, 'facts'>> = {},
  until = '2026-03-02T16:00:00.000Z',
): ImageAllowed {
  return {
    identity: 'one',
    subject: `arn:aws:ecr:us-east-1:123456789012:repository/api/${digest}`,
    environment: 'production',
    outcome: 'allowed',
    reason: 'the fix breaks login',
    occurredAt: '2026-03-02T12:00:00.000Z',
    facts: {
      image: `api@${digest}`,
      digest,
      region: 'us-east-1',
      by: 'arn:aws:iam::123456789012:user/ada',
      until,
    },
    ...over,
  };
}

function alertOf(event: ImageAllowed) {
  const decision = decideAllowedAlert(event);
  if ('held' in decision) throw new Error(decision.held);
  return decision.alert;
}

describe('break-glass', () => {
  it.each(['production', 'development'])(
    'is critical in %s, and says who, why and for how long',
    (environment) => {
      const alert = alertOf(allowed({ environment }));
      expect(alert).toMatchObject({
        state: 'firing',
        severity: 'critical',
        environment,
        region: 'us-east-1',
      });
      expect(alert.title).toContain(`api@${digest}`);
      expect(alert.meaning).toBe(
        'It may run there until 2026-03-02T16:00:00.000Z, whatever its verdict is or becomes. arn:aws:iam::123456789012:user/ada gave this reason: the fix breaks login',
      );
    },
  );

  it('is told again when it is given again, and once when its event comes twice', () => {
    const first = alertOf(allowed()).fingerprint;
    expect(alertOf(allowed()).fingerprint).toBe(first);
    expect(alertOf(allowed({}, '2026-03-02T20:00:00.000Z')).fingerprint).not.toBe(first);
    expect(alertOf(allowed({ environment: 'staging' })).fingerprint).not.toBe(first);
  });

  it('is read from the bus, as the ops program publishes it and nobody else', () => {
    const event = {
      source: 'aeon-ops.cli',
      'detail-type': 'Image Allowed',
      account: '123456789012',
      region: 'us-east-1',
      time: '2026-03-02T12:00:00Z',
      resources: [],
      detail: allowed(),
    };
    expect(readSignals(event)).toEqual([{ kind: 'image-allowed', event: allowed() }]);
    expect(() => readSignals({ ...event, source: 'aeon-ops.judge-scan' })).toThrow('Image Allowed');
  });
});
