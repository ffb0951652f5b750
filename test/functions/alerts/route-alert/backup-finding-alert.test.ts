import { describe, expect, it } from '@jest/globals';
import { decideBackupAlert } from '../../../../functions/alerts/route-alert/backup-finding-alert.ts';
import { decideSinks } from '../../../../functions/alerts/route-alert/route.ts';
import policy from '../../../../ops.config.ts';
import { backupFindingNames } from '../../../../shared/backups/finding.ts';
import type { BackupFindingTold } from '../../../../shared/events/backup-finding.ts';

const database = 'arn:aws:rds:us-east-1:123456789012:db:aeon-dt-metadata';

function event(facts: Partial<BackupFindingTold['facts']> = {}, over: Partial<BackupFindingTold> = {}) {
  return {
    identity: 'one',
    subject: database,
    environment: 'unknown',
    outcome: 'open' as const,
    reason: 'the backup of 2026-03-02T10:00:00.000Z (job 1) is FAILED: <!channel>',
    occurredAt: '2026-03-02T10:22:00.000Z',
    facts: {
      finding: `failed us-east-1 hourly ${database}`,
      name: 'failed' as const,
      about: 'hourly',
      tier: 'databases',
      region: 'us-east-1',
      watchedIn: 'us-east-1',
      since: '2026-03-02T10:22:00.000Z',
      ...facts,
    },
    ...over,
  };
}

function alertOf(told: BackupFindingTold) {
  const decision = decideBackupAlert(told, policy);
  if ('held' in decision) throw new Error(decision.held);
  return decision.alert;
}

describe('decideBackupAlert', () => {
  it('tells what is wrong with what, what AWS says, and what became of another try', () => {
    expect(alertOf(event({ retry: 'it was asked for once more, as job 2' }))).toMatchObject({
      state: 'firing',
      condition: 'failed',
      severity: 'warning',
      title: 'Backup failed: aeon-dt-metadata',
      meaning: 'The backup of 2026-03-02T10:00:00.000Z (job 1) is FAILED: <!channel>.',
      facts: expect.arrayContaining([
        { name: 'Tier', value: 'databases' },
        { name: 'Once more', value: 'it was asked for once more, as job 2' },
      ]),
      subject: database,
      region: 'us-east-1',
    });
  });

  it('ends the conversation that it began', () => {
    const [open, over] = [alertOf(event()), alertOf(event({}, { outcome: 'over' }))];
    expect(over).toMatchObject({
      state: 'resolved',
      title: 'Over: Backup failed: aeon-dt-metadata',
      action: '',
    });
    expect(over.fingerprint).toBe(open.fingerprint);
    expect(alertOf(event({ finding: 'failed us-east-1 daily' })).fingerprint).not.toBe(open.fingerprint);
  });

  it('wakes somebody when more could be lost than the policy allows, and for nothing less', () => {
    const loud = backupFindingNames.filter((name) => alertOf(event({ name })).severity === 'critical');
    expect(loud).toEqual(['too-old']);
    expect(decideSinks(alertOf(event({ name: 'too-old' })), policy)).toContain('slack-oncall');
  });

  it('says for each finding what to do', () => {
    for (const name of backupFindingNames) expect(alertOf(event({ name })).action).toMatch(/\w.+\.$/);
  });

  it('leads to the section of the runbook', () => {
    const gap = event({ name: 'gap-expired' }, { subject: 'backups.components.search' });
    expect(alertOf(gap)).toMatchObject({
      title: 'Nothing backs it up, and nobody accepts that any more: backups.components.search',
      links: [{ label: 'Runbook', url: `${policy.alerts.runbookUrl}#what-watch-backups-tells` }],
    });
  });
});
