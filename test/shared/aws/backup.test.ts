import {
  BackupClient,
  type RestoreJobsListMember,
  type BackupJob as SdkBackupJob,
} from '@aws-sdk/client-backup';
import { describe, expect, it } from '@jest/globals';
import type { Call, Operations } from '../../../rehearsal/kernel.ts';
import { AwsError } from '../../../rehearsal/kernel.ts';
import { copyJobs } from '../../../shared/aws/backup-copies.ts';
import { backupJobs } from '../../../shared/aws/backup-jobs.ts';
import { recoveryPoints } from '../../../shared/aws/backup-points.ts';
import { restoreJobs } from '../../../shared/aws/backup-restores.ts';
import { clientOf } from '../../rehearsal/aws/stand.ts';

const created = new Date('2026-03-02T08:00:00Z');
const ended = new Date('2026-03-02T08:33:00Z');
const since = new Date('2026-03-01T00:00:00Z');
const database = 'arn:aws:rds:us-east-1:123456789012:db:aeon-dt-metadata';
const point = 'arn:aws:rds:us-east-1:123456789012:snapshot:awsbackup:job-1';
const destination = 'arn:aws:backup:us-west-2:123456789012:backup-vault:operational';

/** A real client that gets these answers, and what it asked. */
function asking(operations: Operations) {
  const asked: object[] = [];
  const noting = Object.fromEntries(
    Object.entries(operations).map(([name, operate]) => [
      name,
      (input: never, call: Call) => {
        asked.push(input);
        return operate(input, call);
      },
    ]),
  );
  return { client: clientOf(BackupClient, { operations: noting }), asked };
}

const failing = (code: string) => () => {
  throw new AwsError(code, 'not now');
};

describe('backupJobs', () => {
  const job: SdkBackupJob = {
    BackupJobId: 'one',
    ResourceArn: database,
    BackupVaultName: 'operational',
    State: 'COMPLETED',
    CreationDate: created,
    CompletionDate: ended,
    RecoveryPointArn: point,
    CreatedBy: { BackupPlanId: 'plan', BackupRuleName: 'hourly' },
  };

  it('lists all pages, without the parts of composite backups', async () => {
    const pages: Record<string, object> = {
      first: { BackupJobs: [job, { ...job, BackupJobId: 'part', ParentJobId: 'one' }], NextToken: 'second' },
      second: {
        BackupJobs: [{ BackupJobId: 'two', ResourceArn: database, State: 'CREATED', CreationDate: created }],
      },
    };
    const { client, asked } = asking({
      ListBackupJobs: ({ NextToken = 'first' }: { NextToken?: string }) => pages[NextToken] ?? {},
    });
    expect(await backupJobs(client).since(since)).toEqual([
      {
        id: 'one',
        resourceArn: database,
        vaultName: 'operational',
        state: 'COMPLETED',
        createdAt: created,
        completedAt: ended,
        pointArn: point,
        createdBy: { planId: 'plan', ruleName: 'hourly' },
      },
      { id: 'two', resourceArn: database, vaultName: '', state: 'CREATED', createdAt: created },
    ]);
    expect(asked).toEqual([
      { ByCreatedAfter: since, MaxResults: 1000 },
      { ByCreatedAfter: since, MaxResults: 1000, NextToken: 'second' },
    ]);
  });

  const order = {
    resourceArn: database,
    vaultName: 'operational',
    roleArn: 'arn:aws:iam::123456789012:role/backup',
    keepDays: 30,
    startWindowMinutes: 60,
    completionWindowMinutes: 120,
    token: 'slot',
  };

  it('starts a job under a token', async () => {
    const { client, asked } = asking({ StartBackupJob: () => ({ BackupJobId: 'three' }) });
    expect(await backupJobs(client).start(order)).toEqual({ end: 'started', jobId: 'three' });
    expect(asked).toEqual([
      {
        BackupVaultName: 'operational',
        ResourceArn: database,
        IamRoleArn: order.roleArn,
        IdempotencyToken: 'slot',
        StartWindowMinutes: 60,
        CompleteWindowMinutes: 120,
        Lifecycle: { DeleteAfterDays: 30 },
      },
    ]);
  });

  it.each([
    'InvalidParameterValueException',
    'InvalidRequestException',
    'LimitExceededException',
    'ResourceNotFoundException',
  ])('says when AWS Backup refuses: %s', async (code) => {
    const { client } = asking({ StartBackupJob: failing(code) });
    expect(await backupJobs(client).start(order)).toEqual({ end: 'refused', reason: `${code}: not now` });
  });

  it.each(['AccessDeniedException', 'ServiceUnavailableException'])('throws %s', async (name) => {
    const { client } = asking({ StartBackupJob: failing(name) });
    await expect(backupJobs(client).start(order)).rejects.toMatchObject({ name });
  });
});

describe('copyJobs', () => {
  it('lists copies with where they come from and go to', async () => {
    const { client } = asking({
      ListCopyJobs: () => ({
        CopyJobs: [
          {
            CopyJobId: 'copy',
            ResourceArn: database,
            SourceRecoveryPointArn: point,
            DestinationBackupVaultArn: destination,
            State: 'FAILED',
            StatusMessage: 'Given key ID is not accessible',
            CreationDate: created,
            CompletionDate: ended,
          },
        ],
      }),
    });
    expect(await copyJobs(client).since(since)).toEqual([
      {
        id: 'copy',
        resourceArn: database,
        sourcePointArn: point,
        destinationVaultArn: destination,
        state: 'FAILED',
        message: 'Given key ID is not accessible',
        createdAt: created,
        completedAt: ended,
      },
    ]);
  });

  it('starts a copy under a token', async () => {
    const { client, asked } = asking({ StartCopyJob: () => ({ CopyJobId: 'again' }) });
    const started = await copyJobs(client).start({
      pointArn: point,
      vaultName: 'operational',
      destinationVaultArn: destination,
      roleArn: 'arn:aws:iam::123456789012:role/backup',
      keepDays: 2557,
      coldAfterDays: 90,
      token: 'slot',
    });
    expect(started).toEqual({ end: 'started', jobId: 'again' });
    expect(asked[0]).toMatchObject({
      IdempotencyToken: 'slot',
      Lifecycle: { DeleteAfterDays: 2557, MoveToColdStorageAfterDays: 90 },
    });
  });
});

describe('recoveryPoints', () => {
  const listed = {
    RecoveryPointArn: point,
    ResourceArn: database,
    Status: 'COMPLETED',
    CreationDate: created,
    CompletionDate: ended,
    IsEncrypted: true,
    BackupSizeInBytes: 42,
    CalculatedLifecycle: { DeleteAt: new Date('2026-04-01T08:00:00Z') },
    CreatedBy: { BackupPlanId: 'plan' },
  };
  const read = (more: object) =>
    recoveryPoints(
      asking({ ListRecoveryPointsByBackupVault: () => ({ RecoveryPoints: [{ ...listed, ...more }] }) })
        .client,
      'us-east-1',
    ).inVault('operational', { since });

  it('says what is in a vault, and until when', async () => {
    expect(await read({})).toEqual([
      {
        arn: point,
        region: 'us-east-1',
        vaultName: 'operational',
        resourceArn: database,
        status: 'COMPLETED',
        createdAt: created,
        completedAt: ended,
        deleteAt: new Date('2026-04-01T08:00:00Z'),
        sizeInBytes: 42,
        isEncrypted: true,
      },
    ]);
  });

  it('knows what no plan has made', async () => {
    const [byHand] = await read({ CreatedBy: undefined });
    expect(byHand?.isByHand).toBe(true);
  });

  it('never makes anything younger than its backup job, nor encrypted what is not known to be', async () => {
    const [copy] = await read({ CreationDate: ended, InitiationDate: created, IsEncrypted: undefined });
    expect(copy).toMatchObject({ createdAt: created, isEncrypted: false });
  });

  it('says which resources have any', async () => {
    const { client } = asking({
      ListProtectedResources: () => ({
        Results: [{ ResourceArn: database, LastBackupTime: created, LastBackupVaultArn: destination }],
      }),
    });
    expect(await recoveryPoints(client, 'us-west-2').protectedResources()).toEqual([
      { arn: database, newestAt: created, vaultName: 'operational' },
    ]);
  });

  it('leaves out the parts of composite recovery points', async () => {
    expect(await read({ ParentRecoveryPointArn: 'parent' })).toEqual([]);
  });
});

describe('restoreJobs', () => {
  const listed: RestoreJobsListMember = {
    RestoreJobId: 'restore',
    ResourceType: 'RDS',
    RecoveryPointArn: point,
    SourceResourceArn: database,
    Status: 'COMPLETED',
    CreationDate: created,
    CompletionDate: ended,
    CreatedResourceArn: 'arn:aws:rds:us-east-1:123456789012:db:awsbackup-restore-test-1',
    CreatedBy: { RestoreTestingPlanArn: 'arn:aws:backup:us-east-1:123456789012:restore-testing-plan:weekly' },
    ValidationStatus: 'FAILED',
    ValidationStatusMessage: 'rows are missing',
    DeletionStatus: 'DELETING',
  };

  it('says what was restored, what somebody thought of it, and whether it is gone', async () => {
    const { client } = asking({
      DescribeRestoreJob: () => listed,
      ListRestoreJobs: () => ({ RestoreJobs: [listed] }),
    });
    const job = await restoreJobs(client).of('restore');
    expect(job).toEqual({
      id: 'restore',
      resourceType: 'RDS',
      sourceResourceArn: database,
      pointArn: point,
      status: 'COMPLETED',
      createdAt: created,
      completedAt: ended,
      createdArn: listed.CreatedResourceArn,
      testingPlanArn: listed.CreatedBy?.RestoreTestingPlanArn,
      validation: { status: 'FAILED', message: 'rows are missing' },
      deletion: { status: 'DELETING' },
    });
    expect(await restoreJobs(client).since(since)).toEqual([job]);
  });

  it('knows no job that is not there', async () => {
    const { client } = asking({ DescribeRestoreJob: failing('ResourceNotFoundException') });
    expect(await restoreJobs(client).of('none')).toBeUndefined();
  });

  it('sets a result, and says when it cannot be set any more', async () => {
    const good = asking({ PutRestoreValidationResult: () => ({}) });
    expect(await restoreJobs(good.client).judge('restore', 'SUCCESSFUL', 'all rows')).toEqual({ end: 'set' });
    expect(good.asked).toEqual([
      { RestoreJobId: 'restore', ValidationStatus: 'SUCCESSFUL', ValidationStatusMessage: 'all rows' },
    ]);
    const late = asking({ PutRestoreValidationResult: failing('InvalidRequestException') });
    expect(await restoreJobs(late.client).judge('restore', 'FAILED', 'no rows')).toEqual({
      end: 'refused',
      reason: 'InvalidRequestException: not now',
    });
  });
});
