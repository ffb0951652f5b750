import { beforeAll, describe, expect, it } from '@jest/globals';
import { assess, type BackupFacts } from '../../../cli/backup/assess.ts';
import { backupDocument } from '../../../cli/backup/document.ts';
import { rehearsedFacts } from '../../../cli/backup/here.ts';
import { reportIamPolicy } from '../../../cli/backup/iam.ts';
import { reportAnswer } from '../../../cli/backup/render.ts';
import opsPolicy from '../../../ops.config.ts';
import type { Proof } from '../../../shared/restores/proof.ts';

const now = new Date('2026-11-24T15:49:00Z');

let facts: BackupFacts;
beforeAll(async () => {
  facts = await rehearsedFacts(opsPolicy, now);
});

const rpoOf = (given: BackupFacts, name: string, region: string) =>
  assess(given, opsPolicy).points.find(
    (point) => point.resource.endsWith(name) && point.region === region && point.rpoMinutes !== undefined,
  )?.rpo;

/** A restore of a database, later than all that the example has. */
function proof(outcome: NonNullable<Proof['conclusion']>['outcome']): Proof {
  const at = '2026-11-24T12:00:00.000Z';
  return {
    region: 'us-east-1',
    jobId: 'job',
    tier: 'databases',
    resourceType: 'RDS',
    source: 'arn:aws:rds:us-east-1:111122223333:db:aeon-dt-metadata',
    pointArn: 'arn:aws:rds:us-east-1:111122223333:snapshot:awsbackup:job-1',
    createdAt: '2026-11-24T11:00:00.000Z',
    restoreSeconds: 20_000,
    stage: 'closed',
    stageSince: at,
    asked: 1,
    conclusion: { outcome, reason: 'as the test says', at },
    version: 1,
  };
}

const restoreOf = (proofs: readonly Proof[]) =>
  assess({ ...facts, proofs }, opsPolicy).restores.find(
    ({ tier, region }) => tier === 'databases' && region === 'us-east-1',
  );

describe('ops backup report', () => {
  it('has the newest recovery point of each resource in each vault, and whether it is young enough', () => {
    expect(rpoOf(facts, 'aeon-dt-metadata', 'us-west-2')).toBe('met');
    expect(rpoOf(facts, 'vol-0a11ce0000000001', 'us-east-1')).toBe('met');
    expect(rpoOf(facts, 'vol-0a11ce0000000001', 'us-west-2')).toBe('missed');
    const archived = assess(facts, opsPolicy).points.filter(({ vault }) => vault === 'aeon-ops-archive');
    expect(archived.map(({ region, rpo, newest }) => [region, rpo, newest?.createdAt.toISOString()])).toEqual(
      [
        ['us-east-1', 'none-due', '2026-11-01T05:00:00.000Z'],
        ['us-west-2', 'none-due', '2026-11-01T05:00:00.000Z'],
      ],
    );
  });

  it('does not call well what could not be read', () => {
    const unread = [{ source: 'recovery points of aeon-ops-operational in us-west-2', reason: 'denied' }];
    const observed = { ...facts.observed, unread, points: [] };
    expect(rpoOf({ ...facts, observed }, 'aeon-dt-metadata', 'us-west-2')).toBe('unknown');
    const answer = reportAnswer(
      assess({ ...facts, tagged: [], observed: { ...observed, protectedResources: [] } }, opsPolicy),
    );
    expect(answer.exitCode).toBe(1);
    expect(answer.text).toContain('? not read: recovery points of aeon-ops-operational in us-west-2: denied');
  });

  it.each([
    ['proven', 'proven', '2026-11-24T11:00:00.000Z'],
    ['slow', 'bad', '2026-11-24T11:00:00.000Z'],
    ['failed', 'bad', '2026-11-18'],
    ['blind', 'bad', '2026-11-18'],
    ['not-judged', 'unproven', '2026-11-18'],
  ] as const)('says of a last restore that is %s that it is %s', (outcome, status, lastProven) => {
    const restore = restoreOf([...facts.proofs, proof(outcome)]);
    expect(restore).toMatchObject({ status, lastProven: { createdAt: expect.stringContaining(lastProven) } });
  });

  it('calls nothing proven that no test has looked at', () => {
    expect(restoreOf([])).toMatchObject({ status: 'unproven', reason: 'no test has ended yet', timed: [] });
    const untested = assess(facts, opsPolicy).restores.find(({ tier }) => tier === 'cluster-state');
    expect(untested).toMatchObject({ status: 'unproven', reason: 'no test restores this tier' });
  });

  it('answers no, with findings, while anything is wrong', () => {
    const { exitCode, text, trouble } = reportAnswer(assess(facts, opsPolicy));
    expect(exitCode).toBe(1);
    expect(text).toMatch(/✗ too-old: vol-0a11ce0000000001 in us-west-2: /);
    expect(text).toMatch(/databases +us-west-2 +2026-11-18 08:\d\d +\d+ min \d+ s +4 h +proven/);
    expect(trouble).toMatch(/^2 findings, 0 restore tests/);
    const tagged = facts.tagged.filter(({ tier }) => tier !== 'volumes');
    const protectedResources = facts.observed.protectedResources.filter(({ arn }) => !arn.includes('volume'));
    const well = assess({ ...facts, tagged, observed: { ...facts.observed, protectedResources } }, opsPolicy);
    expect(reportAnswer(well)).toMatchObject({ exitCode: 0 });
    expect(backupDocument(well, '').headline.severity).toBe('good');
  });

  it('makes a page with a chart of each tier that was restored, against what is allowed', () => {
    const { headline, sections } = backupDocument(assess(facts, opsPolicy), 'example');
    expect(headline).toMatchObject({
      severity: 'bad',
      text: '1 recovery point objective missed, 2 findings',
    });
    const charts = sections.flatMap(({ blocks }) =>
      blocks.flatMap((block) => (block.kind === 'lines' ? [[block.title, block.budget?.value]] : [])),
    );
    expect(charts).toEqual([
      ['Restore time: databases', 14_400],
      ['Restore time: volumes', 14_400],
      ['Restore time: application-data', 86_400],
    ]);
  });

  it('needs permissions that only read', () => {
    const policy = JSON.stringify(reportIamPolicy(opsPolicy));
    expect(policy.match(/"(\w+:\w+)"/g)?.every((action) => /:(List|Get|Query)/.test(action))).toBe(true);
    expect(policy).toContain('arn:aws:backup:us-west-2:*:backup-vault:aeon-ops-operational');
  });
});
