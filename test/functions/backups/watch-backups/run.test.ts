import { describe, expect, it } from '@jest/globals';
import { AwsError } from '../../../../rehearsal/kernel.ts';
import { away, cluster, database, home, Platform } from './platform.ts';

const ofDatabase = (name: string, about = 'hourly', region = home): string =>
  `${name} ${region} ${about} ${database.arn}`;

const atHour = (hour: number) => (at: Date) => at.getTime() === Date.UTC(2026, 2, 2, hour);

describe('an hourly look', () => {
  it('tells nothing of backups that are well, and costs few calls', async () => {
    const platform = new Platform([database, cluster]);
    expect(await platform.sweepUntil('3T08:22')).toEqual([]);
    await platform.sweep(home);
    expect(platform.calls.toSorted()).toEqual([
      'backup:ListBackupJobs',
      'backup:ListCopyJobs',
      'backup:ListProtectedResources',
      // Those that count, and of each type those that should be gone.
      'backup:ListRecoveryPointsByBackupVault',
      'backup:ListRecoveryPointsByBackupVault',
      'backup:ListRecoveryPointsByBackupVault',
      'dynamodb:BatchGetItem',
      'dynamodb:Query',
      'tagging:GetResources',
    ]);
    await platform.sweep(away);
    expect(platform.calls.toSorted()).toEqual([
      'backup:ListRecoveryPointsByBackupVault',
      'backup:ListRecoveryPointsByBackupVault',
      'dynamodb:BatchGetItem',
      'dynamodb:Query',
      'tagging:GetResources',
    ]);
    expect(platform.logged.at(-1)).toMatchObject({
      outcome: 'looked through',
      reason: '1 resources, 0 findings',
    });
  });

  it.each([
    ['failed', { end: 'FAILED', message: 'Instance is not in state available' }, '11:22'],
    ['aborted', { end: 'ABORTED', message: 'Stopped by somebody' }, '11:22'],
    ['expired', { end: 'EXPIRED' }, '11:22'],
    ['partial', { end: 'PARTIAL', message: 'Some of it' }, '11:22'],
    ['completed-with-issues', { end: 'COMPLETED', message: '3 objects were skipped' }, '11:22'],
  ] as const)('tells once of a backup that is %s, and when it is over', async (name, fault, found) => {
    const platform = new Platform();
    platform.faults = { backup: ({ at }) => (atHour(10)(at) ? fault : undefined) };
    platform.policy = { ...platform.policy, backups: { ...platform.policy.backups, mode: 'observe' } };
    const told = await platform.sweepUntil('14:22');
    expect(told).toEqual([`open ${ofDatabase(name)}`, `over ${ofDatabase(name)}`]);
    expect(platform.published[0]?.occurredAt.slice(11, 16)).toBe(found);
    expect(platform.published[0]?.facts.retry ?? 'it was not asked for once more').toContain(
      'it was not asked for once more',
    );
  });

  it('tells of a backup that was never begun, of which no event comes', async () => {
    const platform = new Platform();
    platform.faults = { forgets: ({ at }) => atHour(10)(at) };
    expect(await platform.sweepUntil('10:22')).toEqual([`open ${ofDatabase('never-started')}`]);
  });

  it('tells of a copy that failed, with the key and the missing grant', async () => {
    const platform = new Platform();
    platform.faults = {
      copy: ({ point }) => (atHour(10)(point.createdAt) ? { end: 'FAILED', key: 'destination' } : undefined),
    };
    expect(await platform.sweepUntil('11:22')).toEqual([`open ${ofDatabase('copy-failed', 'vault', away)}`]);
    expect(platform.published[0]?.reason).toMatch(
      /let the role aeon-ops-backup use arn:aws:kms:us-west-2:\d+:key\/vault: .*kms:CreateGrant/,
    );
    expect(platform.byHand()).toEqual([]);
    expect(await platform.sweepUntil('12:22')).toEqual([`over ${ofDatabase('copy-failed', 'vault', away)}`]);
  });

  it('tells in the other Region, by itself, that what was copied there has become too old', async () => {
    const platform = new Platform();
    await platform.sweepUntil('09:22');
    platform.faults = { copy: () => ({ end: 'FAILED', key: 'destination' }) };
    await platform.sweepUntil('20:22');
    const here = platform.published.filter(({ facts }) => facts.watchedIn === away);
    expect(here.map(({ facts }) => facts.finding)).toEqual([ofDatabase('too-old', 'vault', away)]);
    expect(here[0]?.occurredAt.slice(11, 16)).toBe('17:22');
  });

  it('tells of what is too large and of what is not encrypted', async () => {
    const { keyArn: _none, ...open } = database;
    const platform = new Platform([open, { ...cluster, sizeInBytes: 10_100_000_000 }]);
    const told = await platform.sweepUntil('10:22');
    expect(told).toEqual([
      `open too-large ${home} vault ${cluster.arn}`,
      `open ${ofDatabase('unencrypted', 'vault')}`,
      `open ${ofDatabase('unencrypted', 'vault', away)}`,
    ]);
  });

  it.each([
    ['EXPIRED', '03'],
    // Its time is over on the 9th, and AWS Backup has two days to delete it.
    ['DELETING', '11'],
  ] as const)(
    'tells once of a recovery point that stays %s, for as long as it is there',
    async (status, from) => {
      const platform = new Platform([cluster]);
      await platform.sweepUntil('10:22');
      const { RecoveryPoints = [] } = platform.backup.operations.ListRecoveryPointsByBackupVault(
        { BackupVaultName: 'vault' },
        { principal: { kind: 'scenario' }, region: home },
      );
      const [{ RecoveryPointArn = '' } = {}] = RecoveryPoints;
      platform.backup.stick(home, 'vault', RecoveryPointArn, status);
      const stuck = `point-stuck ${home} vault ${cluster.arn}`;
      for (const day of ['03', '06', '10', '11', '12']) {
        platform.until(`${day}T10:22`);
        await platform.sweep();
      }
      expect(platform.told).toEqual([`open ${stuck}`]);
      expect(platform.published[0]?.occurredAt).toBe(`2026-03-${from}T10:22:00.000Z`);
    },
  );

  it('tells of a resource with the tag of no tier, and of one that has vanished', async () => {
    const lost = { ...cluster, tags: { tier: 'cluster' } };
    const platform = new Platform([database, lost]);
    expect(await platform.sweepUntil('10:22')).toEqual([`open in-no-plan ${home} tag ${cluster.arn}`]);
    platform.backup.resources.put(cluster);
    platform.backup.resources.remove(database.arn);
    expect(new Set(await platform.sweepUntil('11:22'))).toEqual(
      new Set([`over in-no-plan ${home} tag ${cluster.arn}`, `open ${ofDatabase('vanished', 'vault')}`]),
    );
    expect(platform.records(away).has(database.arn)).toBe(false);
    platform.until('12T00:00');
    platform.backup.resources.put(database);
    expect(await platform.sweep()).toContain(`over ${ofDatabase('vanished', 'vault')}`);
  });

  it('tells that nobody accepts a gap any more, from the day after the last', async () => {
    const platform = new Platform([]);
    const acceptedGap = { owner: 'search', reason: 'it can be built anew', expires: '2026-03-02' };
    const components = { search: { acceptedGap } };
    platform.policy = { ...platform.policy, backups: { ...platform.policy.backups, components } };
    platform.until('23:59');
    expect(await platform.sweep()).toEqual([]);
    platform.until('3T00:01');
    expect(await platform.sweep(away)).toEqual([]);
    expect(await platform.sweep()).toEqual([
      `open gap-expired ${home} acceptedGap backups.components.search`,
    ]);
    expect(platform.published[0]?.reason).toContain('search has accepted that until 2026-03-02');
  });

  it('neither finds nor takes for over what rests on something that cannot be read, and tells that', async () => {
    const platform = new Platform();
    platform.faults = {
      backup: ({ at }) => (at.getUTCHours() >= 10 ? { end: 'FAILED', message: 'no' } : undefined),
    };
    await platform.sweepUntil('11:22');
    const denied = new AwsError('AccessDeniedException', 'not authorized', 403);
    platform.fails = (call) => (call === 'backup:ListBackupJobs' ? denied : undefined);
    platform.faults = {};
    const unread = `unread ${home} what backups are judged by arn:aws:backup:${home}:123456789012:backup-vault:*`;
    expect(await platform.sweepUntil('12:22')).toEqual([`open ${unread}`]);
    expect(platform.published.at(-1)?.reason).toBe(
      'backup jobs into vault (AccessDeniedException: not authorized)',
    );
    expect(platform.logged.some(({ outcome }) => outcome === 'looked through in part')).toBe(true);
    platform.fails = () => undefined;
    expect(new Set(await platform.sweepUntil('13:22'))).toEqual(
      new Set([`over ${unread}`, `over ${ofDatabase('failed')}`]),
    );
  });

  it('goes on with the resources of the last time while it cannot be asked what has the tag', async () => {
    const platform = new Platform();
    await platform.sweepUntil('09:22');
    platform.fails = (call) =>
      call === 'tagging:GetResources' ? new AwsError('InternalServiceException', 'x', 500) : undefined;
    platform.faults = { forgets: () => true };
    const told = await platform.sweepUntil('15:22');
    expect(told).toContain(`open ${ofDatabase('never-started')}`);
    expect(told).toContain(`open ${ofDatabase('too-old', 'vault')}`);
    expect(platform.byHand()).toEqual([]);
    expect(platform.records().has(database.arn)).toBe(true);
  });
});
