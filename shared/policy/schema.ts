import * as z from 'zod';
import { alertSeverities } from '../domain/alert.ts';
import { findingSeverities } from '../domain/severity.ts';

/*
 * The policy: one typed object, in `ops.config.ts`, that says what the operations team wants. Here is its shape.
 * Whether its values make sense together, and whether AWS would honour them, is asked by the rules in `lint.ts`.
 */

const Name = z.string().regex(/^[a-z][a-z0-9-]*[a-z0-9]$/, 'use lower-case letters, digits and hyphens');

const Region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "use an AWS Region code such as 'us-east-1'");

const days = z.int('use whole days').positive('use at least one day');

/** `observe` decides, records and tells, and changes nothing; `act` also acts. */
const Mode = z.enum(['observe', 'act']);

/** A resource that exists and is only referred to, or one that the stacks create and own. */
const Resource = z.union(
  [z.strictObject({ existing: z.string().min(1) }), z.strictObject({ create: z.string().min(1) })],
  {
    error: "use { existing: '<name>' } for what is there, or { create: '<name>' } for the stacks to make it",
  },
);

const AlertSeverity = z.enum(alertSeverities);

const Environment = z.strictObject({
  /** The word for this environment in an image tag: `{service}-{environment}-{version}-{commit}`. */
  imageTag: z
    .string()
    .regex(/^[a-z0-9]+$/, 'use lower-case letters and digits; a hyphen would end the word in a tag'),
  /** What a finding of each severity makes of an image. The worst finding decides. */
  verdicts: z.record(z.enum(findingSeverities), z.enum(['pass', 'monitor', 'review', 'block'])),
  /** How loud each verdict that needs people is told. */
  verdictAlerts: z.strictObject({ block: AlertSeverity, unknown: AlertSeverity, review: AlertSeverity }),
});

const Service = z.strictObject({ repository: Resource });

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
  }),
  retention: z.strictObject({
    /** Days an image is kept after its last push, by environment. */
    images: z.record(Name, days),
    volumeSnapshots: days,
    logs: days,
  }),
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
