import { describe, expect, it } from '@jest/globals';
import { decideGapAlert } from '../../../../functions/alerts/route-alert/gap-alert.ts';
import { decideInspectionAlert } from '../../../../functions/alerts/route-alert/inspection-alert.ts';
import type { Alert } from '../../../../shared/domain/alert.ts';
import { copyGap } from '../../../../shared/domain/image-gap.ts';
import type { ImageInspected } from '../../../../shared/events/ops-events.ts';
import { digest, policy } from '../../../builders.ts';

const root = {
  check: 'user',
  problem: 'it runs as root',
  given: 'no USER',
  action: 'Name a user with USER.',
} as const;
const heavy = {
  check: 'size',
  problem: 'it is heavier than its budget of 150 MB, compressed',
  given: '162.3 MB',
  action: 'Leave out what it does not need.',
} as const;

type Facts = Partial<ImageInspected['facts']>;

function inspected(facts: Facts = {}, over: Partial<ImageInspected> = {}): ImageInspected {
  const findings = facts.findings ?? [root];
  return {
    identity: 'one',
    subject: `arn:aws:ecr:us-east-1:123456789012:repository/api/${digest}`,
    environment: 'production',
    outcome: findings.length > 0 ? 'wrong' : 'well',
    reason: findings.length > 0 ? 'it runs as root' : 'what was wrong has been mended',
    occurredAt: '2026-03-02T08:00:05.000Z',
    facts: {
      repository: 'api',
      digest,
      region: 'us-east-1',
      tags: ['api-prod-3.0.0-a1b2c3d4'],
      about: 'image',
      name: digest,
      findings,
      ...facts,
    },
    ...over,
  };
}

function alertOf(event: ImageInspected): Alert {
  const decision = decideInspectionAlert(event, policy);
  if ('held' in decision) throw new Error(`held: ${decision.held}`);
  return decision.alert;
}

describe('decideInspectionAlert', () => {
  it('says everything that is wrong, and what to do about each', () => {
    expect(alertOf(inspected({ findings: [root, heavy] }))).toMatchObject({
      fingerprint: `image-inspection/api@${digest}/image/${digest}`,
      state: 'firing',
      environment: 'production',
      occurredAt: '2026-03-02T08:00:05.000Z',
      title: 'Pushed image is not as it should be: api-prod-3.0.0-a1b2c3d4',
      meaning: 'It runs as root (no USER).\nIt is heavier than its budget of 150 MB, compressed (162.3 MB).',
      action: 'Name a user with USER.\nLeave out what it does not need.',
      region: 'us-east-1',
    });
  });

  it.each([
    ['production', 'warning'],
    ['staging', 'info'],
    ['an environment that the policy no longer has', 'warning'],
  ])('is in %s as loud as a review: %s', (environment, severity) => {
    expect(alertOf(inspected({}, { environment }))).toMatchObject({ severity, environment });
  });

  it.each<[ImageInspected['facts']['about'], string, string, string]>([
    [
      'image',
      digest,
      'Pushed image is not as it should be: api-prod-3',
      'Pushed image is as it should be: api-prod-3',
    ],
    ['tag', 'latest', 'Image tag is not as agreed: latest', 'Image tag is in order now: latest'],
    [
      'replica',
      'eu-west-1',
      'Image did not reach eu-west-1: api-prod-3',
      'Image reached eu-west-1: api-prod-3',
    ],
  ])('is about the %s alone, and its end is found by it', (about, name, fires, resolves) => {
    const wrong = alertOf(inspected({ about, name }));
    const well = alertOf(inspected({ about, name, findings: [] }));
    expect(wrong.title).toContain(fires);
    expect(well.title).toContain(resolves);
    expect(well).toMatchObject({
      fingerprint: wrong.fingerprint,
      state: 'resolved',
      meaning: 'What was wrong has been mended.',
      action: '',
    });
  });

  it('tells the tags of one image apart', () => {
    const fingerprints = ['latest', 'newest'].map(
      (name) => alertOf(inspected({ about: 'tag', name })).fingerprint,
    );
    expect(new Set(fingerprints).size).toBe(2);
  });

  it('is one condition with what the sweep finds of the same replica', () => {
    const gap = decideGapAlert(
      {
        identity: 'two',
        subject: 'the image',
        environment: 'production',
        outcome: 'open',
        reason: 'the replication to eu-west-1 failed',
        occurredAt: '2026-03-02T09:00:00.000Z',
        facts: {
          gap: copyGap('eu-west-1', 'api', digest),
          kind: 'copy-failed',
          tags: [],
          region: 'us-east-1',
          since: '2026-03-02T09:00:00.000Z',
        },
      },
      policy,
    );
    const replica = alertOf(inspected({ about: 'replica', name: 'eu-west-1' }));
    expect('alert' in gap && gap.alert.fingerprint).toBe(replica.fingerprint);
  });

  it('names an image without tags by its digest, and leads to it', () => {
    const { title, links } = alertOf(inspected({ tags: [] }));
    expect(title).toContain('api@sha256:abababababab');
    expect(links).toEqual([
      {
        label: 'Image in ECR',
        url: `https://us-east-1.console.aws.amazon.com/ecr/repositories/private/123456789012/api/_/image/${encodeURIComponent(digest)}/details?region=us-east-1`,
      },
    ]);
  });
});
