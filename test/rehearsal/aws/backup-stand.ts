import { BackupClient } from '@aws-sdk/client-backup';
import { Backup } from '../../../rehearsal/aws/backup.ts';
import type { BackupFaults } from '../../../rehearsal/aws/backup-context.ts';
import type { BackupResource } from '../../../rehearsal/aws/backup-resource.ts';
import type { ServiceEvent } from '../../../rehearsal/aws/ecr-events.ts';
import { account, clientOf, type TestKernel, testKernel } from './stand.ts';

export const home = 'us-east-1';
export const away = 'us-west-2';
export const vaultName = 'operational';
export const roleArn = `arn:aws:iam::${account}:role/backup`;

export const minutes = (count: number): number => count * 60_000;
export const hours = (count: number): number => minutes(60 * count);
export const days = (count: number): number => hours(24 * count);

export const vaultArn = (region: string, name = vaultName): string =>
  `arn:aws:backup:${region}:${account}:backup-vault:${name}`;
export const keyArn = (region: string): string => `arn:aws:kms:${region}:${account}:key/vault`;

export const database: BackupResource = {
  arn: `arn:aws:rds:${home}:${account}:db:aeon-dt-metadata`,
  type: 'RDS',
  region: home,
  tags: { tier: 'databases' },
  sizeInBytes: 20_000_000_000,
  keyArn: `arn:aws:kms:${home}:${account}:key/database`,
  windows: { maintenance: 'sun:04:00-sun:05:00', backup: '03:00-04:00' },
};

export const volume: BackupResource = {
  arn: `arn:aws:ec2:${home}:${account}:volume/vol-0graph`,
  type: 'EBS',
  region: home,
  tags: { tier: 'volumes' },
  sizeInBytes: 50_000_000_000,
  keyArn: `arn:aws:kms:${home}:${account}:key/volumes`,
};

export const cluster: BackupResource = {
  arn: `arn:aws:eks:${home}:${account}:cluster/aeon-dt-prod-cluster`,
  type: 'EKS',
  region: home,
  tags: { tier: 'clusters' },
  sizeInBytes: 400_000_000,
};

/** A rule as CloudFormation has it; hourly, when nothing else is said. */
export const rule = (more: object = {}): object => ({
  RuleName: 'hourly',
  TargetBackupVault: vaultName,
  ScheduleExpression: 'cron(0 * ? * * *)',
  StartWindowMinutes: 60,
  CompletionWindowMinutes: 120,
  Lifecycle: { DeleteAfterDays: 30 },
  ...more,
});

export const copyActions = (region = away): object => ({
  CopyActions: [{ DestinationBackupVaultArn: vaultArn(region), Lifecycle: { DeleteAfterDays: 30 } }],
});

export interface BackupStand {
  readonly kernel: TestKernel;
  readonly backup: Backup;
  readonly events: readonly ServiceEvent[];
  readonly eventsOf: (detailType: string) => readonly ServiceEvent[];
  /** A real client in a Region. */
  readonly client: (region?: string) => BackupClient;
  /** A plan for all resources, or for what the selection says. */
  readonly plan: (rules: readonly object[], selection?: object) => void;
}

/** Monday, 08:00. A vault in each of two Regions, locked for 7 to 35 days. */
export function backupStand(faults: BackupFaults = {}, start = '2026-11-23T08:00:00Z'): BackupStand {
  let draws = 0;
  const kernel = testKernel(start, () => ((draws++ * 7) % 10) / 10);
  const events: ServiceEvent[] = [];
  const backup = new Backup(kernel, (event) => events.push(event), faults);
  for (const region of [home, away]) {
    const properties = {
      BackupVaultName: vaultName,
      EncryptionKeyArn: keyArn(region),
      LockConfiguration: { MinRetentionDays: 7, MaxRetentionDays: 35 },
    };
    backup.create.vault({ region, name: vaultName, properties });
  }
  return {
    kernel,
    backup,
    events,
    eventsOf: (detailType) => events.filter((event) => event.detailType === detailType),
    client: (region = home) => clientOf(BackupClient, backup, region),
    plan(rules, selection = { Resources: ['*'] }) {
      const plan = { BackupPlan: { BackupPlanName: 'plan', BackupPlanRule: rules } };
      backup.create.plan({ region: home, name: 'plan-id', properties: plan });
      const properties = {
        BackupPlanId: 'plan-id',
        BackupSelection: { SelectionName: 'all', IamRoleArn: roleArn, ...selection },
      };
      backup.create.selection({ region: home, name: 'all', properties });
    },
  };
}
