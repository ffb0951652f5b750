import { type BackupDecision, type BackupSituation, decideBackups } from '../../../shared/backups/decide.ts';
import type {
  BackupJob,
  CopyJob,
  ProtectedResource,
  RecoveryPoint,
} from '../../../shared/backups/observed.ts';
import type { BackupSource } from '../../../shared/backups/source.ts';
import type { WatchedPolicy } from '../../../shared/backups/subject.ts';

export const home = 'us-east-1';
export const away = 'us-west-2';
export const database = 'arn:aws:rds:us-east-1:123456789012:db:metadata';
export const cluster = 'arn:aws:eks:us-east-1:123456789012:cluster/prod';

/** Databases hourly with a copy, outside their windows; clusters hourly without one, at most 10 GB. */
export const policy: WatchedPolicy = {
  regions: { primary: home },
  backups: {
    vaults: {
      main: { vault: { create: 'vault' }, lock: { mode: 'governance', minKeepDays: 7, maxKeepDays: 35 } },
    },
    tiers: {
      databases: {
        resourceType: 'RDS',
        plan: { create: 'databases' },
        vault: 'main',
        rules: {
          hourly: {
            cron: 'cron(0 * ? * * *)',
            startWindowMinutes: 60,
            completionWindowMinutes: 120,
            keepDays: 30,
            copies: [{ region: away, keepDays: 30, withinMinutes: 60 }],
          },
        },
        rpoMinutes: { [home]: 360, [away]: 420 },
        restoreWithinMinutes: 240,
      },
      clusters: {
        resourceType: 'EKS',
        plan: { create: 'clusters' },
        vault: 'main',
        rules: {
          hourly: {
            cron: 'cron(0 * ? * * *)',
            startWindowMinutes: 60,
            completionWindowMinutes: 120,
            keepDays: 7,
            copies: [],
          },
        },
        rpoMinutes: { [home]: 180 },
        restoreWithinMinutes: 240,
        maxSizeGb: 10,
      },
    },
    databases: {
      metadata: {
        tier: 'databases',
        maintenanceWindow: 'sun:04:00-sun:05:00',
        backupWindow: '03:00-04:00',
      },
    },
  },
};

/** Of Monday, 2 March 2026: `12:00`, or with a day before it, `1T12:00`. */
export function at(time: string): Date {
  const [day = '2', clock = ''] = time.includes('T') ? time.split('T') : ['2', time];
  return new Date(`2026-03-${day.padStart(2, '0')}T${clock}:00.000Z`);
}

let ids = 0;

export function job(created: string, state: string, more: Partial<BackupJob> = {}): BackupJob {
  return {
    id: `job-${ids++}`,
    resourceArn: database,
    vaultName: 'vault',
    state,
    createdAt: at(created),
    createdBy: { planId: 'plan', ruleName: 'hourly' },
    ...more,
  };
}

/** A recovery point that was asked for then, and done 20 minutes later. */
export function point(created: string, more: Partial<RecoveryPoint> = {}): RecoveryPoint {
  const { region = home, resourceArn = database } = more;
  return {
    arn: `${resourceArn}/${region}/${created}`,
    region,
    vaultName: 'vault',
    resourceArn,
    status: 'COMPLETED',
    createdAt: at(created),
    completedAt: new Date(at(created).getTime() + 20 * 60_000),
    sizeInBytes: 1_000_000_000,
    isEncrypted: true,
    ...more,
  };
}

export function copy(of: RecoveryPoint, state: string, message?: string): CopyJob {
  return {
    id: `copy-${ids++}`,
    resourceArn: of.resourceArn,
    sourcePointArn: of.arn,
    destinationVaultArn: `arn:aws:backup:${away}:123456789012:backup-vault:vault`,
    state,
    createdAt: of.completedAt ?? of.createdAt,
    ...(message !== undefined && { message }),
  };
}

/** The last backups of the database went well, and were copied. */
export const healthy = ['09:00', '10:00', '11:00'].flatMap((time) => [
  point(time),
  point(time, { region: away }),
]);

type Story = Partial<Omit<BackupSituation, 'observed' | 'now'>> & {
  readonly regions?: readonly string[];
  readonly unread?: readonly BackupSource[];
  readonly jobs?: readonly BackupJob[];
  readonly copies?: readonly CopyJob[];
  readonly points?: readonly RecoveryPoint[];
  readonly protectedResources?: readonly ProtectedResource[];
  readonly now?: string;
};

/** One database, known for a month, looked at in both Regions; all is well and everything is allowed, as far as nothing else is said. */
export function decide({
  regions = [home, away],
  unread = [],
  jobs = [],
  copies = [],
  points = [],
  protectedResources = [],
  now = '12:10',
  ...more
}: Story): BackupDecision {
  return decideBackups({
    observed: {
      regions,
      jobs,
      copies,
      points,
      protectedResources,
      unread: unread.map((source) => ({ source, reason: 'ThrottlingException: Rate exceeded' })),
    },
    tagged: [{ arn: database, tier: 'databases', knownSince: new Date('2026-02-01T00:00:00Z') }],
    policy,
    standing: { may: 'act' },
    roleName: 'aeon-ops-backup',
    now: at(now),
    ...more,
  });
}
