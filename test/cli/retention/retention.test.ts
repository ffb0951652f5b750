import { describe, expect, it } from '@jest/globals';
import { planApproval } from '../../../cli/retention/approve.ts';
import { simulatedDeps } from '../../../cli/retention/here.ts';
import { planIamPolicy } from '../../../cli/retention/iam.ts';
import { planRegion } from '../../../cli/retention/region-plan.ts';
import { planAnswer } from '../../../cli/retention/render.ts';
import opsPolicy from '../../../ops.config.ts';

const now = new Date('2026-11-24T08:00:00Z');
const region = 'us-east-1';

describe('ops retention plan', () => {
  it('shows every outcome on the example, with reason and totals', async () => {
    const plans = await planRegion(simulatedDeps(opsPolicy, region, now), () => true);
    const { text, exitCode } = planAnswer(region, plans, now);
    expect(exitCode).toBe(0);
    for (const line of [
      /aeon-dt-api-dev-1\.0\.0-0a11ce00 +400 d +delete +its last sign of life/,
      /aeon-dt-api-dev-1\.1\.0-0a11ce01 +300 d +wait .*in the archive until 2027-02-12/,
      /aeon-dt-api-dev-1\.2\.0-0a11ce02 +250 d +keep +it is in use by Deployment/,
      /aeon-dt-api-dev-1\.3\.0-0a11ce03 +200 d +archive/,
      /keep 26, archive 5, wait 5, delete 5/,
    ]) {
      expect(text).toMatch(line);
    }
  });

  it('answers no where a run could not do it', async () => {
    const deps = simulatedDeps(opsPolicy, region, now);
    const source = { kind: 'lambda', account: '444455556666', region } as const;
    const survey = async () => ({ uses: [], missing: [{ source, reason: 'access denied' }], takenAt: now });
    const plans = await planRegion({ ...deps, workloads: { survey } }, (name) => name === 'aeon-dt-api');
    const answer = planAnswer(region, plans, now);
    expect(answer.exitCode).toBe(1);
    expect(answer.text).toContain('missing: Lambda in us-east-1 of account 444455556666: access denied');
  });

  it('needs permissions that only read, on the repositories of the policy alone', () => {
    const text = JSON.stringify(planIamPolicy(opsPolicy, region));
    expect(text).not.toMatch(/Delete|Put|Update|Batch(Write|Delete)/);
    expect(text).toContain(':repository/aeon-dt-api"');
    expect(text).not.toContain('repository/*');
  });
});

describe('ops retention approve', () => {
  const given = {
    what: 'aeon-dt-api',
    most: '40',
    until: '24h',
    reason: 'first run',
    by: 'ana',
  };

  it('takes a repository, a number, an end and a reason', () => {
    expect(planApproval(given, opsPolicy, now)).toEqual({
      asker: 'prune-images',
      region,
      approval: {
        subject: 'aeon-dt-api',
        most: 40,
        by: 'ana',
        reason: 'first run',
        until: '2026-11-25T08:00:00.000Z',
      },
    });
  });

  it('takes a kind of snapshots in place of a repository', () => {
    const what = 'volume-snapshots';
    expect(planApproval({ ...given, what, region: 'us-west-2' }, opsPolicy, now)).toMatchObject({
      ...{ asker: 'prune-snapshots', region: 'us-west-2' },
      approval: { subject: 'volume', most: 40 },
    });
  });

  it.each([
    ['another repository', { what: 'nginx' }, /no repository 'nginx'/],
    [
      'snapshots where none are pruned',
      { what: 'volume-snapshots', region: 'eu-west-1' },
      /No snapshots are pruned in 'eu-west-1'/,
    ],
    ['no number', { most: undefined }, /is no number of images/],
    ['half an image', { most: '1.5' }, /'1.5' is no number of images/],
    ['no end', { until: undefined }, /No end was given/],
    ['too late an end', { until: '49h' }, /more than 48 hours away/],
    ['no reason', { reason: ' ' }, /No reason was given/],
    ['a Region without images', { region: 'ap-south-1' }, /no images in 'ap-south-1'/],
  ])('refuses %s', (_what, over, message) => {
    expect(() => planApproval({ ...given, ...over }, opsPolicy, now)).toThrow(message);
  });
});
