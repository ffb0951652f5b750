import * as z from 'zod/mini';

/** The database of the primary Region is out of reach there, because the standby Region is the writer. */
export const PrimaryFenced = z.object({
  identity: z.string(),
  /** The primary Region. */
  subject: z.string(),
  environment: z.string(),
  /** `watched`: nothing was done, since the policy has the failover observe. */
  outcome: z.enum(['fenced', 'watched']),
  reason: z.string(),
  /** ISO 8601, UTC. */
  occurredAt: z.string(),
  facts: z.object({ epoch: z.number(), region: z.string(), rules: z.number() }),
});

export type PrimaryFenced = z.infer<typeof PrimaryFenced>;
