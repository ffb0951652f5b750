import { describe, expect, it } from '@jest/globals';
import { decideAlarmAlert } from '../../../../functions/alerts/route-alert/alarm-alert.ts';
import type { AlertDecision } from '../../../../functions/alerts/route-alert/image-alert.ts';
import type { Alert } from '../../../../shared/domain/alert.ts';
import { readAlertMessage, writeAlertMessage } from '../../../../shared/events/alert-message.ts';
import type { AlarmState, AlarmStateChange } from '../../../../shared/events/cloudwatch-alarm.ts';
import { alarmChange, policy } from '../../../builders.ts';

const decide = (over: Partial<AlarmStateChange>): AlertDecision =>
  decideAlarmAlert(alarmChange(over), policy);

/** The alert; fails when the change was held. */
function alertOf(over: Partial<AlarmStateChange>): Alert {
  const decision = decide(over);
  if ('held' in decision) throw new Error(`held: ${decision.held}`);
  return decision.alert;
}

const states: readonly AlarmState[] = ['ALARM', 'OK', 'INSUFFICIENT_DATA'];

describe('decideAlarmAlert', () => {
  describe('makes of each change of state', () => {
    it.each<[AlarmState | undefined, AlarmState, string]>([
      ['OK', 'ALARM', 'firing critical'],
      ['INSUFFICIENT_DATA', 'ALARM', 'firing critical'],
      ['ALARM', 'ALARM', 'firing critical'],
      [undefined, 'ALARM', 'firing critical'],
      ['ALARM', 'OK', 'resolved critical'],
      ['INSUFFICIENT_DATA', 'OK', 'resolved critical'],
      [undefined, 'OK', 'resolved critical'],
      ['OK', 'INSUFFICIENT_DATA', 'firing info'],
      [undefined, 'INSUFFICIENT_DATA', 'firing info'],
      [
        'ALARM',
        'INSUFFICIENT_DATA',
        'held: the alarm lost its data while it was firing, so the alert stays open',
      ],
    ])('%s to %s: %s', (previousState, state, made) => {
      const decision = decide({ previousState, state });
      const said =
        'held' in decision ? `held: ${decision.held}` : `${decision.alert.state} ${decision.alert.severity}`;
      expect(said).toBe(made);
    });
  });

  it('holds the state in which CloudWatch creates an alarm, whatever it is', () => {
    for (const state of states) {
      expect(decide({ initial: true, state })).toEqual({ held: 'the alarm has just been created' });
    }
  });

  describe('while CloudWatch holds the alarm’s actions back', () => {
    it.each<[string, Partial<AlarmStateChange>, string]>([
      ['suppressed', { actionsSuppressedBy: 'WaitPeriod' }, 'WaitPeriod'],
      ['muted', { mutedBy: 'arn:aws:cloudwatch:us-east-1:123456789012:mute/night' }, 'mute/night'],
    ])('%s: nothing fires, and a resolve still goes out', (_what, hushed, by) => {
      expect(decide({ ...hushed, state: 'ALARM' })).toEqual({ held: expect.stringContaining(by) });
      expect(decide({ ...hushed, state: 'INSUFFICIENT_DATA' })).toHaveProperty('held');
      expect(alertOf({ ...hushed, state: 'OK' }).state).toBe('resolved');
    });
  });

  it('is one condition from firing to resolve, whichever form told of it', () => {
    const fired = alertOf({ state: 'ALARM' });
    expect(fired.fingerprint).toBe(
      'cloudwatch-alarm/arn:aws:cloudwatch:us-east-1:123456789012:alarm:api-errors',
    );
    expect(alertOf({ state: 'OK', previousState: undefined }).fingerprint).toBe(fired.fingerprint);
    expect(alertOf({ state: 'INSUFFICIENT_DATA' }).fingerprint).toBe(fired.fingerprint);
    expect(alertOf({ arn: undefined }).fingerprint).toBe('cloudwatch-alarm/api-errors');
  });

  it('takes severity and environment from the alarm’s name', () => {
    expect(alertOf({ name: 'api-staging-errors' })).toMatchObject({
      severity: 'warning',
      environment: 'staging',
    });
    expect(alertOf({ name: 'api-errors' })).toMatchObject({ severity: 'critical', environment: 'unknown' });
  });

  describe('says', () => {
    it.each<[AlarmState, string]>([
      ['ALARM', 'Alarm: api-errors'],
      ['OK', 'Back to normal: api-errors'],
      ['INSUFFICIENT_DATA', 'Alarm without data: api-errors'],
    ])('%s as %s', (state, title) => {
      expect(alertOf({ state })).toMatchObject({ title, occurredAt: '2026-03-02T08:00:00.123Z' });
    });

    it('the author’s words, and CloudWatch’s reason beside them', () => {
      expect(alertOf({})).toMatchObject({
        meaning: 'The API answers errors.',
        facts: [
          { name: 'Reason', value: 'Threshold Crossed: 1 datapoint was greater than the threshold.' },
          { name: 'State', value: 'OK → ALARM' },
        ],
      });
    });

    it('CloudWatch’s reason where the author wrote none', () => {
      expect(alertOf({ description: '', previousState: undefined })).toMatchObject({
        meaning: 'Threshold Crossed: 1 datapoint was greater than the threshold.',
        facts: [{ name: 'State', value: 'ALARM' }],
      });
    });

    it('what to do only where there is no data', () => {
      expect(alertOf({}).action).toBe('');
      expect(alertOf({ state: 'INSUFFICIENT_DATA' }).action).toContain('no data');
    });

    it('what the alarm watches', () => {
      const watched = (watch: AlarmStateChange['watch']) =>
        alertOf({ watch }).facts.find(({ name }) => name === 'Watches')?.value;
      expect(watched({ kind: 'alarms', rule: 'ALARM(a) OR ALARM(b)' })).toBe('ALARM(a) OR ALARM(b)');
      expect(
        watched({
          kind: 'metrics',
          metrics: [
            { namespace: 'AWS/SQS', name: 'Age', dimensions: [{ name: 'QueueName', value: 'jobs' }] },
            { namespace: 'AWS/ELB', name: 'Errors', dimensions: [] },
          ],
          expressions: ['m1 / m2'],
        }),
      ).toBe('AWS/SQS Age QueueName=jobs\nAWS/ELB Errors\nm1 / m2');
      expect(watched(undefined)).toBeUndefined();
      expect(watched({ kind: 'metrics', metrics: [], expressions: [] })).toBeUndefined();
    });

    it.each<[string, Partial<AlarmStateChange>, readonly string[]]>([
      [
        'of our own alarm: its section of the runbook, and the alarm',
        { name: 'aeon-ops-judge-scan-errors' },
        [
          'https://example.com/runbook.md#aeon-ops-judge-scan-errors',
          'https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#alarmsV2:alarm/aeon-ops-judge-scan-errors',
        ],
      ],
      [
        'of another: the alarm, its name made fit for a URL',
        { name: 'api errors | 5 % > 2' },
        [
          'https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#alarmsV2:alarm/api%20errors%20%7C%205%20%25%20%3E%202',
        ],
      ],
      ['none where the Region is not told', { name: 'api-errors', region: '' }, []],
    ])('where to look: %s', (_what, over, urls) => {
      expect(alertOf(over).links.map(({ url }) => url)).toEqual(urls);
    });

    it('nothing that the sink’s function could not read', () => {
      const hostile = { name: '<!channel> & "x"\n\u202e', description: '\u0000'.repeat(3) };
      for (const over of [{}, { region: '', arn: undefined }, hostile]) {
        for (const state of states) {
          const alert = alertOf({ ...over, state });
          expect(readAlertMessage(writeAlertMessage(alert))).toEqual(alert);
        }
      }
    });
  });
});
