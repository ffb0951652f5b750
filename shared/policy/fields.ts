import * as z from 'zod';

/* Forms of values that several parts of the policy have. */

export const Name = z
  .string()
  .regex(/^[a-z][a-z0-9-]*[a-z0-9]$/, 'use lower-case letters, digits and hyphens');

export const Region = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "use an AWS Region code such as 'us-east-1'");

export const days = z.int('use whole days').positive('use at least one day');

export const minutes = z.int('use whole minutes').positive('use at least one minute');

/** UTC. */
export const Day = z.iso.date('use a day such as 2027-03-31');

/** `observe` decides, records and tells, and changes nothing; `act` also acts. */
export const Mode = z.enum(['observe', 'act']);

/** A resource that exists and is only referred to, or one that the stacks create and own. */
export const Resource = z.union(
  [z.strictObject({ existing: z.string().min(1) }), z.strictObject({ create: z.string().min(1) })],
  {
    error: "use { existing: '<name>' } for what is there, or { create: '<name>' } for the stacks to make it",
  },
);
