import { describe, expect, it } from '@jest/globals';
import {
  type AlertDecision,
  decideImageAlert,
} from '../../../../functions/alerts/route-alert/image-alert.ts';
import type { Alert, AlertSeverity } from '../../../../shared/domain/alert.ts';
import { type Verdict, verdicts } from '../../../../shared/domain/verdict.ts';
import { readAlertMessage, writeAlertMessage } from '../../../../shared/events/alert-message.ts';
import { digest, finding, imageJudged, policy } from '../../../builders.ts';

const loud: readonly Verdict[] = ['block', 'unknown', 'review'];
const quiet: readonly Verdict[] = ['monitor', 'pass'];

const told = (verdict: Verdict, environment = 'production') => ({ previous: { verdict, environment } });

/** The alert; fails when the verdict was held. */
function alertOf(decision: AlertDecision): Alert {
  if ('held' in decision) throw new Error(`held: ${decision.held}`);
  return decision.alert;
}

describe('decideImageAlert', () => {
  describe('fires for what needs people, as loud as the environment has it', () => {
    it.each<[Verdict, string, AlertSeverity]>([
      ['block', 'production', 'critical'],
      ['unknown', 'production', 'warning'],
      ['review', 'production', 'warning'],
      ['block', 'staging', 'warning'],
      ['review', 'staging', 'info'],
      ['block', 'development', 'info'],
      ['block', 'an environment that the policy no longer has', 'warning'],
    ])('%s in %s: %s', (verdict, environment, severity) => {
      const alert = alertOf(decideImageAlert(imageJudged(verdict, { environment }), policy));
      expect(alert).toMatchObject({
        fingerprint: `image-verdict/us-east-1/api@${digest}`,
        state: 'firing',
        severity,
        environment,
        occurredAt: '2026-03-02T08:00:05.000Z',
        region: 'us-east-1',
      });
      expect(alert.action).not.toBe('');
    });

    it('whatever was told before', () => {
      for (const verdict of loud) {
        for (const before of verdicts) {
          const decision = decideImageAlert(imageJudged(verdict, { facts: told(before) }), policy);
          expect(alertOf(decision).state).toBe('firing');
        }
      }
    });
  });

  describe('resolves what fired before', () => {
    it.each(quiet.flatMap((now) => loud.map((before) => [before, now] as const)))(
      '%s, then %s',
      (before, now) => {
        const fired = alertOf(decideImageAlert(imageJudged(before), policy));
        const resolved = alertOf(decideImageAlert(imageJudged(now, { facts: told(before) }), policy));
        expect(resolved).toMatchObject({
          fingerprint: fired.fingerprint,
          state: 'resolved',
          severity: fired.severity,
          environment: fired.environment,
          title: 'Image may be deployed again: api-prod-1.0.0-4f1c2ab',
          action: '',
        });
      },
    );

    it('in the environment in which it fired, although the tags name another one now', () => {
      const decision = decideImageAlert(imageJudged('pass', { facts: told('block', 'staging') }), policy);
      expect(alertOf(decision)).toMatchObject({ environment: 'staging', severity: 'warning' });
    });

    it.each(quiet)('and nothing else: %s as a first verdict is held', (verdict) => {
      expect(decideImageAlert(imageJudged(verdict), policy)).toEqual({
        held: `the verdict ${verdict} needs nobody, and nothing was told of this image before`,
      });
    });

    it.each(quiet.flatMap((now) => quiet.map((before) => [before, now] as const)))(
      'and nothing else: %s, then %s is held',
      (before, now) => {
        expect(decideImageAlert(imageJudged(now, { facts: told(before) }), policy)).toHaveProperty('held');
      },
    );
  });

  describe('copies of one image in several Regions', () => {
    const inPrimary = (verdict: Verdict, repository = 'api', environment = 'production') => ({
      copies: [{ region: 'us-east-1', repository, verdict, announced: { verdict, environment } }],
    });
    const replica = (verdict: Verdict, facts: object) =>
      decideImageAlert(imageJudged(verdict, { facts: { region: 'us-west-2', ...facts } }), policy);

    it.each(loud)('a replica leaves %s to the primary Region, whose copy has the same verdict', (verdict) => {
      expect(replica(verdict, inPrimary(verdict))).toEqual({
        held: 'the copy in us-east-1 has the same verdict and is told from there',
      });
    });

    it.each<[string, object]>([
      ['is not known to be judged', { copies: [] }],
      ['has another verdict', inPrimary('review')],
      ['is clean', inPrimary('pass')],
      [
        'was recorded and never announced',
        { copies: [{ region: 'us-east-1', repository: 'api', verdict: 'block' }] },
      ],
      ['is told for another environment', inPrimary('block', 'api', 'development')],
    ])('a replica tells its own verdict when the copy in the primary Region %s', (_what, facts) => {
      expect(alertOf(replica('block', facts))).toMatchObject({ state: 'firing', region: 'us-west-2' });
    });

    it('a replica does not rely on another replica', () => {
      const other = { copies: [{ region: 'eu-west-1', repository: 'api', verdict: 'block' }] };
      expect(alertOf(replica('block', other)).state).toBe('firing');
    });

    it('a replica does not rely on another repository, whose alert is one of its own', () => {
      expect(alertOf(replica('block', inPrimary('block', 'twin'))).state).toBe('firing');
    });

    it('the primary Region always tells its own', () => {
      const others = {
        copies: [
          { region: 'us-west-2', repository: 'api', verdict: 'block' as const },
          { region: 'us-east-1', repository: 'twin', verdict: 'block' as const },
        ],
      };
      expect(alertOf(decideImageAlert(imageJudged('block', { facts: others }), policy)).state).toBe('firing');
    });

    it('the resolve of a replica that told is not held', () => {
      expect(alertOf(replica('pass', { ...told('block'), ...inPrimary('pass') })).state).toBe('resolved');
    });

    it('gives no all-clear while another copy still needs people', () => {
      const still = { copies: [{ region: 'us-west-2', repository: 'api', verdict: 'block' as const }] };
      const cleared = alertOf(
        decideImageAlert(imageJudged('pass', { facts: { ...told('block'), ...still } }), policy),
      );
      expect(cleared.state).toBe('resolved');
      expect(cleared.title).toBe(
        'Mended in us-east-1 only, still block in us-west-2: api-prod-1.0.0-4f1c2ab',
      );
    });

    it('the resolve of one copy does not end the alert on another copy that is still blocked', () => {
      // Both Regions' verdicts reach the alert functions of the standby Region, and share their conversations.
      const blocked = alertOf(replica('block', { copies: [] }));
      const cleared = decideImageAlert(
        imageJudged('pass', {
          occurredAt: '2026-03-02T09:00:00.000Z',
          facts: {
            region: 'eu-west-1',
            ...told('review'),
            copies: [{ region: 'us-west-2', repository: 'api', verdict: 'block' }],
          },
        }),
        policy,
      );
      const ends =
        'alert' in cleared && cleared.alert.state === 'resolved' ? [cleared.alert.fingerprint] : [];
      expect(ends).not.toContain(blocked.fingerprint);
    });
  });

  describe('says', () => {
    it.each<[Verdict, string]>([
      ['block', 'Image must not be deployed: api-prod-1.0.0-4f1c2ab'],
      ['unknown', 'Image could not be judged: api-prod-1.0.0-4f1c2ab'],
      ['review', 'Image needs a review: api-prod-1.0.0-4f1c2ab'],
    ])('what became of the image: %s', (verdict, title) => {
      expect(alertOf(decideImageAlert(imageJudged(verdict), policy)).title).toBe(title);
    });

    it('which image, by its digest when it has no tag', () => {
      const untagged = imageJudged('block', { facts: { tags: [] } });
      expect(alertOf(decideImageAlert(untagged, policy)).title).toBe(
        'Image must not be deployed: api@sha256:abababababab',
      );
    });

    it('that nothing was done to stop a blocked image, and why', () => {
      const idle = { standing: { may: 'tell', reason: 'paused by ann: release freeze' } } as const;
      const meaning = (verdict: Verdict, facts: object): string =>
        alertOf(decideImageAlert(imageJudged(verdict, { reason: 'it is bad', facts }), policy)).meaning;
      expect(meaning('block', idle)).toBe(
        'It is bad. Nothing was done to stop it: paused by ann: release freeze.',
      );
      expect(meaning('block', {})).toBe('It is bad.');
      expect(meaning('review', idle)).toBe('It is bad.');
    });

    it('that a waiver of what is found has ended, so that nobody relies on it', () => {
      const waiver = { id: 'CVE-2026-0001', owner: 'ann', expires: '2026-03-01' };
      const endedWaivers = [
        { ...waiver, package: 'curl', state: 'expired' as const },
        { ...waiver, package: 'libcurl', state: 'expired' as const },
        { ...waiver, id: 'CVE-2026-0002', state: 'lapsed' as const },
      ];
      const meaning = (verdict: Verdict, ended = endedWaivers): string => {
        const event = imageJudged(verdict, { reason: 'it is bad', facts: { endedWaivers: ended } });
        const told = {
          ...event,
          facts: { ...event.facts, previous: { verdict: 'block', environment: 'production' } },
        };
        return alertOf(decideImageAlert(told as typeof event, policy)).meaning;
      };
      expect(meaning('review')).toBe(
        'It is bad. The waiver of CVE-2026-0001 (ann) ended on 2026-03-01. The waiver of CVE-2026-0002 (ann) lapsed: a fix is known.',
      );
      const many = Array.from({ length: 5 }, (_, n) => ({
        ...waiver,
        id: `CVE-${n}`,
        state: 'expired' as const,
      }));
      expect(meaning('review', many as typeof endedWaivers)).toMatch(
        /CVE-2 \(ann\) ended on 2026-03-01\. So did 2 more\.$/,
      );
      expect(meaning('pass')).toBe('It is bad.');
    });

    it('what was found, where, and what the other copies say', () => {
      const { facts } = alertOf(
        decideImageAlert(
          imageJudged('block', {
            facts: {
              counts: { CRITICAL: 2, LOW: 1 },
              worst: [
                finding('CRITICAL', { id: 'CVE-1', package: 'curl', fixedIn: '8.1' }),
                ...Array.from({ length: 9 }, (_, n) => finding('LOW', { id: `CVE-LOW-${n}` })),
              ],
              copies: [
                { region: 'us-west-2', repository: 'api', verdict: 'unknown' },
                { region: 'us-east-1', repository: 'twin', verdict: 'pass' },
              ],
            },
          }),
          policy,
        ),
      );
      expect(facts).toEqual([
        { name: 'Environment', value: 'production' },
        { name: 'Repository', value: 'api (us-east-1)' },
        { name: 'Digest', value: digest },
        { name: 'Findings', value: '2 CRITICAL, 1 LOW' },
        {
          name: 'Worst',
          value:
            'CVE-1 CRITICAL in curl, mended in 8.1\nCVE-LOW-0 LOW\nCVE-LOW-1 LOW\nCVE-LOW-2 LOW\nCVE-LOW-3 LOW',
        },
        { name: 'Other copies', value: 'us-west-2: unknown, us-east-1 twin: pass' },
      ]);
    });

    it('where the image is, by a link that holds for repositories with slashes', () => {
      const { links } = alertOf(
        decideImageAlert(imageJudged('block', { facts: { repository: 'team/api' } }), policy),
      );
      expect(links).toEqual([
        {
          label: 'Image in ECR',
          url: `https://us-east-1.console.aws.amazon.com/ecr/repositories/private/123456789012/team%2Fapi/_/image/sha256%3A${digest.slice(7)}/details?region=us-east-1`,
        },
      ]);
    });

    it('nothing that the sink’s function could not read', () => {
      for (const verdict of verdicts) {
        const alert = alertOf(decideImageAlert(imageJudged(verdict, { facts: told('block') }), policy));
        expect(readAlertMessage(writeAlertMessage(alert))).toEqual(alert);
      }
    });
  });
});
