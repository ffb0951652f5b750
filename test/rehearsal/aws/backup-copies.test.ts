import {
  ListBackupJobsCommand,
  ListCopyJobsCommand,
  ListRecoveryPointsByBackupVaultCommand,
  StartCopyJobCommand,
} from '@aws-sdk/client-backup';
import { describe, expect, it } from '@jest/globals';
import type { CopyFault } from '../../../rehearsal/aws/backup-context.ts';
import type { BackupResource } from '../../../rehearsal/aws/backup-resource.ts';
import {
  away,
  type BackupStand,
  backupStand,
  cluster,
  copyActions,
  database,
  home,
  hours,
  keyArn,
  roleArn,
  rule,
  vaultArn,
  vaultName,
  volume,
} from './backup-stand.ts';

/** One backup at 10:00, copied to the other Region. */
function stand(resource: BackupResource, fault?: CopyFault): BackupStand {
  const made = backupStand(fault && { copy: () => fault });
  made.backup.resources.put(resource);
  made.plan([rule({ ScheduleExpression: 'cron(0 10 ? * * *)', ...copyActions() })]);
  return made;
}

async function pointsOf({ client }: BackupStand, region: string) {
  const command = new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName: vaultName });
  return (await client(region).send(command)).RecoveryPoints ?? [];
}

async function copiesOf({ client }: BackupStand) {
  return (await client().send(new ListCopyJobsCommand({}))).CopyJobs ?? [];
}

describe('a copy', () => {
  it('comes to the other Region with the key of the vault there, as old as its source', async () => {
    const made = stand(database);
    made.kernel.pass(hours(4));
    const [source] = await pointsOf(made, home);
    const [copy] = await pointsOf(made, away);
    expect(copy).toMatchObject({
      RecoveryPointArn: expect.stringMatching(/^arn:aws:rds:us-west-2:\d+:snapshot:awsbackup:copyjob-/),
      ResourceArn: database.arn,
      SourceBackupVaultArn: vaultArn(home),
      CreationDate: source?.CreationDate,
      EncryptionKeyArn: keyArn(away),
    });
    const [backup] = (await made.client().send(new ListBackupJobsCommand({}))).BackupJobs ?? [];
    expect(await copiesOf(made)).toMatchObject([
      {
        State: 'COMPLETED',
        SourceRecoveryPointArn: source?.RecoveryPointArn,
        DestinationBackupVaultArn: vaultArn(away),
        DestinationRecoveryPointArn: copy?.RecoveryPointArn,
        CreatedByBackupJobId: backup?.BackupJobId,
        CreatedBy: { BackupRuleName: 'hourly' },
      },
    ]);
  });

  it.each([
    [
      'the source key of a database',
      database,
      'source',
      `The source snapshot KMS key [${database.keyArn}] does not exist, is not enabled or you do not have permissions to access it.`,
    ],
    [
      'the destination key of a database',
      database,
      'destination',
      `Specified KMS key [${keyArn(away)}] does not exist, is not enabled or you do not have permissions to access it.`,
    ],
    ['the key of a volume, which nobody names', volume, 'source', 'Given key ID is not accessible'],
    [
      'the key of a cluster, which nobody names',
      cluster,
      'destination',
      'KMS key is either disabled or pending deletion or access to KMS key is denied',
    ],
  ] as const)('fails over %s', async (_what, resource, key, message) => {
    const made = stand(resource, { end: 'FAILED', key });
    made.kernel.pass(hours(4));
    expect(await copiesOf(made)).toMatchObject([{ State: 'FAILED', StatusMessage: message }]);
    expect(await pointsOf(made, away)).toEqual([]);
  });

  it('asks IAM for the vault and the key that it goes to', async () => {
    const made = stand(database);
    made.kernel.pass(hours(4));
    expect(made.kernel.asked).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ action: 'backup:CopyIntoBackupVault', resource: vaultArn(away) }),
        expect.objectContaining({
          action: 'kms:CreateGrant',
          resource: keyArn(away),
          context: expect.objectContaining({ 'kms:viaservice': 'rds.us-west-2.amazonaws.com' }),
        }),
      ]),
    );
  });

  it('fails where the lock over there wants another lifecycle', async () => {
    const made = backupStand();
    made.backup.resources.put(volume);
    const CopyActions = [{ DestinationBackupVaultArn: vaultArn(away), Lifecycle: { DeleteAfterDays: 3 } }];
    made.plan([rule({ ScheduleExpression: 'cron(0 10 ? * * *)', CopyActions })]);
    made.kernel.pass(hours(4));
    expect(await copiesOf(made)).toMatchObject([
      { State: 'FAILED', StatusMessage: expect.stringMatching(/^Copy job failed. The retention specified/) },
    ]);
  });

  it('comes late, and others do not wait for it', async () => {
    const made = stand(database, { lateMs: hours(5) });
    made.kernel.pass(hours(5));
    expect(await copiesOf(made)).toMatchObject([{ State: 'CREATED' }]);
    made.kernel.pass(hours(4));
    expect(await copiesOf(made)).toMatchObject([{ State: 'COMPLETED' }]);
  });

  it('never ends where a fault says so', async () => {
    const made = stand(database, { end: 'never' });
    made.kernel.pass(hours(24));
    expect((await copiesOf(made)).at(-1)).toMatchObject({ State: 'RUNNING' });
  });
});

describe('StartCopyJob', () => {
  it('makes one copy for one token', async () => {
    const made = stand(database, { end: 'FAILED', key: 'destination' });
    made.kernel.pass(hours(4));
    const [point] = await pointsOf(made, home);
    const start = () =>
      made.client().send(
        new StartCopyJobCommand({
          RecoveryPointArn: point?.RecoveryPointArn,
          SourceBackupVaultName: vaultName,
          DestinationBackupVaultArn: vaultArn(away),
          IamRoleArn: roleArn,
          IdempotencyToken: 'again',
        }),
      );
    expect((await start()).CopyJobId).toBe((await start()).CopyJobId);
    expect(await copiesOf(made)).toHaveLength(2);
  });

  it('refuses a recovery point that is not there', async () => {
    const command = new StartCopyJobCommand({
      RecoveryPointArn: 'arn:aws:backup:us-east-1:123456789012:recovery-point:none',
      SourceBackupVaultName: vaultName,
      DestinationBackupVaultArn: vaultArn(away),
      IamRoleArn: roleArn,
    });
    await expect(stand(database).client().send(command)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
