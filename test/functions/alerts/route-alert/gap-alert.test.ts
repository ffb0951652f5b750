import { describe, expect, it } from '@jest/globals';
import { decideGapAlert } from '../../../../functions/alerts/route-alert/gap-alert.ts';
import { readSignals } from '../../../../functions/alerts/route-alert/intake.ts';
import type { Alert } from '../../../../shared/domain/alert.ts';
import type { GapKind } from '../../../../shared/domain/image-gap.ts';
import { gapKinds } from '../../../../shared/domain/image-gap.ts';
import type { ImageGap } from '../../../../shared/events/ops-events.ts';
import { digest, policy } from '../../../builders.ts';

const repository = 'arn:aws:ecr:us-east-1:123456789012:repository/api';

function gap(kind: GapKind, over: Partial<ImageGap> = {}, facts: Partial<ImageGap['facts']> = {}): ImageGap {
  return {
    identity: 'one',
    subject: `${repository}/${digest}`,
    environment: 'staging',
    outcome: 'open',
    reason: 'no replication to us-west-2 is known of, 65 min after its push',
    occurredAt: '2026-03-02T12:00:00.000Z',
    ...over,
    facts: {
      gap: 'copy/us-west-2/api@sha256:ab',
      kind,
      repository: 'api',
      digest,
      tags: ['api-staging-1.0.0-4f1c2ab'],
      copyRegion: 'us-west-2',
      region: 'us-east-1',
      since: '2026-03-02T12:00:00.000Z',
      ...facts,
    },
  };
}

function alertOf(event: ImageGap): Alert {
  const decision = decideGapAlert(event, policy);
  if (!('alert' in decision)) throw new Error(`held: ${decision.held}`);
  return decision.alert;
}

describe('decideGapAlert', () => {
  it('tells what is missing, where, what it means and what to do', () => {
    expect(alertOf(gap('copy-missing'))).toEqual({
      fingerprint: 'image-gap/us-east-1/copy/us-west-2/api@sha256:ab',
      state: 'firing',
      condition: 'copy-missing',
      severity: 'info',
      environment: 'staging',
      occurredAt: '2026-03-02T12:00:00.000Z',
      title: 'No copy in us-west-2: api-staging-1.0.0-4f1c2ab',
      meaning: 'No replication to us-west-2 is known of, 65 min after its push.',
      action: expect.stringContaining('replication rules'),
      facts: [
        { name: 'Environment', value: 'staging' },
        { name: 'Repository', value: 'api (us-east-1)' },
        { name: 'Digest', value: digest },
        { name: 'Tags', value: 'api-staging-1.0.0-4f1c2ab' },
        { name: 'Copy in', value: 'us-west-2' },
        { name: 'Since', value: '2026-03-02T12:00:00.000Z' },
      ],
      links: [{ label: 'Image in ECR', url: expect.stringContaining(encodeURIComponent(digest)) }],
      subject: `${repository}/${digest}`,
      region: 'us-east-1',
    });
  });

  it('resolves what it fired, under the same fingerprint', () => {
    const closed = alertOf(gap('copy-missing', { outcome: 'closed' }));
    expect(closed).toMatchObject({
      state: 'resolved',
      action: '',
      title: 'No longer missing in us-west-2: api-staging-1.0.0-4f1c2ab',
    });
    expect(closed.fingerprint).toBe(alertOf(gap('copy-late')).fingerprint);
  });

  it('says of a repository what it is called, and of a waiver what it accepts', () => {
    const { digest: _none, copyRegion: _neither, ...facts } = gap('unswept').facts;
    const wholly = { ...gap('unswept'), subject: repository, facts: { ...facts, tags: [] } };
    expect(alertOf(wholly)).toMatchObject({ title: 'Images could not be looked at: api', links: [] });
    const { repository: _no, ...rest } = facts;
    const waiver = {
      ...wholly,
      subject: 'waiver of CVE-2026-0001',
      facts: { ...rest, kind: 'waiver-expired' as const },
    };
    expect(alertOf(waiver).title).toBe('Has ended: waiver of CVE-2026-0001');
  });

  it.each<[string, readonly GapKind[], Partial<Record<string, Alert['severity']>>]>([
    [
      'what nobody knows, like an image that could not be judged',
      ['unswept', 'scans-not-started', 'workloads-unknown'],
      {
        production: 'warning',
        staging: 'warning',
        development: 'info',
      },
    ],
    [
      'what a person has to look at, like an image that needs a review',
      ['copy-missing', 'copy-late', 'copy-failed', 'waiver-expired', 'waiver-lapsed'],
      {
        production: 'warning',
        staging: 'info',
        development: 'info',
      },
    ],
    [
      'what is for the next working day',
      ['waiver-expiring', 'waiver-unused'],
      { production: 'info', staging: 'info' },
    ],
  ])('is as loud as %s', (_what, kinds, severities) => {
    for (const kind of kinds) {
      for (const [environment, severity] of Object.entries(severities)) {
        expect([kind, environment, alertOf(gap(kind, { environment })).severity]).toEqual([
          kind,
          environment,
          severity,
        ]);
      }
    }
  });

  it('has an escalation for a waiver that was to end and has ended', () => {
    const of = (kind: GapKind) => alertOf(gap(kind, { environment: 'production' })).severity;
    expect([of('waiver-expiring'), of('waiver-expired')]).toEqual(['info', 'warning']);
  });

  it('has words for every kind', () => {
    const titles = gapKinds.map((kind) => alertOf(gap(kind)).title);
    expect(new Set(titles).size).toBe(gapKinds.length);
    for (const kind of gapKinds) expect(alertOf(gap(kind)).action).toMatch(/^[A-Z].+\.$/);
  });
});

describe('on the ops bus', () => {
  const published = (detail: unknown, source = 'aeon-ops.sweep-images', detailType = 'Image Gap') => ({
    version: '0',
    id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
    'detail-type': detailType,
    source,
    account: '123456789012',
    time: '2026-03-02T12:00:00Z',
    region: 'us-east-1',
    resources: [],
    detail,
  });

  it('is read as it was published', () => {
    expect(readSignals(published(gap('copy-late')))).toEqual([
      { kind: 'image-gap', event: gap('copy-late') },
    ]);
  });

  it.each([
    ['of another source', published(gap('copy-late'), 'aeon-ops.judge-scan'), /aeon-ops\.sweep-images/],
    [
      'of a kind that is not known',
      published({ ...gap('copy-late'), facts: { ...gap('copy-late').facts, kind: 'odd' } }),
      /facts\.kind/,
    ],
  ])('is refused for good when it is %s', (_what, event, reason) => {
    expect(() => readSignals(event)).toThrow(reason);
  });
});
