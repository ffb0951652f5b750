import { describe, expect, it } from '@jest/globals';
import {
  decideLeftoverAlert,
  decideRestoreAlert,
} from '../../../../functions/alerts/route-alert/restore-alert.ts';
import type { RestoreJudged, RestoreLeftover } from '../../../../shared/events/restore-judged.ts';
import { type ProofOutcome, proofOutcomes } from '../../../../shared/restores/proof.ts';

const source = 'arn:aws:rds:us-east-1:123456789012:db:metadata';

function judged(outcome: ProofOutcome, jobId = 'job-1'): RestoreJudged {
  return {
    identity: `restore-judged/us-west-2/${jobId}/${outcome}`,
    subject: source,
    environment: 'unknown',
    outcome,
    reason: 'checksum of public.twins: its 1000 rows are not the 1000 rows of the source',
    occurredAt: '2026-11-25T09:00:00.000Z',
    facts: {
      region: 'us-west-2',
      tier: 'databases',
      jobId,
      pointArn: 'arn:aws:rds:us-west-2:123456789012:snapshot:awsbackup:copyjob-1',
      restoreSeconds: 805,
      rpoSeconds: 30,
      checks: ['checksum of public.twins: its 1000 rows are not the 1000 rows of the source'],
      put: 'AWS Backup was told FAILED',
      evidence: 'arn:aws:s3:::aeon-ops-evidence-1-us-west-2/restores/databases/one.json',
    },
  };
}

function alertOf(decision: ReturnType<typeof decideRestoreAlert>) {
  if ('held' in decision) throw new Error(decision.held);
  return decision.alert;
}

describe('the alert in a restore', () => {
  it.each<[ProofOutcome, string, string]>([
    ['failed', 'critical', 'firing'],
    ['blind', 'critical', 'firing'],
    ['unproven', 'warning', 'firing'],
    ['not-judged', 'warning', 'firing'],
    ['slow', 'warning', 'firing'],
    ['proven', 'info', 'resolved'],
  ])('that is %s is %s and %s', (outcome, severity, state) => {
    expect(alertOf(decideRestoreAlert(judged(outcome)))).toMatchObject({
      severity,
      state,
      condition: outcome,
    });
  });

  it('is one conversation for a resource and Region, whatever test it comes from', () => {
    const fingerprints = proofOutcomes.map(
      (outcome, index) => alertOf(decideRestoreAlert(judged(outcome, `job-${index}`))).fingerprint,
    );
    expect(new Set(fingerprints).size).toBe(1);
  });

  it('says which check failed, how long it took, how much it lacks, and where the evidence is', () => {
    const { title, facts, action } = alertOf(decideRestoreAlert(judged('failed')));
    expect(title).toBe('Restore is not what was backed up: metadata');
    expect(action).not.toBe('');
    expect(facts).toEqual(
      expect.arrayContaining([
        { name: 'Restore took', value: '13 min' },
        { name: 'Changes it lacks', value: '30 s' },
        { name: 'Not passed', value: expect.stringContaining('checksum of public.twins') },
        { name: 'Evidence', value: 's3://aeon-ops-evidence-1-us-west-2/restores/databases/one.json' },
      ]),
    );
  });

  it('of a tier that nothing restores names the tier', () => {
    const { jobId: _none, pointArn: _no, evidence: _nothing, ...facts } = judged('unproven').facts;
    const alert = alertOf(
      decideRestoreAlert({ ...judged('unproven'), subject: 'tier cluster-state', facts }),
    );
    expect(alert.title).toBe('Restore is unproven: tier cluster-state');
  });
});

describe('the alert in a leftover', () => {
  const leftover: RestoreLeftover = {
    identity: 'restore-leftover/us-west-2/job-1/open',
    subject: 'arn:aws:rds:us-west-2:123456789012:db:awsbackup-restore-test-1',
    environment: 'unknown',
    outcome: 'open',
    reason: 'AWS Backup could not delete it: it has deletion protection',
    occurredAt: '2026-11-25T18:00:00.000Z',
    facts: { region: 'us-west-2', tier: 'databases', jobId: 'job-1' },
  };

  it('fires until it is gone, and has it deleted by a person', () => {
    const open = alertOf(decideLeftoverAlert(leftover));
    expect(open).toMatchObject({ state: 'firing', severity: 'warning' });
    expect(open.action).toContain('by hand');
    const closed = alertOf(decideLeftoverAlert({ ...leftover, outcome: 'closed' }));
    expect(closed).toMatchObject({ state: 'resolved', fingerprint: open.fingerprint, action: '' });
  });
});
