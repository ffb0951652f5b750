import * as z from 'zod';
import { Region } from './fields.ts';

/*
 * The PostgreSQL databases that bear a heartbeat and whose restored copies are asked what they hold. All of this exists
 * already: people make the networks, the roles (functions/databases/write-heartbeat/migration.sql) and the secrets.
 */

/** Where a function's network interfaces are. One subnet in each of two Availability Zones survives the loss of one. */
export const Network = z.strictObject({
  subnets: z.array(z.string().regex(/^subnet-[0-9a-f]+$/, 'use the id of a subnet')).min(1),
  securityGroups: z
    .array(z.string().regex(/^sg-[0-9a-f]+$/, 'use the id of a security group'))
    .min(1)
    .max(5, 'a network interface has five security groups at most'),
});

const TableProof = z.strictObject({
  /**
   * Whether the checksum over all rows has to be that of the source: for tables that stand still, at least while a
   * backup is made.
   */
  checksum: z.boolean(),
  /** The share of the last good restore's rows that has to be there. */
  rowFloor: z.number().min(0).max(1, 'use a share of 1 or less, such as 0.9'),
});

const Instance = z.strictObject({
  /** The host of its endpoint. */
  host: z.string().regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'use the host of its endpoint'),
  port: z.int().min(1).max(65_535),
  /** The name of the database in it. */
  database: z.string().min(1),
  /** Secret in the primary Region that holds `{"username": "aeon_ops_heartbeat", "password": "…"}`. */
  heartbeatSecret: z.string().min(1),
  /** Secret in the primary Region that holds `{"username": "aeon_ops_reader", "password": "…"}`. */
  readerSecret: z.string().min(1),
  proof: z.strictObject({
    /** How long before the beginning of its backup the last heartbeat in a copy may be. One is written every minute. */
    heartbeatWithinSeconds: z.int().positive(),
    /** By `<schema>.<table>`. */
    tables: z.record(
      z.string().regex(/^[^."]{1,63}\.[^."]{1,63}$/, "use a table with its schema, such as 'public.orders'"),
      TableProof,
    ),
  }),
});

export const Databases = z.strictObject({
  /** In the primary Region, from where the databases and AWS Secrets Manager can be reached. */
  network: Network,
  /** By Region: from where restored copies can be reached, and nothing else. */
  isolated: z.record(Region, Network),
  /** By DB instance identifier. */
  instances: z.record(z.string().min(1), Instance),
});
