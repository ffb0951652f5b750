import {
  DescribeRestoreJobCommand,
  ListRestoreJobsCommand,
  PutRestoreValidationResultCommand,
} from '@aws-sdk/client-backup';
import { describe, expect, it } from '@jest/globals';
import type { RestoreFault } from '../../../rehearsal/aws/backup-context.ts';
import {
  away,
  type BackupStand,
  backupStand,
  copyActions,
  database,
  days,
  home,
  hours,
  roleArn,
  rule,
  vaultArn,
  volume,
} from './backup-stand.ts';

/** Backups at 10:00 each day, copied; a test of the database each Wednesday at 08:00, two days from now. */
function stand(faults: { restore?: RestoreFault; region?: string; selection?: object } = {}): BackupStand {
  const { restore, region = home, selection = {} } = faults;
  const made = backupStand(restore && { restore: () => restore });
  for (const resource of [database, volume]) made.backup.resources.put(resource);
  made.plan([rule({ ScheduleExpression: 'cron(0 10 ? * * *)', ...copyActions() })]);
  made.backup.create.restoreTestingPlan({
    region,
    name: 'weekly',
    properties: {
      RestoreTestingPlanName: 'weekly',
      ScheduleExpression: 'cron(0 8 ? * WED *)',
      StartWindowHours: 2,
      RecoveryPointSelection: {
        Algorithm: 'LATEST_WITHIN_WINDOW',
        IncludeVaults: [vaultArn(region)],
        RecoveryPointTypes: ['SNAPSHOT'],
        SelectionWindowDays: 7,
      },
    },
  });
  made.backup.create.restoreTestingSelection({
    region,
    name: 'databases',
    properties: {
      RestoreTestingPlanName: 'weekly',
      RestoreTestingSelectionName: 'databases',
      ProtectedResourceType: 'RDS',
      IamRoleArn: roleArn,
      ProtectedResourceArns: ['*'],
      RestoreMetadataOverrides: { dbSubnetGroupName: 'isolated' },
      ValidationWindowHours: 8,
      ...selection,
    },
  });
  return made;
}

async function jobsOf({ client }: BackupStand, region = home) {
  return (await client(region).send(new ListRestoreJobsCommand({}))).RestoreJobs ?? [];
}

async function completed(made: BackupStand): Promise<string> {
  made.kernel.pass(days(2) + hours(4));
  const [job] = await jobsOf(made);
  expect(job).toMatchObject({ Status: 'COMPLETED', ValidationStatus: 'VALIDATING' });
  return job?.RestoreJobId ?? '';
}

const judged = (RestoreJobId: string, ValidationStatus: 'SUCCESSFUL' | 'FAILED') =>
  new PutRestoreValidationResultCommand({
    RestoreJobId,
    ValidationStatus,
    ValidationStatusMessage: 'looked',
  });

describe('a restore test', () => {
  it('restores the newest recovery point of each resource that it selects', async () => {
    const made = stand();
    const RestoreJobId = await completed(made);
    const job = await made.client().send(new DescribeRestoreJobCommand({ RestoreJobId }));
    expect(await jobsOf(made)).toHaveLength(1);
    expect(job).toMatchObject({
      SourceResourceArn: database.arn,
      RecoveryPointCreationDate: new Date('2026-11-24T10:00:00Z'),
      CreatedResourceArn: expect.stringMatching(/^arn:aws:rds:us-east-1:\d+:db:awsbackup-restore-test-/),
      CreatedBy: { RestoreTestingPlanArn: expect.stringContaining(':restore-testing-plan:weekly-') },
      BackupVaultArn: vaultArn(home),
    });
    expect(made.backup.restores.restored).toMatchObject([
      { arn: job.CreatedResourceArn, tags: { 'awsbackup-restore-test': RestoreJobId } },
    ]);
  });

  it('restores copies where they are, though their resource is elsewhere', async () => {
    const made = stand({ region: away });
    made.kernel.pass(days(2) + hours(4));
    expect(await jobsOf(made, away)).toMatchObject([
      { Status: 'COMPLETED', SourceResourceArn: database.arn },
    ]);
    expect(await jobsOf(made)).toEqual([]);
  });

  it('finds no resource by its tags in another Region', async () => {
    const ProtectedResourceConditions = {
      StringEquals: [{ Key: 'aws:ResourceTag/tier', Value: 'databases' }],
    };
    const [near, far] = [home, away].map((region) =>
      stand({ region, selection: { ProtectedResourceConditions } }),
    );
    for (const made of [near, far]) made?.kernel.pass(days(2) + hours(4));
    expect(near && (await jobsOf(near))).toHaveLength(1);
    expect(far && (await jobsOf(far, away))).toEqual([]);
  });

  it('fails for a database without a subnet group', async () => {
    const made = stand({ selection: { RestoreMetadataOverrides: {} } });
    made.kernel.pass(days(2) + hours(4));
    expect(await jobsOf(made)).toMatchObject([
      { Status: 'FAILED', StatusMessage: expect.stringMatching(/^No default subnet/) },
    ]);
  });

  it('deletes what it has made when somebody has judged it, and lets nobody judge it again', async () => {
    const made = stand();
    const id = await completed(made);
    await made.client().send(judged(id, 'SUCCESSFUL'));
    await expect(made.client().send(judged(id, 'FAILED'))).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
    const states = { ValidationStatus: 'SUCCESSFUL', ValidationStatusMessage: 'looked' };
    expect(await jobsOf(made)).toMatchObject([{ ...states, DeletionStatus: 'DELETING' }]);
    made.kernel.pass(hours(1));
    expect(await jobsOf(made)).toMatchObject([{ ...states, DeletionStatus: 'SUCCESSFUL' }]);
    expect(made.backup.restores.restored).toEqual([]);
  });

  it('deletes it also when its window ends and nobody has said anything', async () => {
    const made = stand();
    const id = await completed(made);
    made.kernel.pass(hours(10));
    expect(await jobsOf(made)).toMatchObject([
      { ValidationStatus: 'TIMED_OUT', DeletionStatus: 'SUCCESSFUL' },
    ]);
    await expect(made.client().send(judged(id, 'SUCCESSFUL'))).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
  });

  it('leaves behind what it cannot delete', async () => {
    const made = stand({ restore: { leaves: 'The instance has a read replica' } });
    await completed(made);
    made.kernel.pass(hours(10));
    expect(await jobsOf(made)).toMatchObject([
      { DeletionStatus: 'FAILED', DeletionStatusMessage: 'The instance has a read replica' },
    ]);
    expect(made.backup.restores.restored).toHaveLength(1);
  });

  it('is told of by events that call its state `status`, but for the first', async () => {
    const made = stand();
    await completed(made);
    const told = made.eventsOf('Restore Job State Change').map(({ detail }) => detail);
    expect(told.map(({ state, status }) => ({ state, status }))).toEqual([
      { state: 'CREATED', status: undefined },
      { state: undefined, status: 'PENDING' },
      { state: undefined, status: 'RUNNING' },
      { state: undefined, status: 'COMPLETED' },
    ]);
    expect(told.at(-1)).toMatchObject({
      restoreTestingPlanArn: expect.any(String),
      createdResourceArn: expect.any(String),
      sourceResourceArn: database.arn,
      backupSizeInBytes: String(database.sizeInBytes),
    });
  });

  it.each([
    ['a type that cannot be tested', { ProtectedResourceType: 'EKS' }, /no type that can be tested/],
    ['a plan that is not there', { RestoreTestingPlanName: 'monthly' }, /no restore testing plan 'monthly'/],
  ])('is refused for %s', (_what, selection, message) => {
    expect(() => stand({ selection })).toThrow(message);
  });
});
