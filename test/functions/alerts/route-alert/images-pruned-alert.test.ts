import { describe, expect, it } from '@jest/globals';
import { decideImagesPrunedAlert } from '../../../../functions/alerts/route-alert/images-pruned-alert.ts';
import type { ImagesPruned } from '../../../../shared/events/images-pruned.ts';

type Repository = ImagesPruned['facts']['repositories'][number];

function pruned(over: Partial<Repository> = {}, due = '2026-11-24T04:25:00.000Z'): ImagesPruned {
  const repository: Repository = {
    ...{
      repository: 'api',
      outcome: 'well',
      reason: '0 archived, 0 deleted of 9 images',
      images: 9,
      kept: 9,
      waiting: 0,
    },
    ...{ wouldArchive: 0, wouldDelete: 0, archived: 0, deleted: 0, undone: 0, notes: [] },
    ...over,
  };
  const isStuck = repository.outcome !== 'well' && repository.outcome !== 'observed';
  return {
    identity: `images-pruned/us-east-1/${due}`,
    subject: 'arn:aws:s3:::ops/reports/prune-images/x.json',
    environment: 'production',
    outcome: isStuck ? 'stuck' : 'well',
    reason: repository.reason,
    occurredAt: due,
    facts: {
      ...{ region: 'us-east-1', due, bytesArchived: 0, bytesDeleted: 2_500_000_000, monthlyUsdSaved: 0.25 },
      repositories: [repository],
    },
  };
}

describe('decideImagesPrunedAlert', () => {
  it('tells what was done, once for a run, with what it freed and where the report is', () => {
    const decision = decideImagesPrunedAlert(
      pruned({ wouldArchive: 3, archived: 3, wouldDelete: 2, deleted: 2, kept: 4 }),
    );
    expect(decision).toMatchObject({
      alert: {
        fingerprint: 'images-pruned/us-east-1/2026-11-24T04:25:00.000Z',
        severity: 'info',
        title: '3 images archived and 2 deleted in us-east-1',
        facts: expect.arrayContaining([
          { name: 'api', value: '3 archived, 2 deleted, 4 kept' },
          { name: 'Freed', value: 'at most 2.5 GB, 0.25 USD a month' },
          { name: 'Report', value: 's3://ops/reports/prune-images/x.json' },
        ]),
      },
    });
  });

  it('tells what would be done while nothing may be', () => {
    const observed = pruned({ outcome: 'observed', wouldArchive: 3, wouldDelete: 2 });
    expect(decideImagesPrunedAlert(observed)).toMatchObject({
      alert: { severity: 'info', title: '3 images would be archived and 2 deleted in us-east-1' },
    });
  });

  it('says how to approve of what is over the cap', () => {
    const decision = decideImagesPrunedAlert(
      pruned({ outcome: 'over-cap', wouldArchive: 30, wouldDelete: 12 }),
    );
    expect(decision).toMatchObject({ alert: { severity: 'warning' } });
    expect('alert' in decision && decision.alert.action).toContain(
      'retention approve api --region us-east-1 --most 42 --until 24h',
    );
  });

  it.each(['incomplete', 'unfinished'] as const)('warns of a repository that is %s', (outcome) => {
    expect(decideImagesPrunedAlert(pruned({ outcome }))).toMatchObject({
      alert: { severity: 'warning', condition: 'stuck', state: 'firing' },
    });
  });

  it('holds back a run in which nothing was to be done', () => {
    expect(decideImagesPrunedAlert(pruned())).toHaveProperty('held');
  });

  it('tells of what is merely to be looked at on Mondays', () => {
    const notes = ['nothing ages out'];
    expect(decideImagesPrunedAlert(pruned({ notes }))).toHaveProperty('held');
    expect(decideImagesPrunedAlert(pruned({ notes }, '2026-11-23T04:25:00.000Z'))).toHaveProperty('alert');
  });
});
