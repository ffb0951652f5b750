import type { Backups } from './shared/policy/backup-schema.ts';

const toStandby = { region: 'us-west-2', keepDays: 30, withinMinutes: 60 };

/** An hour to begin, which is the least that AWS Backup takes, and another one to end. */
const twoHours = { startWindowMinutes: 60, completionWindowMinutes: 120 };

/**
 * How the platform is backed up, and what is not. See docs/backups.md.
 *
 * The runs of one tier never overlap: of two whose start windows do, AWS Backup makes one. The hour that the daily run
 * of the databases has is therefore one that the hourly run leaves out, and on the first of a month the archive has it.
 */
const backups: Backups = {
  mode: 'observe',
  tagKey: 'aeon-ops-backup-tier',

  vaults: {
    operational: {
      vault: { create: 'aeon-ops-operational' },
      lock: { mode: 'governance', minKeepDays: 7, maxKeepDays: 35 },
    },
    archive: {
      vault: { create: 'aeon-ops-archive' },
      lock: { mode: 'governance', minKeepDays: 2557, maxKeepDays: 3653 },
    },
  },

  tiers: {
    databases: {
      resourceType: 'RDS',
      plan: { create: 'aeon-ops-databases' },
      vault: 'operational',
      rules: {
        hourly: { cron: 'cron(0 0-4,6-23 ? * * *)', ...twoHours, keepDays: 30, copies: [toStandby] },
        daily: { cron: 'cron(0 5 2-31 * ? *)', ...twoHours, keepDays: 30, copies: [toStandby] },
      },
      archive: {
        as: 'recovery-points',
        cron: 'cron(0 5 1 * ? *)',
        ...twoHours,
        vault: 'archive',
        keepDays: 2557,
        copies: [{ ...toStandby, keepDays: 2557 }],
      },
      // Around the windows of RDS on Sunday there is nothing from 01:00 to 05:00.
      rpoMinutes: { 'us-east-1': 360, 'us-west-2': 420 },
      restoreWithinMinutes: 240,
      restoreTest: {
        cron: 'cron(0 8 ? * WED *)',
        startWindowHours: 1,
        validationWindowHours: 8,
        regions: ['us-east-1', 'us-west-2'],
        recoveryPoint: 'latest',
        ofLastDays: 7,
      },
    },

    volumes: {
      resourceType: 'EBS',
      plan: { create: 'aeon-ops-volumes' },
      vault: 'operational',
      rules: { hourly: { cron: 'cron(0 * ? * * *)', ...twoHours, keepDays: 30, copies: [toStandby] } },
      rpoMinutes: { 'us-east-1': 180, 'us-west-2': 240 },
      restoreWithinMinutes: 240,
      restoreTest: {
        cron: 'cron(0 8 ? * THU *)',
        startWindowHours: 1,
        validationWindowHours: 8,
        regions: ['us-east-1', 'us-west-2'],
        recoveryPoint: 'latest',
        ofLastDays: 7,
      },
    },

    'cluster-state': {
      resourceType: 'EKS',
      plan: { create: 'aeon-ops-cluster-state' },
      vault: 'operational',
      rules: { hourly: { cron: 'cron(30 * ? * * *)', ...twoHours, keepDays: 7, copies: [] } },
      rpoMinutes: { 'us-east-1': 180 },
      restoreWithinMinutes: 240,
      maxSizeGb: 10,
    },

    'application-data': {
      resourceType: 'S3',
      plan: { create: 'aeon-ops-application-data' },
      vault: 'operational',
      rules: {
        daily: {
          cron: 'cron(0 1 ? * * *)',
          startWindowMinutes: 60,
          completionWindowMinutes: 480,
          keepDays: 7,
          copies: [],
        },
      },
      rpoMinutes: { 'us-east-1': 1920 },
      restoreWithinMinutes: 1440,
      restoreTest: {
        cron: 'cron(0 10 ? * TUE *)',
        startWindowHours: 1,
        validationWindowHours: 24,
        regions: ['us-east-1'],
        recoveryPoint: 'latest',
        ofLastDays: 7,
      },
    },
  },

  databases: {
    'aeon-dt-metadata': {
      tier: 'databases',
      maintenanceWindow: 'sun:04:00-sun:05:00',
      backupWindow: '03:00-04:00',
    },
  },

  restoreNetworks: {
    'us-east-1': { dbSubnetGroup: 'aeon-dt-restore-test', securityGroups: ['sg-0aec0000000000e01'] },
    'us-west-2': { dbSubnetGroup: 'aeon-dt-restore-test', securityGroups: ['sg-0aec0000000000e02'] },
  },

  // Whoever looks does so every hour at backups, and every quarter of an hour at restores. See docs/backups.md.
  toldWithinMinutes: {
    badBackup: 75,
    missingBackup: 95,
    badCopy: 75,
    missingCopy: 75,
    tooOld: 75,
    changedResource: 75,
    badRestore: 150,
    missingTest: 120,
    leftover: 30,
    deadVerifier: 60,
  },

  components: {
    databases: { mechanism: { type: 'backup', tier: 'databases' }, rpoMinutes: 420, rtoMinutes: 240 },
    'graph-database': { mechanism: { type: 'backup', tier: 'volumes' }, rpoMinutes: 240, rtoMinutes: 240 },
    elasticsearch: { mechanism: { type: 'backup', tier: 'volumes' }, rpoMinutes: 240, rtoMinutes: 240 },
    'message-queues': { mechanism: { type: 'backup', tier: 'volumes' }, rpoMinutes: 240, rtoMinutes: 240 },
    'cluster-state': {
      mechanism: { type: 'backup', tier: 'cluster-state' },
      rpoMinutes: 180,
      rtoMinutes: 240,
    },
    configuration: {
      mechanism: { type: 'backup', tier: 'application-data' },
      rpoMinutes: 1920,
      rtoMinutes: 1440,
    },
    ontologies: {
      mechanism: { type: 'backup', tier: 'application-data' },
      rpoMinutes: 1920,
      rtoMinutes: 1440,
    },
    'user-data': {
      mechanism: { type: 'backup', tier: 'application-data' },
      rpoMinutes: 1920,
      rtoMinutes: 1440,
    },
    secrets: {
      mechanism: { type: 'replication', to: 'us-west-2', by: 'replicas of AWS Secrets Manager' },
      rpoMinutes: 5,
      rtoMinutes: 15,
    },
  },
};

export default backups;
