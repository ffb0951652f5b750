import backups from './backups.ts';
import failover from './failover.ts';
import type { Policy } from './shared/policy/schema.ts';
import waivers from './waivers.ts';

/**
 * What a finding of each severity makes of an image. Neither UNDEFINED (its source gave no rating) nor UNTRIAGED
 * (Amazon Inspector has not rated it yet) says that a finding is harmless, so people look at it.
 */
const verdicts = {
  CRITICAL: 'block',
  HIGH: 'review',
  MEDIUM: 'monitor',
  LOW: 'pass',
  INFORMATIONAL: 'pass',
  UNDEFINED: 'review',
  UNTRIAGED: 'review',
} as const;

const platforms = ['linux/amd64', 'linux/arm64'];

/** The operations policy of the AEON Digital Twin platform. Checked at synth; see shared/policy. */
const policy: Policy = {
  regions: {
    primary: 'us-east-1',
    standby: 'us-west-2',
    registry: ['us-east-1', 'us-west-2', 'eu-west-1'],
    alerts: ['us-east-1', 'us-west-2'],
  },

  environments: {
    production: {
      imageTag: 'prod',
      verdicts,
      verdictAlerts: { block: 'critical', unknown: 'warning', review: 'warning' },
      admission: { unknown: 'refuse', review: 'warn' },
    },
    staging: {
      imageTag: 'staging',
      verdicts,
      verdictAlerts: { block: 'warning', unknown: 'warning', review: 'info' },
      admission: { unknown: 'warn', review: 'warn' },
    },
    development: {
      imageTag: 'dev',
      verdicts,
      verdictAlerts: { block: 'info', unknown: 'info', review: 'info' },
      admission: { unknown: 'warn', review: 'warn' },
    },
  },

  services: {
    'aeon-dt-api': { repository: { existing: 'aeon-dt-api' }, platforms, sizeBudgetMb: 150 },
    'aeon-dt-worker': { repository: { existing: 'aeon-dt-worker' }, platforms, sizeBudgetMb: 120 },
    'aeon-dt-openspg': { repository: { existing: 'aeon-dt-openspg' }, platforms },
    'aeon-dt-database-backup': {
      repository: { existing: 'aeon-dt-database-backup' },
      platforms,
      sizeBudgetMb: 50,
    },
  },

  images: {
    mode: 'observe',
    environmentWhenUnclear: 'production',
    registry: {
      settings: 'existing',
      scanning: 'basic',
      mutableTags: ['*-dev-latest'],
      pullTimeExclusions: [],
    },
    admission: {
      mode: 'observe',
      namespaces: { production: 'production', staging: 'staging', development: 'development' },
      foreignImages: 'warn',
    },
    quarantine: {
      keepGoodReleases: 3,
      fixWithinDays: {
        CRITICAL: 7,
        HIGH: 30,
        MEDIUM: 90,
        LOW: 180,
        INFORMATIONAL: 180,
        UNDEFINED: 30,
        UNTRIAGED: 30,
      },
    },
    overdueAfterMinutes: { scan: 30, replication: 60 },
  },

  waivers,

  workloads: {
    sources: [
      { type: 'eks', cluster: 'aeon-dt-prod-cluster', region: 'us-east-1' },
      { type: 'eks', cluster: 'aeon-dt-standby-cluster', region: 'us-west-2' },
      { type: 'lambda', region: 'us-east-1' },
      { type: 'lambda', region: 'us-west-2' },
    ],
    readers: {},
  },

  retention: {
    mode: 'observe',
    images: { production: 365, staging: 90, development: 30 },
    untaggedImages: 14,
    keepGoodReleases: 3,
    archive: { deleteAfterDays: 90 },
    caps: { share: 0.25, count: 500 },
    volumeSnapshots: 30,
    databaseSnapshots: 90,
    keepTag: 'aeon-ops:keep',
    reports: 365,
    evidence: 2557,
    logs: 90,
  },

  backups,

  databases: {
    network: {
      subnets: ['subnet-0aec0000000000a01', 'subnet-0aec0000000000b01'],
      securityGroups: ['sg-0aec0000000000a01'],
    },
    isolated: {
      'us-east-1': {
        subnets: ['subnet-0aec0000000000a11', 'subnet-0aec0000000000b11'],
        securityGroups: ['sg-0aec0000000000a11'],
      },
      'us-west-2': {
        subnets: ['subnet-0aec0000000000a12', 'subnet-0aec0000000000b12'],
        securityGroups: ['sg-0aec0000000000a12'],
      },
    },
    instances: {
      'aeon-dt-metadata': {
        host: 'aeon-dt-metadata.c0aeonexampl.us-east-1.rds.amazonaws.com',
        port: 5432,
        database: 'aeon_dt',
        heartbeatSecret: 'aeon-ops/heartbeat/aeon-dt-metadata',
        readerSecret: 'aeon-ops/reader/aeon-dt-metadata',
        proof: {
          heartbeatWithinSeconds: 300,
          tables: {
            'public.ontologies': { checksum: true, rowFloor: 1 },
            'public.twins': { checksum: true, rowFloor: 0.95 },
            'public.readings': { checksum: false, rowFloor: 0.9 },
          },
        },
      },
    },
  },

  failover,

  alerts: {
    sinks: {
      'slack-oncall': { type: 'slack', auth: 'bot-token', channel: 'C0AEONCALL1', secret: 'aeon-ops/slack' },
      'slack-ops': {
        type: 'slack',
        auth: 'incoming-webhook',
        channel: 'C0AEONOPS01',
        secret: 'aeon-ops/slack-ops-webhook',
      },
      'mail-oncall': {
        type: 'sns',
        topic: { create: 'aeon-ops-oncall' },
        mail: ['oncall@example.com'],
      },
    },
    routes: [
      {
        severities: ['critical'],
        environments: ['production', 'unknown'],
        sinks: ['slack-oncall', 'mail-oncall'],
      },
      { severities: ['critical', 'warning'], sinks: ['slack-ops', 'mail-oncall'] },
      { sinks: ['slack-ops'] },
    ],
    alarms: [
      { name: 'aeon-ops-*', severity: 'critical', environment: 'production' },
      { name: '*-staging-*', severity: 'warning', environment: 'staging' },
      { name: '*-dev-*', severity: 'info', environment: 'development' },
      { name: '*', severity: 'critical', environment: 'production' },
    ],
    lastResort: ['platform-oncall@example.com'],
    runbookUrl: 'https://github.com/aeon-dt/aeon-ops/blob/main/docs/runbook.md',
  },
};

export default policy;
