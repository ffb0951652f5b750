import * as z from 'zod';
import { Network } from './database-schema.ts';
import { Mode, minutes, Region } from './fields.ts';

/*
 * How the platform is moved to its standby Region: the shape of `failover.ts`. Records, clusters, node groups, databases
 * and endpoints that are named here exist already, but for the records of the zone that the stacks make.
 */

const seconds = z.int('use whole seconds').positive('use at least one second');

/** Without the dot at its end. */
const DomainName = z
  .string()
  .max(253)
  .regex(
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    "use a domain name in lower case, such as 'app.example.com'",
  );

const Path = z.string().regex(/^\/\S*$/, "use a path, such as '/ready'");

/** A hosted zone of Amazon Route 53. */
const ZoneId = z.string().regex(/^Z[A-Z0-9]{4,31}$/, 'use the id of a hosted zone');

const AliasTarget = z.strictObject({
  dnsName: DomainName,
  /** The zone of the load balancer itself, which is another one in each Region, and not ours. */
  hostedZoneId: ZoneId,
});

/** What the names stand for. Both Regions in the same way: Route 53 takes no failover records of different types. */
const Targets = z.discriminatedUnion('type', [
  /** A records. Their TTL is the load balancer's: 60 seconds. */
  z.strictObject({ type: z.literal('alias'), primary: AliasTarget, standby: AliasTarget }),
  z.strictObject({
    type: z.literal('cname'),
    primary: DomainName,
    standby: DomainName,
    ttlSeconds: seconds,
  }),
]);

export const Failover = z.strictObject({
  mode: Mode,
  /** `ask`: a person approves each failover, however sure everything looks. */
  start: z.enum(['automatic', 'ask']),
  /**
   * Whether the records of the zone exist and follow the switch. Checks that are new and inverted say "unhealthy", which
   * would move all traffic: set it once `ops doctor --aws` has seen them healthy. See docs/failover.md.
   */
  armed: z.boolean(),
  /** Seconds that a majority has to see the primary Region down for: people are told, and the standby prepares. */
  suspectFor: seconds,
  /** Seconds that confirm the outage. */
  confirmFor: seconds,
  /** Minutes after a run in which none starts by itself. */
  cooldown: minutes,
  /** From the first failed request to the first one that the standby answers. */
  rtoSeconds: seconds,
  /** How much of the past may be lost. */
  rpoSeconds: seconds,
  /** The Region of the second switch object and of the second probe: neither the primary nor the standby. */
  witness: Region,
  /** A public hosted zone. */
  zone: z.strictObject({ existing: z.strictObject({ id: ZoneId, name: DomainName }) }),
  records: z.strictObject({
    /** What users ask for. New in the zone: Route 53 puts no failover record beside another of the name. */
    service: DomainName,
    /** What exercises move. Nobody uses it. */
    drill: DomainName,
    targets: Targets,
  }),
  /** What is looked at, from outside. */
  endpoints: z.strictObject({
    /** Hosts that stay in their Region, whatever the records say. */
    primary: DomainName,
    standby: DomainName,
    /** Answers 200 with `body` when it can serve users. */
    readyPath: Path,
    /** Answers 200 as soon as a pod is warm, also while its database is a replica. */
    healthPath: Path,
    /** Within the first 5,120 bytes. */
    body: z.string().min(1).max(255),
  }),
  /** Something in the primary Region that is not the platform's. While it answers, the Region is not down. */
  canary: z.url({ protocol: /^https$/ }),
  /** What takes over. */
  standby: z.strictObject({
    cluster: z.string().min(1),
    /** By the name of the managed node group: how many nodes it has at least once the Region serves users. */
    nodeGroups: z.record(z.string().min(1), z.strictObject({ minSize: z.int().min(1) })),
    /** DB instance identifiers: of the replica in the standby Region, and of what it replicates. */
    replica: z.strictObject({ id: z.string().min(1), of: z.string().min(1) }),
    /** In the standby Region, from where the replica can be reached. The secrets of `of` have a copy in that Region. */
    network: Network,
    /** Where recovery points of the database and of volumes are restored to, where there is no replica to promote. */
    restore: z.strictObject({
      dbSubnetGroup: z.string().min(1),
      securityGroups: z.array(z.string().regex(/^sg-[0-9a-f]+$/, 'use the id of a security group')).min(1),
      availabilityZone: z
        .string()
        .regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "use an Availability Zone, such as 'us-west-2a'"),
    }),
  }),
  /** What keeps clients from the database of the primary Region once it is no longer the writer. */
  fence: z.strictObject({
    /** Of the database alone: all that they let in is removed. */
    securityGroups: z
      .array(z.string().regex(/^sg-[0-9a-f]+$/, 'use the id of a security group'))
      .min(1, 'name that of the database, or its old writes go on and are lost'),
  }),
  /** What happens where more would be lost than `rpoSeconds`: two people have to choose the same. */
  approval: z.strictObject({
    /** User ids of Slack, or ARNs of IAM principals. */
    people: z.array(
      z
        .string()
        .regex(
          /^(U[A-Z0-9]{6,20}|arn:aws:(iam|sts)::\d{12}:\S+)$/,
          "use a user id of Slack, such as 'U0AEON00001', or the ARN of a principal",
        ),
    ),
    deadlineMinutes: minutes,
    /** When it passes: restore the newest recovery points, which leaves the replica as it is, or stop. */
    whenSilent: z.enum(['restore', 'stop']),
  }),
  /** IAM principals of this account who may move traffic by hand. */
  breakGlass: z
    .array(z.string().regex(/^arn:aws:iam::\d{12}:(role|user)\/\S+$/, 'use the ARN of a role or a user'))
    .min(1, 'name at least one: this is who acts when the automation itself fails'),
});

export type Failover = z.infer<typeof Failover>;
export type RecordTargets = Failover['records']['targets'];
