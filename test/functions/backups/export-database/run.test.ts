import { RDSClient } from '@aws-sdk/client-rds';
import { describe, expect, it } from '@jest/globals';
import { exportDatabases } from '../../../../functions/backups/export-database/run.ts';
import opsPolicy from '../../../../ops.config.ts';
import { type ExportFaults, RdsExports } from '../../../../rehearsal/aws/rds-exports.ts';
import { AwsError } from '../../../../rehearsal/kernel.ts';
import { exportTasks } from '../../../../shared/aws/export-tasks.ts';
import type { Standing } from '../../../../shared/domain/standing.ts';
import type { BackupFindingTold } from '../../../../shared/events/backup-finding.ts';
import { exportingPolicy } from '../../../infra/exporting-policy.ts';
import { clientOf, testKernel } from '../../../rehearsal/aws/stand.ts';

const region = 'us-east-1';
const database = `arn:aws:rds:${region}:111122223333:db:aeon-dt-metadata`;
const aDay = 86_400_000;
const acting: Standing = { may: 'act' };

/** 2 November, with one good recovery point of that day, and an RDS that exports. */
function stage(faults: ExportFaults = {}) {
  const kernel = testKernel('2026-11-02T09:50:00Z');
  const rds = new RdsExports(kernel, faults);
  const told: BackupFindingTold[] = [];
  const deps = {
    tagged: {
      withTag: async () => [
        { arn: database, value: 'databases' },
        { arn: 'arn:aws:s3:::aeon-dt-ontologies', value: 'application-data' },
      ],
    },
    points: {
      protectedResources: async () => [],
      inVault: async (vaultName: string) => [
        {
          arn: `arn:aws:rds:${region}:111122223333:snapshot:awsbackup:job-1`,
          region,
          vaultName,
          resourceArn: database,
          status: 'COMPLETED',
          createdAt: new Date('2026-11-02T06:00:00Z'),
          completedAt: new Date('2026-11-02T06:10:00Z'),
          isEncrypted: true,
        },
      ],
    },
    exports: exportTasks(clientOf(RDSClient, rds), 'arn:aws:kms:us-east-1:111122223333:key/backups'),
    bus: {
      publish: async ({ detail }: { detail: unknown }) => void told.push(detail as BackupFindingTold),
    },
    rolePrefix: 'arn:aws:iam::111122223333:role/aeon-ops-export-',
    policy: exportingPolicy,
    region,
    now: kernel.now,
  };
  const run = async (standing: Standing = acting, policy = exportingPolicy) => {
    const [outcome] = await exportDatabases(standing, { ...deps, policy });
    return outcome?.outcome;
  };
  return { kernel, rds, told, run };
}

describe('export-database', () => {
  it('begins one export a month, watches it to its end, and says that it is there', async () => {
    const { kernel, rds, told, run } = stage();
    expect(await run()).toBe('begun');
    expect(await run()).toBe('under way');
    kernel.pass(aDay);
    expect(await run()).toBe('exported');
    const tasks = rds.operations.DescribeExportTasks(
      {},
      { principal: { kind: 'scenario' }, region },
    ).ExportTasks;
    expect(tasks).toMatchObject([
      {
        ExportTaskIdentifier: 'aeon-dt-metadata-2026-11-1',
        S3Bucket: 'aeon-dt-archive',
        IamRoleArn: 'arn:aws:iam::111122223333:role/aeon-ops-export-databases',
        Status: 'COMPLETE',
      },
    ]);
    expect(told.map(({ outcome, facts }) => [outcome, facts.name])).toEqual([
      ['over', 'export-failed'],
      ['over', 'export-missing'],
    ]);
  });

  it('counts one as begun that another attempt has begun at the same moment', async () => {
    const { rds, run } = stage();
    const { DescribeExportTasks } = rds.operations;
    rds.operations.DescribeExportTasks = () => ({ ExportTasks: [] });
    expect(await run()).toBe('begun');
    expect(await run()).toBe('begun');
    rds.operations.DescribeExportTasks = DescribeExportTasks;
    expect(await run()).toBe('under way');
  });

  it('tries on three days what fails, and tells of it under one key until it is there', async () => {
    let failures = 2;
    const { kernel, told, run } = stage({
      fails: () => (failures-- > 0 ? 'The key is not accessible.' : undefined),
    });
    const outcomes: unknown[] = [];
    for (let day = 0; day < 4; day += 1) {
      outcomes.push(await run());
      kernel.pass(aDay);
    }
    expect(outcomes).toEqual(['begun', 'begun', 'begun', 'exported']);
    const failed = told.filter(({ facts }) => facts.name === 'export-failed');
    expect(failed.map(({ outcome }) => outcome)).toEqual(['open', 'open', 'over']);
    expect(new Set(failed.map(({ facts }) => facts.finding)).size).toBe(1);
    expect(failed[0]?.reason).toContain('aeon-dt-metadata-2026-11-1 is FAILED: The key is not accessible.');
  });

  it('tells what RDS refuses, and does not call it begun', async () => {
    const { rds, told, run } = stage();
    rds.operations.StartExportTask = () => {
      throw new AwsError('KMSKeyNotAccessibleFault', 'An error occurred accessing a KMS key.');
    };
    expect(await run()).toBe('refused');
    expect(told).toMatchObject([{ outcome: 'open', reason: expect.stringContaining('accessing a KMS key') }]);
  });

  it('begins nothing while it may not, and still tells that a month is missing', async () => {
    const { kernel, rds, told, run } = stage();
    const held: Standing = { may: 'tell', because: 'paused', reason: 'paused by ada' };
    expect(await run(held)).toBe('held');
    expect(told).toEqual([]);
    kernel.pass(3 * aDay);
    expect(await run(held)).toBe('held');
    expect(told).toMatchObject([{ outcome: 'open', facts: { name: 'export-missing' } }]);
    const { ExportTasks } = rds.operations.DescribeExportTasks(
      {},
      { principal: { kind: 'scenario' }, region },
    );
    expect(ExportTasks).toEqual([]);
  });

  it('leaves alone what the policy keeps as recovery points', async () => {
    const { run } = stage();
    expect(await run(acting, opsPolicy)).toBeUndefined();
  });
});
