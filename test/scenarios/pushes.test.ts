import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { invariants } from '../../rehearsal/invariants/all.ts';
import { outcomesOf } from '../../rehearsal/invariants/invariant.ts';
import { type Run, rehearse } from '../../rehearsal/rehearsal.ts';
import { pushes } from '../../rehearsal/scenarios/pushes.ts';

/** Virtual hours, but real seconds, and more of them on a busy machine. */
jest.setTimeout(120_000);

/** What people read of inspections, in Slack. */
function said(run: Run): string[] {
  return run.slack.posts
    .map(({ text }) => text)
    .filter((text) => /Pushed image|Image tag|Image (did not reach|reached)/.test(text));
}

describe('a morning of pushes', () => {
  let run: Run;

  beforeAll(async () => {
    run = await rehearse(pushes, { seed: 1 });
  });

  it('keeps every invariant', () => {
    expect(invariants.flatMap((invariant) => invariant.check(run).violations)).toEqual([]);
  });

  it('has each bad push told once, in its own words, and no good one', () => {
    expect(said(run)).toEqual([
      '🟠 Image tag is not as agreed: 3.3.0-0c5a1e78',
      '🟠 Image tag is not as agreed: aeon-dt-worker-prod-3.3.0-0c5a1e79',
      '🔵 Image tag is not as agreed: aeon-dt-worker-staging-3.4.0-rc1',
      '🔵 Pushed image is not as it should be: aeon-dt-worker-staging-3.3.0-rc2',
      '🟠 Pushed image is not as it should be: aeon-dt-openspg-prod-3.3.0-51d0c3aa',
      '🟠 Pushed image is not as it should be: aeon-dt-database-backup-prod-3.3.0-9be81f02',
      '🟠 Image did not reach eu-west-1: aeon-dt-api-prod-3.3.0-77aa01bc',
      '✅ Image reached eu-west-1: aeon-dt-api-prod-3.3.0-77aa01bc',
      '🟠 Image tag is not as agreed: aeon-dt-worker-prod-latest',
      '🔵 Pushed image is not as it should be: aeon-dt-openspg-dev-3.3.0-51d0c3ab',
    ]);
  });

  it('has secrets told by name and step, and their values nowhere', () => {
    const posts = JSON.stringify(run.slack.posts);
    expect(posts).toContain('BACKUP_PASSWORD (step 3), NPM_TOKEN (step 2)');
    const rows = run.policy.regions.registry.map((region) =>
      run.account.dynamodb.peek('aeon-ops-verdicts', region),
    );
    const written = JSON.stringify([run.trace.entries, rows]) + posts;
    expect(written).toContain('NPM_TOKEN');
    expect(written).not.toMatch(/correct-?horse/);
  });

  it('has the replicas followed, and how long a complete one took at most', () => {
    const replicas = outcomesOf(run).flatMap(({ function: name, facts }) =>
      name === 'aeon-ops-inspect-push' ? [facts.replicas] : [],
    );
    expect(replicas).toContainEqual({ 'us-west-2': 'IN_PROGRESS', 'eu-west-1': 'IN_PROGRESS' });
    expect(replicas).toContainEqual(expect.objectContaining({ 'eu-west-1': 'FAILED' }));
    expect(replicas).toContainEqual(
      expect.objectContaining({ 'eu-west-1': expect.stringMatching(/^COMPLETE within \d+ s$/) }),
    );
  });
});
