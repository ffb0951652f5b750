import { describe, expect, it } from '@jest/globals';
import {
  parseBackupEvent,
  parseBackupJobChange,
  parseCopyJobChange,
  parseRecoveryPointChange,
  parseRestoreJobChange,
} from '../../../shared/events/backup.ts';
import { absent, refusal, sample, spoil } from './sample.ts';

const point =
  'arn:aws:rds:us-east-1:123456789012:snapshot:awsbackup:job-4ece7121-d60e-40c2-8c3b-49960142d03b';
const database = 'arn:aws:rds:us-east-1:123456789012:db:aeon-dt-metadata';

describe('parseBackupJobChange', () => {
  const completed = sample('backup/backup-job.completed.json');

  it('reads a job that has made a recovery point', () => {
    expect(parseBackupJobChange(completed)).toEqual({
      kind: 'backup-job',
      jobId: 'A827233A-D405-4A86-A440-759FA94F34DD',
      state: 'COMPLETED',
      message: undefined,
      resourceArn: database,
      resourceType: 'RDS',
      vaultName: 'aeon-ops-operational',
      sizeInBytes: 42_949_672_960,
      recoveryPointArn: point,
      createdAt: '2026-03-02T08:00:00.412Z',
      completedAt: '2026-03-02T08:33:12.921Z',
      region: 'us-east-1',
      account: '123456789012',
      at: '2026-03-02T08:35:00.000Z',
    });
  });

  it.each([
    ['created', 'CREATED', undefined],
    ['pending', 'PENDING', undefined],
    ['running', 'RUNNING', undefined],
    ['completed-with-issues', 'COMPLETED', '2 Kubernetes resources could not be backed up.'],
    ['partial', 'PARTIAL', 'A nested backup of the cluster failed.'],
    ['failed', 'FAILED', expect.stringMatching(/^Backup job could not start .* RDS instance\.$/)],
    ['aborted', 'ABORTED', 'Backup job was stopped by user.'],
    ['expired', 'EXPIRED', 'Backup job expired before completion.'],
  ])('reads a job that is %s', (file, state, message) => {
    const job = parseBackupJobChange(sample(`backup/backup-job.${file}.json`));
    expect(job.state).toBe(state);
    expect(job.message).toEqual(message);
  });

  it.each([
    ['a size that is a number', 'detail.backupSizeInBytes', 36_048, { sizeInBytes: 36_048 }],
    ['no size', 'detail.backupSizeInBytes', {}, { sizeInBytes: undefined }],
    ['`status` for `state`', 'detail', { backupJobId: 'one', status: 'Failed' }, { state: 'FAILED' }],
    ['no resource', 'detail.resourceArn', {}, { resourceArn: undefined }],
    ['no recovery point', 'resources', [], { recoveryPointArn: undefined }],
    ['an end in no known form', 'detail.completionDate', 'soon', { completedAt: undefined }],
  ])('takes %s', (_what, path, value, expected) => {
    expect(parseBackupJobChange(spoil(completed, path, value))).toMatchObject(expected);
  });

  it('refuses one without a job or a state', () => {
    expect(refusal(() => parseBackupJobChange(spoil(completed, 'detail.backupJobId', absent)))).toContain(
      'detail.backupJobId: expected string (given nothing)',
    );
    expect(refusal(() => parseBackupJobChange(spoil(completed, 'detail.state', absent)))).toContain(
      "detail: expected a 'state' or a 'status'",
    );
  });
});

describe('parseCopyJobChange', () => {
  it('reads where a copy goes, and why it failed', () => {
    expect(parseCopyJobChange(sample('backup/copy-job.failed.json'))).toMatchObject({
      kind: 'copy-job',
      state: 'FAILED',
      message: expect.stringMatching(/^Specified KMS key \[arn:aws:kms:us-west-2:/),
      recoveryPointArn: point,
      destinationVaultArn: 'arn:aws:backup:us-west-2:123456789012:backup-vault:aeon-ops-operational',
      copyArn: undefined,
      sizeInBytes: 42_949_672_960,
    });
  });

  it('takes one that has no id yet, and one whose copy is not there yet', () => {
    const [created, running, completed] = ['created', 'running', 'completed'].map((state) =>
      parseCopyJobChange(sample(`backup/copy-job.${state}.json`)),
    );
    expect(created).toMatchObject({ state: 'CREATED', jobId: undefined, recoveryPointArn: point });
    expect(running).toMatchObject({ state: 'RUNNING', copyArn: undefined });
    expect(completed?.copyArn).toMatch(/:copyjob-/);
  });
});

describe('parseRestoreJobChange', () => {
  it.each([
    ['created', 'CREATED'],
    ['pending', 'PENDING'],
    ['completed', 'COMPLETED'],
    ['failed', 'FAILED'],
  ])('reads the state of one that is %s, whatever it is called', (file, state) => {
    expect(parseRestoreJobChange(sample(`backup/restore-job.${file}.json`)).state).toBe(state);
  });

  it('tells the restore of a test from one by hand', () => {
    const byPlan = parseRestoreJobChange(sample('backup/restore-job.completed.json'));
    const byHand = parseRestoreJobChange(sample('backup/restore-job.completed-by-hand.json'));
    expect(byPlan).toMatchObject({
      testingPlanArn: expect.stringContaining(':restore-testing-plan:'),
      createdArn: expect.stringContaining(':db:awsbackup-restore-test-'),
      resourceArn: database,
      recoveryPointArn: point,
    });
    expect(byHand.testingPlanArn).toBeUndefined();
  });
});

describe('parseRecoveryPointChange', () => {
  const completed = sample('backup/recovery-point.completed.json');

  it.each([
    ['true', true],
    [false, false],
    ['false', false],
    [absent, undefined],
  ])('reads whether it is encrypted: %p', (value, isEncrypted) => {
    const event = spoil(completed, 'detail.isEncrypted', value);
    expect(parseRecoveryPointChange(event).isEncrypted).toBe(isEncrypted);
  });

  it('refuses one that does not say which it is about', () => {
    expect(refusal(() => parseRecoveryPointChange(spoil(completed, 'resources', [])))).toContain(
      'expected its ARN in resources',
    );
  });
});

describe('parseBackupEvent', () => {
  it.each([
    ['backup/backup-job.created.json', 'backup-job'],
    ['backup/copy-job.created.json', 'copy-job'],
    ['backup/restore-job.created.json', 'restore-job'],
    ['backup/recovery-point.expired.json', 'recovery-point'],
  ])('reads %s', (file, kind) => {
    expect(parseBackupEvent(sample(file)).kind).toBe(kind);
  });

  it.each(['Backup Vault State Change', 'Backup Plan State Change', 'Scan Job State Change'])(
    "refuses a '%s'",
    (detailType) => {
      const event = spoil(sample('backup/backup-job.created.json'), 'detail-type', detailType);
      expect(refusal(() => parseBackupEvent(event))).toContain(`given '${detailType}' of 'aws.backup'`);
    },
  );
});
