import { BackupClient } from '@aws-sdk/client-backup';
import { describe, expect, it } from '@jest/globals';
import backups from '../../../backups.ts';
import { Backup } from '../../../rehearsal/aws/backup.ts';
import type { BackupFaults } from '../../../rehearsal/aws/backup-context.ts';
import type { BackupResource } from '../../../rehearsal/aws/backup-resource.ts';
import { installClock } from '../../../rehearsal/clock.ts';
import { seededRandom } from '../../../rehearsal/random.ts';
import { copyJobs } from '../../../shared/aws/backup-copies.ts';
import { backupJobs } from '../../../shared/aws/backup-jobs.ts';
import { recoveryPoints } from '../../../shared/aws/backup-points.ts';
import { decideBackups } from '../../../shared/backups/decide.ts';
import { findingKey } from '../../../shared/backups/finding.ts';
import type { ObservedBackups } from '../../../shared/backups/history.ts';
import { observeBackups, together } from '../../../shared/backups/observe.ts';
import { plannedRules } from '../../../shared/policy/backup-plan.ts';
import { resourceName } from '../../../shared/policy/resource.ts';
import { account, clientOf } from '../../rehearsal/aws/stand.ts';

/*
 * The decision on what the simulated AWS Backup says, with the real policy: every hour from a Saturday to a
 * Tuesday. The Sunday is the first of a month.
 */

const home = 'us-east-1';
const away = 'us-west-2';
const from = new Date('2026-02-28T12:45:00Z');
const hourMs = 3_600_000;

const tagged = (type: BackupResource['type'], arn: string, tier: string): BackupResource => ({
  arn,
  type,
  region: home,
  tags: { [backups.tagKey]: tier },
  sizeInBytes: 8_000_000_000,
  keyArn: `arn:aws:kms:${home}:${account}:key/application`,
});

const database: BackupResource = {
  ...tagged('RDS', `arn:aws:rds:${home}:${account}:db:aeon-dt-metadata`, 'databases'),
  windows: { maintenance: 'sun:04:00-sun:05:00', backup: '03:00-04:00' },
};
const volume = tagged('EBS', `arn:aws:ec2:${home}:${account}:volume/vol-0graph`, 'volumes');
const cluster = tagged('EKS', `arn:aws:eks:${home}:${account}:cluster/prod`, 'cluster-state');
const bucket = tagged('S3', 'arn:aws:s3:::aeon-dt-ontologies', 'application-data');
const resources = [database, volume, cluster, bucket];

/** @returns the findings that were open, each with the moments from which and up to which it was */
async function watch(
  faults: BackupFaults = {},
): Promise<ReadonlyMap<string, readonly [first: Date, last: Date]>> {
  using clock = installClock(from);
  const random = seededRandom(7);
  const kernel = {
    account,
    now: clock.now,
    after: clock.after,
    random: random.next,
    uuid: random.fork('ids').uuid,
    trace: () => undefined,
    permissions: { authorize: () => undefined },
  };
  const aws = new Backup(kernel, undefined, faults);
  deploy(aws);
  const open = new Map<string, readonly [Date, Date]>();
  for (let hour = 0; hour < 3 * 24; hour += 1) {
    await clock.runUntil(new Date(from.getTime() + hour * hourMs + 22 * 60_000));
    const now = clock.now();
    const { findings } = decideBackups({
      observed: await observed(aws, now),
      tagged: resources.map(({ arn, tags }) => ({ arn, tier: tags[backups.tagKey] ?? '', knownSince: from })),
      policy,
      standing: { may: 'tell', because: 'observe', reason: 'observe' },
      roleName: 'backup',
      now,
    });
    for (const finding of findings) {
      open.set(findingKey(finding), [open.get(findingKey(finding))?.[0] ?? now, now]);
    }
  }
  return open;
}

const policy = { regions: { primary: home }, backups };

async function observed(aws: Backup, now: Date): Promise<ObservedBackups> {
  const looks = [home, away].map(async (region) => {
    const client = clientOf(BackupClient, aws, region);
    const readers = {
      jobs: backupJobs(client),
      copies: copyJobs(client),
      points: recoveryPoints(client, region),
      tagged: { withTag: async () => [] },
    };
    return (await observeBackups(readers, { region, account, policy, now })).observed;
  });
  return together(await Promise.all(looks));
}

const vaultArn = (region: string, name: string): string =>
  `arn:aws:backup:${region}:${account}:backup-vault:${name}`;

function deploy(aws: Backup): void {
  const roleArn = `arn:aws:iam::${account}:role/backup`;
  for (const region of [home, away]) {
    for (const { vault, lock } of Object.values(backups.vaults)) {
      const properties = {
        BackupVaultName: resourceName(vault),
        EncryptionKeyArn: `arn:aws:kms:${region}:${account}:key/vault`,
        LockConfiguration: { MinRetentionDays: lock.minKeepDays, MaxRetentionDays: lock.maxKeepDays },
      };
      aws.create.vault({ region, name: resourceName(vault), properties });
    }
  }
  const vaultNameOf = (vault: string) => resourceName(backups.vaults[vault]?.vault ?? { existing: 'none' });
  for (const [tierName, tier] of Object.entries(backups.tiers)) {
    const BackupPlanRule = plannedRules(tierName, tier).map((rule) => ({
      RuleName: rule.name,
      TargetBackupVault: vaultNameOf(rule.vault),
      ScheduleExpression: rule.cron,
      ScheduleExpressionTimezone: rule.timeZone,
      StartWindowMinutes: rule.startWindowMinutes,
      CompletionWindowMinutes: rule.completionWindowMinutes,
      Lifecycle: { DeleteAfterDays: rule.keepDays },
      CopyActions: rule.copies.map(({ region, keepDays }) => ({
        DestinationBackupVaultArn: vaultArn(region, vaultNameOf(rule.vault)),
        Lifecycle: { DeleteAfterDays: keepDays },
      })),
    }));
    const plan = { BackupPlan: { BackupPlanName: tierName, BackupPlanRule } };
    aws.create.plan({ region: home, name: tierName, properties: plan });
    const ListOfTags = [
      { ConditionType: 'STRINGEQUALS', ConditionKey: backups.tagKey, ConditionValue: tierName },
    ];
    const BackupSelection = { SelectionName: tierName, IamRoleArn: roleArn, ListOfTags };
    aws.create.selection({
      region: home,
      name: tierName,
      properties: { BackupPlanId: tierName, BackupSelection },
    });
  }
  for (const resource of resources) aws.resources.put(resource);
}

/** Hours from a moment to the first time that a finding was open, and to the last. */
function hoursOpen(found: Awaited<ReturnType<typeof watch>>, key: string, after: string): number[] {
  return (found.get(key) ?? []).map((seen) => (seen.getTime() - Date.parse(after)) / hourMs);
}

describe('three days of backups', () => {
  it('in which nothing goes wrong give no finding', async () => {
    expect([...(await watch())]).toEqual([]);
  });

  it('in which things go wrong give a finding for each, soon, and none when it is over', async () => {
    const found = await watch({
      backup({ resource, at }) {
        if (resource.arn === volume.arn && at.toISOString() === '2026-03-01T12:00:00.000Z')
          return { end: 'FAILED', message: 'Cannot snapshot volume' };
        if (resource.arn === cluster.arn && at.toISOString() === '2026-03-01T15:30:00.000Z')
          return { end: 'EXPIRED' };
        return undefined;
      },
      forgets: ({ resource, at }) => resource.arn === bucket.arn && at >= new Date('2026-03-02T00:00:00Z'),
      copy: ({ point: { resourceArn, createdAt } }) =>
        resourceArn === database.arn && createdAt >= new Date('2026-03-02T06:00:00Z')
          ? { end: 'FAILED', key: 'destination' }
          : undefined,
    });
    const operational = 'aeon-ops-operational';
    const keys = {
      failed: `failed ${home} hourly ${volume.arn}`,
      expired: `expired ${home} hourly ${cluster.arn}`,
      forgotten: `never-started ${home} daily ${bucket.arn}`,
      noCopy: `copy-failed ${away} ${operational} ${database.arn}`,
      tooOld: `too-old ${away} ${operational} ${database.arn}`,
      bucketTooOld: `too-old ${home} ${operational} ${bucket.arn}`,
    };
    expect(new Set(found.keys())).toEqual(new Set(Object.values(keys)));
    const [failed, mended] = hoursOpen(found, keys.failed, '2026-03-01T12:00:00Z');
    expect(failed).toBeLessThan(2.5);
    expect(mended).toBeLessThan(4);
    expect(hoursOpen(found, keys.expired, '2026-03-01T15:30:00Z')[0]).toBeLessThan(2.5);
    expect(hoursOpen(found, keys.forgotten, '2026-03-02T01:00:00Z')[0]).toBeLessThan(1.5);
    expect(hoursOpen(found, keys.noCopy, '2026-03-02T06:00:00Z')[0]).toBeLessThan(2.5);
    expect(hoursOpen(found, keys.tooOld, '2026-03-02T06:00:00Z')[0]).toBeLessThan(7.5);
  }, 60_000);
});
