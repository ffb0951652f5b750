import * as z from 'zod';
import { alertSeverities } from '../domain/alert.ts';
import { findingSeverities } from '../domain/severity.ts';
import { Backups } from './backup-schema.ts';
import { Databases } from './database-schema.ts';
import { Failover } from './failover-schema.ts';
import { Day, days, Mode, Name, Region, Resource } from './fields.ts';

/*
 * The policy: one typed object, in `ops.config.ts`, that says what the operations team wants. Here is its shape.
 * Whether its values make sense together, and whether AWS would honour them, is asked by the rules (`lint.ts`).
 */

const AlertSeverity = z.enum(alertSeverities);

/** `warn` lets it run and tells whoever asked why that is not as it should be. */
const Admission = z.enum(['refuse', 'warn']);

/** A namespace of Kubernetes: a label as RFC 1123 has it. */
const Namespace = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'use the name of a namespace');

const Environment = z.strictObject({
  /** The word for this environment in an image tag: `{service}-{environment}-{version}-{commit}`. */
  imageTag: z
    .string()
    .regex(/^[a-z0-9]+$/, 'use lower-case letters and digits; a hyphen would end the word in a tag'),
  /** What a finding of each severity makes of an image. The worst finding decides. */
  verdicts: z.record(z.enum(findingSeverities), z.enum(['pass', 'monitor', 'review', 'block'])),
  /** How loud each verdict that needs people is told. */
  verdictAlerts: z.strictObject({ block: AlertSeverity, unknown: AlertSeverity, review: AlertSeverity }),
  /** Whether an image may run there that nobody would call good. `block` never may, `pass` and `monitor` always. */
  admission: z.strictObject({
    /** Its verdict is unknown or cannot be read, or it is named without its digest. `refuse` fails closed. */
    unknown: Admission,
    review: Admission,
  }),
});

/** `<os>/<architecture>`, as OCI image indexes name platforms. */
const Platform = z
  .string()
  .regex(/^[a-z0-9]+\/[a-z0-9]+$/, "use '<os>/<architecture>', such as 'linux/arm64'");

const Service = z.strictObject({
  repository: Resource,
  /** The platforms that every release has to hold. */
  platforms: z.array(Platform).min(1),
  /** The most that the image of one platform may weigh, compressed as it is pulled. Megabytes of 1,000,000 bytes. */
  sizeBudgetMb: z.number().positive().optional(),
});

/** One accepted vulnerability. */
export const Waiver = z.strictObject({
  /** The vulnerability's id as the scanners give it. */
  id: z.string().regex(/^[A-Z]+-[A-Za-z0-9-]+$/, "use an id such as 'CVE-2026-12345'"),
  /** Left out: in whatever package it is found. */
  package: z.string().min(1).optional(),
  /** Left out: in every repository. */
  repositories: z.array(z.string().min(1)).min(1).optional(),
  /** Who answers for it. */
  owner: z.string().min(1),
  reason: z.string().min(10, 'say why it can be accepted, so that the next reader can judge it'),
  /** The last day on which it holds, UTC. */
  expires: Day,
  /** True: it no longer holds once a version is known in which the package is mended. */
  lapsesOnFix: z.boolean(),
});

export type Waiver = z.infer<typeof Waiver>;

const AccountId = z.string().regex(/^\d{12}$/, 'use the twelve digits of an account id');

/** Left out: the account that all this is deployed to. */
const inAccount = { account: AccountId.optional() };

const WorkloadSource = z.discriminatedUnion('type', [
  /** One cluster. It has to have an access entry that lets the reader role look at everything. */
  z.strictObject({ type: z.literal('eks'), cluster: z.string().min(1), region: Region, ...inAccount }),
  /** All ECS clusters and task definitions of the account and Region. */
  z.strictObject({ type: z.literal('ecs'), region: Region, ...inAccount }),
  /** All Lambda functions of the account and Region, with their versions and aliases. */
  z.strictObject({ type: z.literal('lambda'), region: Region, ...inAccount }),
]);

const Reader = z.strictObject({
  role: z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+/, "use the role's ARN"),
  /** Agreed with the account's owners, so that nobody else can have us look there. */
  externalId: z.string().min(2),
});

const SlackSink = z.strictObject({
  type: z.literal('slack'),
  /**
   * `bot-token` posts by chat.postMessage to `channel`; `incoming-webhook` posts to the URL in the secret, which is
   * tied to a channel of its own.
   */
  auth: z.enum(['bot-token', 'incoming-webhook']),
  /** The channel's id, not its name: names change. */
  channel: z.string().regex(/^[CGD][A-Z0-9]{8,}$/, "use the channel's id, such as 'C0123ABCDEF'"),
  /** Secrets Manager secret, in each alert Region, holding `{"botToken": "xoxb-…"}` or `{"webhookUrl": "https://…"}`. */
  secret: z.string().min(1),
});

const SnsSink = z.strictObject({
  type: z.literal('sns'),
  topic: Resource,
  /** Mail addresses that the stacks subscribe to a topic they create. Each has to confirm once. */
  mail: z.array(z.email()).optional(),
});

const Route = z.strictObject({
  /** Left out: every severity. */
  severities: z.array(AlertSeverity).min(1).optional(),
  /** Left out: every environment, and `unknown`. */
  environments: z.array(z.string()).min(1).optional(),
  sinks: z.array(Name).min(1, 'name at least one sink'),
});

const AlarmRule = z.strictObject({
  /** The CloudWatch alarm's name; `*` stands for any run of characters. */
  name: z.string().min(1),
  severity: AlertSeverity,
  /** An environment of the policy, or `unknown`. */
  environment: z.string(),
});

export const Policy = z.strictObject({
  regions: z.strictObject({
    primary: Region,
    standby: Region,
    /** Where images are held. The primary writes; the others are replicas, each judging its own copy. */
    registry: z.array(Region).min(1),
    /** Where alerts are decided and delivered, each Region complete and independent of the others. */
    alerts: z.array(Region).min(1),
  }),
  environments: z.record(Name, Environment),
  services: z.record(Name, Service),
  images: z.strictObject({
    mode: Mode,
    /** The environment whose rules hold for an image whose tags name none. */
    environmentWhenUnclear: Name,
    /** Settings of the whole registry, one set for all Regions. */
    registry: z.strictObject({
      /**
       * `create`: the stacks own the registry's scanning, replication, creation templates and pull-time exclusions.
       * There is one set of them in an account and Region, so nobody else may own them there.
       */
      settings: z.enum(['existing', 'create']),
      /**
       * Which engine scans: ECR's own (packages of the operating system), or Amazon Inspector (languages too). Where
       * the settings are `existing` it is what is expected of them, and `ops doctor --aws` looks whether it is so.
       */
      scanning: z.enum(['basic', 'enhanced']),
      /**
       * Tags that may move, where all others are immutable: in repositories that the stacks create, and in the replicas
       * that ECR makes by their templates. `*` stands for any run of characters.
       */
      mutableTags: z.array(z.string().min(1)).max(5),
      /** Roles of scanners, whose pulls do not make an image count as used. */
      pullTimeExclusions: z.array(z.string().startsWith('arn:')).max(100),
    }),
    /** Images that are to run: in clusters that ask admit-pods, and for pipelines that ask admit-image. */
    admission: z.strictObject({
      /** Of the clusters alone. `observe` lets everything run, and warns of what `act` would refuse. */
      mode: Mode,
      /** The environment of each namespace. For one that is not listed it is `environmentWhenUnclear`. */
      namespaces: z.record(Namespace, Name),
      /** What becomes of images in registries that are not ours, which nobody here judges. */
      foreignImages: Admission,
    }),
    /** What becomes of an image that is blocked. */
    quarantine: z.strictObject({
      /**
       * So many good releases of each service and environment are never archived, though they be blocked now: without
       * them there is nothing to go back to. People are told to replace them.
       */
      keepGoodReleases: z.int().min(1),
      /** Days in which a blocked image that is in use has to be replaced, by the worst severity that blocks it. */
      fixWithinDays: z.record(z.enum(findingSeverities), days),
    }),
    /** How long something may take before the sweep reports it. */
    overdueAfterMinutes: z.strictObject({
      /** From the push to the end of the scan. */
      scan: z.int().min(5),
      /** From the push in the primary Region to the copy in another. */
      replication: z.int().min(5),
    }),
  }),
  /** Accepted vulnerabilities. They live in `waivers.ts`. */
  waivers: z.array(Waiver),
  /** Where images may run: all of it is asked before one is archived or deleted, and what cannot be asked counts as use. */
  workloads: z.strictObject({
    sources: z.array(WorkloadSource),
    /** Of each other account that a source is in: the role that may look into it. */
    readers: z.record(AccountId, Reader),
  }),
  retention: z.strictObject({
    mode: Mode,
    /** Days an image is kept after its last sign of life (push, pull, new tag, return from the archive), by environment. */
    images: z.record(Name, days),
    /** Days an image is kept that has no tag, and is not a part of another. */
    untaggedImages: days,
    /**
     * So many good releases of each service and environment are kept, however old; and in each repository so many of those
     * whose tags name no environment.
     */
    keepGoodReleases: z.int().min(1),
    /** What is not kept is archived first, and deleted when it was in the archive for so long. `no`: deleted at once. */
    archive: z.union([z.strictObject({ deleteAfterDays: days }), z.literal('no')], {
      error: "use { deleteAfterDays: <days> } to archive first, or 'no' to delete at once",
    }),
    /**
     * What one run may archive and delete in one repository, and delete of one kind of snapshots in a Region. For more a
     * person is asked, before the first.
     */
    caps: z.strictObject({
      /** Of the images of the repository, or of the snapshots. */
      share: z.number().positive().max(1, 'use a share of 1 or less, such as 0.25'),
      count: z.int().positive(),
    }),
    /** Snapshots of volumes that the EBS CSI driver makes for Kubernetes. */
    volumeSnapshots: days,
    /** Snapshots of RDS instances that people make by hand. */
    databaseSnapshots: days,
    /** The key of the tag by which people keep a snapshot for as long as it has the tag, whatever its value. */
    keepTag: z.string().min(1).max(128),
    /** Reports, journals of what was deleted, and what is cached: all that is in the ops buckets. */
    reports: days,
    /** What proves that backups can be restored, locked for so long, and the records that tell how long it took. */
    evidence: days,
    logs: days,
  }),
  /** They live in `backups.ts`. */
  backups: Backups,
  databases: Databases,
  /** It lives in `failover.ts`. */
  failover: Failover,
  alerts: z.strictObject({
    sinks: z.record(Name, z.discriminatedUnion('type', [SlackSink, SnsSink])),
    /** The first route that matches decides. */
    routes: z.array(Route).min(1),
    /** The first rule that matches a CloudWatch alarm's name decides. */
    alarms: z.array(AlarmRule).min(1),
    /** Mail addresses told by CloudWatch and SNS alone when the alert functions themselves fail. */
    lastResort: z
      .array(z.email())
      .min(1, 'name at least one: this is who hears of it when alerting itself fails'),
    /** Where the runbook is published; alarms link to a section of it. */
    runbookUrl: z.url({ protocol: /^https$/ }),
  }),
});

export type Policy = z.infer<typeof Policy>;
