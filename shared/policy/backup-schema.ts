import * as z from 'zod';
import { backupResourceTypes } from '../domain/backup-resource-type.ts';
import { Day, days, Mode, minutes, Name, Region, Resource } from './fields.ts';

/*
 * How the platform is backed up: the shape of `backups.ts`. Times are in UTC where no time zone is given.
 */

/** Days that everything in a vault is kept at least and at most. A job that asks for less or more fails. */
const retentionLimits = { minKeepDays: days, maxKeepDays: days };

const VaultLock = z.discriminatedUnion('mode', [
  /** Whoever may delete the lock can still delete recovery points early. */
  z.strictObject({ mode: z.literal('governance'), ...retentionLimits }),
  /** After the days in which it can be changed nobody can delete anything early: not the account's root, not AWS. */
  z.strictObject({
    mode: z.literal('compliance'),
    ...retentionLimits,
    changeableForDays: days,
    because: z.string().min(30, 'say why nobody, whatever happens, may ever delete what is in this vault'),
  }),
]);

const Vault = z.strictObject({
  /** The same name in the primary and in the standby Region. */
  vault: Resource,
  /** Of a vault that exists, what its owner has set. */
  lock: VaultLock,
});

const lifecycle = {
  keepDays: days,
  /** Left out: it stays where it can be restored at once. */
  coldAfterDays: days.optional(),
};

const Copy = z.strictObject({
  region: Region,
  ...lifecycle,
  /** How long a copy may take before it counts as late. AWS promises no time. */
  withinMinutes: minutes,
});

const schedule = {
  /** `cron(<minutes> <hours> <day of month> <month> <day of week> <year>)` */
  cron: z.string(),
  /** Of the IANA database. Left out: UTC. */
  timeZone: z.string().min(1).optional(),
};

const run = {
  ...schedule,
  startWindowMinutes: minutes,
  /** From the scheduled time on, whenever the job begins. */
  completionWindowMinutes: minutes,
};

/** One rule of a backup plan. */
const Rule = z.strictObject({
  ...run,
  ...lifecycle,
  /** Also keeps what happens between the backups, so that any moment of `keepDays` can be restored. */
  continuous: z.boolean().optional(),
  copies: z.array(Copy).max(5, 'AWS Backup makes at most 5 copies of a recovery point'),
});

const Archive = z.discriminatedUnion('as', [
  /** Recovery points of a rule of its own, in a vault of their own, from which the resource itself can be restored. */
  z.strictObject({
    as: z.literal('recovery-points'),
    ...run,
    ...lifecycle,
    vault: Name,
    copies: z.array(Copy).max(5, 'AWS Backup makes at most 5 copies of a recovery point'),
  }),
  /** A table by table copy in Parquet, each month, in a bucket that nobody can delete from. It cannot be restored. */
  z.strictObject({
    as: z.literal('export'),
    bucket: Resource,
    keepDays: days,
    deepArchiveAfterDays: z.int().min(0),
  }),
]);

const RestoreTest = z.strictObject({
  ...schedule,
  /** The test begins at a moment of its own choosing within these hours. */
  startWindowHours: z.int().min(1).max(168),
  /** How long what was restored stays there to be looked at. AWS Backup then deletes it. */
  validationWindowHours: z.int().min(1).max(168),
  /** Where to restore: in the primary Region its own recovery points, elsewhere the copies. */
  regions: z.array(Region).min(1),
  /** The newest recovery point, or any of the last days. */
  recoveryPoint: z.enum(['latest', 'random']),
  ofLastDays: days.max(365, 'restore testing looks back 365 days at most'),
});

/** Resources that are backed up alike: those that carry the tag with the tier's name as its value. */
const Tier = z.strictObject({
  resourceType: z.enum(backupResourceTypes),
  plan: Resource,
  vault: Name,
  rules: z.record(Name, Rule),
  archive: Archive.optional(),
  /** How old the newest recovery point may become, in each Region that has any. */
  rpoMinutes: z.record(Region, minutes),
  /** How long a restore may take. */
  restoreWithinMinutes: minutes,
  restoreTest: RestoreTest.optional(),
  /** A larger recovery point is told of. */
  maxSizeGb: z.number().positive().optional(),
});

const timeOfDay = '([01]\\d|2[0-3]):[0-5]\\d';
const weekDay = '(mon|tue|wed|thu|fri|sat|sun)';

const Database = z.strictObject({
  /** The tier that it is in. */
  tier: Name,
  maintenanceWindow: z
    .string()
    .regex(
      new RegExp(`^${weekDay}:${timeOfDay}-${weekDay}:${timeOfDay}$`),
      "use a window as RDS has it, such as 'sun:04:00-sun:05:00'",
    ),
  /** Left out: RDS makes no backups of its own. */
  backupWindow: z
    .string()
    .regex(new RegExp(`^${timeOfDay}-${timeOfDay}$`), "use a window as RDS has it, such as '03:00-04:00'")
    .optional(),
});

const Mechanism = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('backup'), tier: Name }),
  z.strictObject({ type: z.literal('replication'), to: Region, by: z.string().min(1) }),
]);

/** Something of the platform that holds what cannot be made again. */
const Component = z.strictObject({
  mechanism: Mechanism.optional(),
  /** How much may be lost, and how long it may take until it is there again. */
  rpoMinutes: minutes.optional(),
  rtoMinutes: minutes.optional(),
  /** Instead of a mechanism. */
  acceptedGap: z
    .strictObject({
      owner: z.string().min(1),
      reason: z.string().min(10, 'say why it can be accepted, so that the next reader can judge it'),
      /** The last day on which it holds, UTC. */
      expires: Day,
    })
    .optional(),
});

/**
 * Within how many minutes people are told of what goes wrong, from when it is so, also where no event comes. The
 * rehearsal holds the automation to it.
 */
const ToldWithin = z.strictObject({
  /** A backup job failed, was aborted, expired or has only a part. From its end. */
  badBackup: minutes,
  /** A plan made no job. From its time in the plan. */
  missingBackup: minutes,
  /** From the end of the copy job. */
  badCopy: minutes,
  /** A copy was never begun, or is not done in its time. From when it had to be there. */
  missingCopy: minutes,
  /** From when the newest recovery point was older than its tier allows. */
  tooOld: minutes,
  /** A recovery point cannot be deleted, or a resource is gone. From then on. */
  changedResource: minutes,
  /** What was restored is not what was backed up, or nobody can tell. From the end of the restore. */
  badRestore: minutes,
  /** A restore test did not begin. From its time in the plan. */
  missingTest: minutes,
  /** AWS Backup could not delete what it had restored. From when it said so. */
  leftover: minutes,
  /** Whoever proves restores dies of each attempt. From the first one. */
  deadVerifier: minutes,
});

export const Backups = z.strictObject({
  mode: Mode,
  /** Key of the tag by which resources say which tier they are in. */
  tagKey: z.string().min(1).max(128),
  vaults: z.record(Name, Vault),
  tiers: z.record(Name, Tier),
  /** By DB instance identifier. */
  databases: z.record(z.string().min(1), Database),
  /** Where restore tests put databases, by Region: apart from everything else, with no way out. People make these. */
  restoreNetworks: z.record(
    Region,
    z.strictObject({
      dbSubnetGroup: z.string().min(1),
      securityGroups: z.array(z.string().regex(/^sg-[0-9a-f]+$/, 'use the id of a security group')).min(1),
    }),
  ),
  components: z.record(Name, Component),
  toldWithinMinutes: ToldWithin,
});

export type Backups = z.infer<typeof Backups>;
export type BackupTier = Backups['tiers'][string];
