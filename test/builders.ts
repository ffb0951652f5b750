import opsPolicy from '../ops.config.ts';
import type { Alert } from '../shared/domain/alert.ts';
import type { Finding, ImageScan } from '../shared/domain/finding.ts';
import type { FindingSeverity } from '../shared/domain/severity.ts';
import type { Standing } from '../shared/domain/standing.ts';
import type { VerdictRecord } from '../shared/domain/verdict-record.ts';
import type { AlarmStateChange } from '../shared/events/cloudwatch-alarm.ts';
import type { ImageJudged } from '../shared/events/ops-events.ts';
import type { ImageSeen } from '../shared/judging/verdict.ts';
import type { Policy } from '../shared/policy/schema.ts';

/*
 * Valid things by default; a test changes what it is about. `production` is stricter than `staging`, and `staging`
 * stricter than `development`, severity by severity, so that a verdict shows whose rules gave it.
 */

function service(repository: string): Policy['services'][string] {
  const [any] = Object.values(opsPolicy.services);
  if (any === undefined) throw new Error('ops.config.ts names no service to take the settings from');
  return { ...any, repository: { existing: repository }, platforms: ['linux/amd64', 'linux/arm64'] };
}

/** What no test looks at is as it is in `ops.config.ts`. */
export const policy: Policy = {
  ...opsPolicy,
  regions: {
    primary: 'us-east-1',
    standby: 'us-west-2',
    registry: ['us-east-1', 'us-west-2', 'eu-west-1'],
    alerts: ['us-east-1', 'us-west-2'],
  },
  environments: {
    production: {
      imageTag: 'prod',
      verdicts: {
        CRITICAL: 'block',
        HIGH: 'block',
        MEDIUM: 'review',
        LOW: 'monitor',
        INFORMATIONAL: 'pass',
        UNDEFINED: 'review',
        UNTRIAGED: 'block',
      },
      verdictAlerts: { block: 'critical', unknown: 'warning', review: 'warning' },
      admission: { unknown: 'refuse', review: 'refuse' },
    },
    staging: {
      imageTag: 'staging',
      verdicts: {
        CRITICAL: 'block',
        HIGH: 'review',
        MEDIUM: 'monitor',
        LOW: 'pass',
        INFORMATIONAL: 'pass',
        UNDEFINED: 'review',
        UNTRIAGED: 'review',
      },
      verdictAlerts: { block: 'warning', unknown: 'warning', review: 'info' },
      admission: { unknown: 'refuse', review: 'warn' },
    },
    development: {
      imageTag: 'dev',
      verdicts: {
        CRITICAL: 'review',
        HIGH: 'monitor',
        MEDIUM: 'pass',
        LOW: 'pass',
        INFORMATIONAL: 'pass',
        UNDEFINED: 'review',
        UNTRIAGED: 'review',
      },
      verdictAlerts: { block: 'info', unknown: 'info', review: 'info' },
      admission: { unknown: 'warn', review: 'warn' },
    },
  },
  services: { api: service('api'), 'api-gateway': service('api-gateway') },
  images: {
    ...opsPolicy.images,
    mode: 'observe',
    environmentWhenUnclear: 'production',
    overdueAfterMinutes: { scan: 30, replication: 60 },
  },
  waivers: [],
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
  alerts: {
    sinks: {
      oncall: { type: 'slack', auth: 'bot-token', channel: 'C0AEONCALL1', secret: 'ops/slack' },
      ops: { type: 'slack', auth: 'incoming-webhook', channel: 'C0AEONOPS01', secret: 'ops/webhook' },
      mail: { type: 'sns', topic: { create: 'ops-mail' }, mail: ['oncall@example.com'] },
    },
    routes: [
      { severities: ['critical'], environments: ['production', 'unknown'], sinks: ['oncall', 'mail'] },
      { severities: ['critical', 'warning'], sinks: ['ops', 'mail'] },
      { sinks: ['ops'] },
    ],
    alarms: [
      { name: 'aeon-ops-*', severity: 'critical', environment: 'production' },
      { name: '*-staging-*', severity: 'warning', environment: 'staging' },
      { name: '*', severity: 'critical', environment: 'unknown' },
    ],
    lastResort: ['oncall@example.com'],
    runbookUrl: 'https://example.com/runbook.md',
  },
};

export const digest = `sha256:${'ab'.repeat(32)}`;

export function finding(severity: FindingSeverity, over: Partial<Finding> = {}): Finding {
  return { id: 'CVE-2026-0001', severity, ...over };
}

/** A completed basic scan that found nothing. */
export function scan(over: Partial<ImageScan> = {}): ImageScan {
  return {
    status: 'COMPLETE',
    statusReason: '',
    engine: 'basic',
    scannedAt: '2026-03-02T08:00:00.000Z',
    findings: [],
    counts: {},
    ...over,
  };
}

/** A scan that tells nothing: neither findings nor when it was completed. */
export function scanWithout(over: Partial<ImageScan> & Pick<ImageScan, 'status'>): ImageScan {
  return { statusReason: '', engine: 'basic', counts: {}, ...over };
}

/** An image pushed at 7:59 of the day, by its one scan. */
export function imageSeen(of: ImageScan, over: Partial<Omit<ImageSeen, 'parts'>> = {}): ImageSeen {
  return {
    repository: 'api',
    tags: ['api-prod-1.0.0-4f1c2ab'],
    pushedAt: new Date('2026-03-02T07:59:00Z'),
    kind: 'image',
    ...over,
    parts: [{ digest, scan: of }],
  };
}

export function verdictRecord(over: Partial<VerdictRecord> = {}): VerdictRecord {
  return {
    digest,
    region: 'us-east-1',
    repository: 'api',
    kind: 'image',
    verdict: 'pass',
    environment: 'production',
    reason: 'the scan found nothing',
    pending: false,
    tags: ['api-prod-1.0.0-4f1c2ab'],
    parts: [],
    missingPlatforms: [],
    pushedAt: '2026-03-02T07:59:00.000Z',
    scannedAt: '2026-03-02T08:00:00.000Z',
    observedAt: '2026-03-02T08:00:05.000Z',
    counts: {},
    worst: [],
    waived: [],
    since: '2026-03-02T08:00:05.000Z',
    version: 1,
    ...over,
  };
}

export function alert(over: Partial<Alert> = {}): Alert {
  return {
    fingerprint: 'image-verdict/api',
    state: 'firing',
    condition: 'review',
    severity: 'warning',
    environment: 'production',
    occurredAt: '2026-03-02T08:00:00.000Z',
    title: 'Image needs a review: api-prod-1.0.0-4f1c2ab',
    meaning: '1 HIGH finding: CVE-2026-0001.',
    action: 'Look at the findings.',
    facts: [{ name: 'Repository', value: 'api' }],
    links: [{ label: 'Image in ECR', url: 'https://example.com/image' }],
    subject: 'arn:aws:ecr:us-east-1:123456789012:repository/api',
    region: 'us-east-1',
    ...over,
  };
}

type ImageFacts = ImageJudged['facts'];

/** The verdict on the copy in the primary Region, the first one on this image. */
export function imageJudged(
  outcome: ImageJudged['outcome'],
  { facts, ...over }: Partial<Omit<ImageJudged, 'facts'>> & { readonly facts?: Partial<ImageFacts> } = {},
): ImageJudged {
  return {
    identity: 'one',
    subject: `arn:aws:ecr:us-east-1:123456789012:repository/api/${digest}`,
    environment: 'production',
    outcome,
    reason: '2 CRITICAL findings: CVE-2026-0001, CVE-2026-0002',
    occurredAt: '2026-03-02T08:00:05.000Z',
    ...over,
    facts: {
      repository: 'api',
      digest,
      region: 'us-east-1',
      tags: ['api-prod-1.0.0-4f1c2ab'],
      missingPlatforms: [],
      counts: { CRITICAL: 2 },
      worst: [],
      waived: [],
      copies: [],
      standing: { may: 'act' },
      ...facts,
    },
  };
}

export function alarmChange(over: Partial<AlarmStateChange> = {}): AlarmStateChange {
  return {
    name: 'api-errors',
    arn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:api-errors',
    state: 'ALARM',
    previousState: 'OK',
    reason: 'Threshold Crossed: 1 datapoint was greater than the threshold.',
    description: 'The API answers errors.',
    at: '2026-03-02T08:00:00.123Z',
    account: '123456789012',
    region: 'us-east-1',
    initial: false,
    ...over,
  };
}

export const mayAct: Standing = { may: 'act' };

export const mayOnlyTell: Standing = {
  may: 'tell',
  because: 'observe',
  reason: 'the policy has this automation observe',
};
