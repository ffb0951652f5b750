import {
  type BackupJob,
  ListBackupJobsCommand,
  ListProtectedResourcesCommand,
  ListRecoveryPointsByBackupVaultCommand,
  StartBackupJobCommand,
} from '@aws-sdk/client-backup';
import { describe, expect, it } from '@jest/globals';
import type { BackupFaults } from '../../../rehearsal/aws/backup-context.ts';
import type { BackupResource } from '../../../rehearsal/aws/backup-resource.ts';
import {
  type BackupStand,
  backupStand,
  cluster,
  database,
  days,
  home,
  hours,
  keyArn,
  minutes,
  roleArn,
  rule,
  vaultArn,
  vaultName,
  volume,
} from './backup-stand.ts';

function stand(resources: readonly BackupResource[], faults: BackupFaults = {}, start?: string): BackupStand {
  const made = backupStand(faults, start);
  for (const resource of resources) made.backup.resources.put(resource);
  return made;
}

async function jobsOf({ client }: BackupStand): Promise<readonly BackupJob[]> {
  const { BackupJobs = [] } = await client().send(new ListBackupJobsCommand({}));
  return BackupJobs.toReversed();
}

async function pointsOf({ client }: BackupStand, region = home) {
  const command = new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName: vaultName });
  return (await client(region).send(command)).RecoveryPoints ?? [];
}

const hourOf = ({ CreationDate }: BackupJob): number | undefined => CreationDate?.getUTCHours();

describe('a plan', () => {
  it('makes a recovery point of each selected resource at each of its times', async () => {
    const made = stand([volume, cluster]);
    made.plan([rule()], { Resources: ['arn:aws:ec2:*:*:volume/*'] });
    made.kernel.pass(hours(4));
    const jobs = await jobsOf(made);
    expect(jobs.map(({ State, ResourceArn }) => [State, ResourceArn])).toEqual([
      ['COMPLETED', volume.arn],
      ['COMPLETED', volume.arn],
      ['COMPLETED', volume.arn],
      ['CREATED', volume.arn],
    ]);
    const points = await pointsOf(made);
    expect(points).toHaveLength(3);
    expect(points.at(-1)).toMatchObject({
      RecoveryPointArn: expect.stringMatching(/^arn:aws:ec2:us-east-1::snapshot\/snap-[0-9a-f]{17}$/),
      ResourceArn: volume.arn,
      Status: 'COMPLETED',
      CreationDate: jobs[0]?.CreationDate,
      BackupSizeInBytes: volume.sizeInBytes,
      EncryptionKeyArn: volume.keyArn,
      IsEncrypted: true,
      CreatedBy: { BackupPlanId: 'plan-id', BackupRuleName: 'hourly' },
    });
  });

  it('follows the clocks of its time zone', async () => {
    const made = stand([volume]);
    made.plan([
      rule({ ScheduleExpression: 'cron(0 5 ? * * *)', ScheduleExpressionTimezone: 'America/New_York' }),
    ]);
    made.kernel.pass(days(1));
    expect((await jobsOf(made)).map(({ CreationDate }) => CreationDate?.toISOString())).toEqual([
      '2026-11-23T10:00:00.000Z',
    ]);
  });

  it('selects by any tag of a list, and by all conditions', async () => {
    const tagged = { ...volume, arn: `${volume.arn}-2`, tags: { tier: 'volumes', stage: 'test' } };
    const byList = stand([volume, tagged, cluster]);
    byList.plan([rule()], {
      ListOfTags: [
        { ConditionType: 'STRINGEQUALS', ConditionKey: 'tier', ConditionValue: 'clusters' },
        { ConditionType: 'STRINGEQUALS', ConditionKey: 'stage', ConditionValue: 'test' },
      ],
    });
    byList.kernel.pass(hours(1));
    expect((await jobsOf(byList)).map(({ ResourceArn }) => ResourceArn)).toEqual([tagged.arn, cluster.arn]);

    const byConditions = stand([volume, tagged, cluster]);
    byConditions.plan([rule()], {
      Resources: ['*'],
      Conditions: {
        StringLike: [{ ConditionKey: 'aws:ResourceTag/tier', ConditionValue: 'vol*' }],
        StringNotEquals: [{ ConditionKey: 'aws:ResourceTag/stage', ConditionValue: 'test' }],
      },
    });
    byConditions.kernel.pass(hours(1));
    expect((await jobsOf(byConditions)).map(({ ResourceArn }) => ResourceArn)).toEqual([volume.arn]);
  });

  it('never takes what a restore test has made', async () => {
    const made = stand([{ ...volume, tags: { 'awsbackup-restore-test': 'job' } }]);
    made.plan([rule()]);
    made.kernel.pass(hours(2));
    expect(await jobsOf(made)).toEqual([]);
  });

  it('makes 8 of 24 hourly backups beside a rule that has 8 hours to begin, twice a day', async () => {
    const made = stand([volume], {}, '2026-11-22T23:30:00Z');
    const twice = {
      RuleName: 'twice',
      ScheduleExpression: 'cron(0 0/12 ? * * *)',
      StartWindowMinutes: 480,
      CompletionWindowMinutes: 600,
      Lifecycle: { DeleteAfterDays: 35 },
    };
    made.plan([rule(), rule(twice)]);
    made.kernel.pass(days(1));
    const rules = (await jobsOf(made)).map(({ CreatedBy }) => CreatedBy?.BackupRuleName);
    expect(rules.filter((name) => name === 'hourly')).toHaveLength(8);
    expect(rules.filter((name) => name === 'twice')).toHaveLength(2);
  });

  it('keeps both rules whose windows lie apart', async () => {
    const made = stand([volume], {}, '2026-11-23T03:30:00Z');
    const daily = { RuleName: 'daily', ScheduleExpression: 'cron(0 5 ? * * *)' };
    made.plan([rule({ ScheduleExpression: 'cron(0 0-4,6-23 ? * * *)' }), rule(daily)]);
    made.kernel.pass(hours(3));
    expect((await jobsOf(made)).map(hourOf)).toEqual([4, 5, 6]);
  });

  it.each([
    ['a property', [rule({ RuleName: 'x', IndexActions: [] })], /IndexActions/],
    ['a start window that AWS refuses', [rule({ StartWindowMinutes: 30 })], /at least 60 minutes/],
    ['a schedule', [rule({ ScheduleExpression: 'hourly' })], /'hourly' is no schedule/],
  ])('is refused for %s that cannot be simulated', (_what, rules, message) => {
    expect(() => backupStand().plan(rules)).toThrow(message);
  });
});

describe('a backup job', () => {
  it('fails in the windows of a database, and in the hour before', async () => {
    // Sunday: maintenance from 04:00 to 05:00, the backup window from 03:00 to 04:00.
    const made = stand([database], {}, '2026-11-22T00:30:00Z');
    made.plan([rule()]);
    made.kernel.pass(hours(7));
    const failed = (await jobsOf(made)).filter(({ State }) => State === 'FAILED');
    expect(failed.map(hourOf)).toEqual([2, 3, 4]);
    expect(failed.map(({ StatusMessage }) => StatusMessage)).toEqual([
      expect.stringContaining('too close to the automated backup window configured in RDS instance.'),
      expect.stringContaining('too close to the weekly maintenance window configured in RDS instance.'),
      expect.stringContaining('too close to the weekly maintenance window configured in RDS instance.'),
    ]);
  });

  it('fails where the lock of its vault wants another lifecycle', async () => {
    const made = stand([volume]);
    made.plan([rule({ Lifecycle: { DeleteAfterDays: 2557 } })]);
    made.kernel.pass(hours(2));
    expect((await jobsOf(made))[0]).toMatchObject({
      State: 'FAILED',
      StatusMessage: 'Backup job failed because the lifecycle is outside the valid range for backup vault.',
    });
  });

  it('fails with the words of IAM when its role may not read the resource', async () => {
    const made = stand([volume]);
    made.plan([rule()]);
    made.kernel.refuse();
    made.kernel.pass(hours(2));
    expect(made.eventsOf('Backup Job State Change').at(-1)?.detail).toMatchObject({
      state: 'FAILED',
      statusMessage: expect.stringContaining('ec2:CreateSnapshot'),
    });
  });

  it('waits while its resource has another job, and expires when its start window has ended', async () => {
    const made = stand([{ ...volume, sizeInBytes: 5_000_000_000_000 }]);
    made.plan([rule({ ScheduleExpression: 'cron(0 9,10 ? * * *)', CompletionWindowMinutes: 600 })]);
    made.kernel.pass(hours(6));
    expect((await jobsOf(made)).map(({ State }) => State)).toEqual(['COMPLETED', 'EXPIRED']);
    expect(made.eventsOf('Backup Job State Change').map(({ detail }) => detail.state)).toContain('PENDING');
  });

  it('expires when it is not done in its completion window', async () => {
    const made = stand([{ ...volume, sizeInBytes: 9_000_000_000_000 }]);
    made.plan([rule({ ScheduleExpression: 'cron(0 9 ? * * *)' })]);
    made.kernel.pass(hours(4));
    expect(await jobsOf(made)).toEqual([
      expect.objectContaining({ State: 'EXPIRED', CompletionDate: new Date('2026-11-23T11:00:00Z') }),
    ]);
    expect(await pointsOf(made)).toEqual([]);
  });

  it.each([
    [
      { end: 'FAILED', message: 'Instance is not in state available' },
      0,
      'Instance is not in state available',
    ],
    [{ end: 'ABORTED', message: 'Backup job was stopped by user.' }, 0, 'Backup job was stopped by user.'],
    [{ end: 'EXPIRED' }, 0, 'Backup job expired before completion.'],
    [{ end: 'PARTIAL', message: 'A nested backup failed.' }, 1, 'A nested backup failed.'],
    [{ end: 'COMPLETED', message: '3 objects were not backed up.' }, 1, '3 objects were not backed up.'],
  ] as const)('ends as a fault says: %o', async (fault, points, message) => {
    const made = stand([cluster], { backup: () => fault });
    made.plan([rule({ ScheduleExpression: 'cron(0 9 ? * * *)' })]);
    made.kernel.pass(hours(4));
    expect(await jobsOf(made)).toEqual([
      expect.objectContaining({ State: fault.end, StatusMessage: message }),
    ]);
    expect(await pointsOf(made)).toHaveLength(points);
  });

  it('is not even made for a resource that the plan forgets', async () => {
    const made = stand([volume, cluster], { forgets: ({ resource }) => resource.type === 'EBS' });
    made.plan([rule()]);
    made.kernel.pass(hours(1));
    expect((await jobsOf(made)).map(({ ResourceType }) => ResourceType)).toEqual(['EKS']);
  });
});

describe('a recovery point', () => {
  it('is gone when its lifecycle has ended, also from the list of what is protected', async () => {
    const made = stand([volume]);
    made.plan([rule({ ScheduleExpression: 'cron(0 9 23 11 ? *)', Lifecycle: { DeleteAfterDays: 7 } })]);
    const isProtected = async () =>
      (await made.client().send(new ListProtectedResourcesCommand({}))).Results?.length === 1;
    made.kernel.pass(days(7));
    expect([await pointsOf(made), await isProtected()]).toEqual([[expect.anything()], true]);
    made.kernel.pass(hours(1));
    expect([await pointsOf(made), await isProtected()]).toEqual([[], false]);
  });

  it('stays when AWS Backup cannot delete it', async () => {
    const made = stand([volume]);
    made.plan([rule({ ScheduleExpression: 'cron(0 9 23 11 ? *)', Lifecycle: { DeleteAfterDays: 7 } })]);
    made.kernel.pass(days(1));
    const [point] = await pointsOf(made);
    made.backup.stick(home, vaultName, point?.RecoveryPointArn ?? '', 'EXPIRED');
    made.kernel.pass(days(10));
    expect(await pointsOf(made)).toMatchObject([{ Status: 'EXPIRED' }]);
    expect(made.eventsOf('Recovery Point State Change').at(-1)?.detail).toMatchObject({ status: 'EXPIRED' });
  });

  it('of a type that AWS Backup keeps itself has the key of its vault', async () => {
    const made = stand([cluster]);
    made.plan([rule()]);
    made.kernel.pass(hours(2));
    expect(await pointsOf(made)).toMatchObject([{ EncryptionKeyArn: keyArn(home), IsParent: true }]);
  });
});

describe('StartBackupJob', () => {
  const command = (more: object = {}) =>
    new StartBackupJobCommand({
      BackupVaultName: vaultName,
      ResourceArn: volume.arn,
      IamRoleArn: roleArn,
      Lifecycle: { DeleteAfterDays: 30 },
      ...more,
    });

  it('makes one job for one token, however often it is asked', async () => {
    const made = stand([volume]);
    const first = await made.client().send(command({ IdempotencyToken: 'slot-1' }));
    const again = await made.client().send(command({ IdempotencyToken: 'slot-1' }));
    const other = await made.client().send(command({ IdempotencyToken: 'slot-2' }));
    expect(again.BackupJobId).toBe(first.BackupJobId);
    expect(other.BackupJobId).not.toBe(first.BackupJobId);
    made.kernel.pass(hours(1));
    expect(await jobsOf(made)).toHaveLength(2);
    expect((await jobsOf(made))[0]).not.toHaveProperty('CreatedBy');
  });

  it('needs a vault, a resource, the permission to start and that to pass the role', async () => {
    const made = stand([volume]);
    await expect(made.client().send(command({ BackupVaultName: 'none' }))).rejects.toThrow(
      'Insufficient privileges to perform this action.',
    );
    await expect(made.client().send(command({ ResourceArn: `${volume.arn}-gone` }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(made.client().send(command({ StartWindowMinutes: 30 }))).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
    expect(made.kernel.asked.slice(0, 2)).toEqual([
      expect.objectContaining({ action: 'backup:StartBackupJob', resource: vaultArn(home, 'none') }),
      expect.objectContaining({
        action: 'iam:PassRole',
        resource: roleArn,
        context: { 'iam:passedtoservice': 'backup.amazonaws.com' },
      }),
    ]);
    made.kernel.refuse();
    await expect(made.client().send(command())).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('ListBackupJobs', () => {
  it('gives the newest first, page by page, by its filters', async () => {
    const made = stand([volume, cluster]);
    made.plan([rule()]);
    made.kernel.pass(hours(5) + minutes(30));
    const client = made.client();
    const first = await client.send(new ListBackupJobsCommand({ MaxResults: 3, ByResourceType: 'EBS' }));
    expect((first.BackupJobs ?? []).map(hourOf)).toEqual([13, 12, 11]);
    const { NextToken } = first;
    const rest = await client.send(
      new ListBackupJobsCommand({ MaxResults: 3, ByResourceType: 'EBS', NextToken }),
    );
    expect((rest.BackupJobs ?? []).map(hourOf)).toEqual([10, 9]);
    const ByCreatedAfter = new Date('2026-11-23T13:00:00Z');
    const late = await client.send(new ListBackupJobsCommand({ ByCreatedAfter, ByResourceArn: cluster.arn }));
    expect((late.BackupJobs ?? []).map(hourOf)).toEqual([13]);
    await expect(client.send(new ListBackupJobsCommand({ NextToken: 'x' }))).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
  });
});
