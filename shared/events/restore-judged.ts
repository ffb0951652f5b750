import * as z from 'zod/mini';
import { proofOutcomes } from '../restores/proof.ts';

/** What came of the test of a restore, or that a tier has none. */
export const RestoreJudged = z.object({
  identity: z.string(),
  /** The ARN of what was backed up; of a tier that is never restored, its name. */
  subject: z.string(),
  /** What is backed up belongs to no environment that anybody could tell. */
  environment: z.literal('unknown'),
  outcome: z.enum(proofOutcomes),
  reason: z.string(),
  /** When it came to be so. ISO 8601, UTC. */
  occurredAt: z.string(),
  facts: z.object({
    region: z.string(),
    tier: z.string(),
    /** Absent: nothing is restored. */
    jobId: z.optional(z.string()),
    pointArn: z.optional(z.string()),
    restoreSeconds: z.optional(z.number()),
    /** How many seconds of changes the copy lacked. */
    rpoSeconds: z.optional(z.number()),
    /** What is known of each check that did not pass. */
    checks: z.array(z.string()),
    control: z.optional(z.string()),
    /** What AWS Backup was told, or why it was not. */
    put: z.string(),
    /** An object in S3. */
    evidence: z.optional(z.string()),
  }),
});

export type RestoreJudged = z.infer<typeof RestoreJudged>;

/** What a restore test has made is still there although its time is over, or is gone at last. */
export const RestoreLeftover = z.object({
  identity: z.string(),
  /** The ARN of what is left. */
  subject: z.string(),
  environment: z.literal('unknown'),
  outcome: z.enum(['open', 'closed']),
  reason: z.string(),
  /** ISO 8601, UTC. */
  occurredAt: z.string(),
  facts: z.object({ region: z.string(), tier: z.string(), jobId: z.string() }),
});

export type RestoreLeftover = z.infer<typeof RestoreLeftover>;

/** A restore test had to begin and has not, or one has run since. */
export const RestoreTestMissed = z.object({
  identity: z.string(),
  /** Of what is tested only the tier is known. */
  subject: z.string(),
  environment: z.literal('unknown'),
  outcome: z.enum(['open', 'closed']),
  reason: z.string(),
  /** ISO 8601, UTC. */
  occurredAt: z.string(),
  facts: z.object({ region: z.string(), tier: z.string() }),
});

export type RestoreTestMissed = z.infer<typeof RestoreTestMissed>;
