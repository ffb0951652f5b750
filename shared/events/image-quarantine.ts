import * as z from 'zod/mini';
import { protectionKinds, quarantineOutcomes } from '../domain/quarantine.ts';
import { findingSeverities } from '../domain/severity.ts';

/** Something was done about a blocked image, or could not be. */
export const ImageQuarantine = z.object({
  identity: z.string(),
  /** The image: `arn:aws:ecr:<region>:<account>:repository/<name>/<digest>`. */
  subject: z.string(),
  environment: z.string(),
  outcome: z.enum(quarantineOutcomes),
  reason: z.string(),
  /** When it came to be so. ISO 8601, UTC. */
  occurredAt: z.string(),
  facts: z.object({
    repository: z.string(),
    digest: z.string(),
    region: z.string(),
    tags: z.array(z.string()),
    blockReason: z.string(),
    /** ISO 8601, UTC. */
    blockedSince: z.string(),
    severity: z.enum(findingSeverities),
    /** When it has to be replaced where it is in use. ISO 8601, UTC. */
    fixBy: z.string(),
    /** With `held` and `overdue`. */
    heldBy: z.optional(z.enum(protectionKinds)),
    /** With `overdue`: whole days, the first one included. */
    daysOverdue: z.optional(z.number()),
    /** How often a push or a replication has brought it back. */
    undone: z.number(),
    /** With `reprieved`: who has it released, and until when. */
    by: z.optional(z.string()),
    until: z.optional(z.string()),
    /** What was last told of the copies of the image in other Regions. */
    copies: z.array(z.object({ region: z.string(), outcome: z.enum(quarantineOutcomes) })),
  }),
});

export type ImageQuarantine = z.infer<typeof ImageQuarantine>;
