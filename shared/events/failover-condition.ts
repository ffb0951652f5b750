import * as z from 'zod/mini';
import { conditionNames } from '../failover/condition.ts';

/** The primary Region, or who looks at it, is in a condition that people should know of, or is so no more. */
export const FailoverCondition = z.object({
  identity: z.string(),
  /** The host of the primary Region's endpoint. */
  subject: z.string(),
  environment: z.string(),
  outcome: z.enum(['open', 'over']),
  reason: z.string(),
  /** When it came to be so. ISO 8601, UTC. */
  occurredAt: z.string(),
  facts: z.object({
    /** What it is about, the same for as long as it lasts. */
    about: z.string(),
    name: z.enum(conditionNames),
    /** The Region that is looked at. */
    region: z.string(),
    /** Where it was found. */
    watchedIn: z.string(),
    /** ISO 8601, UTC. */
    since: z.string(),
    /** What keeps a failover from starting by itself, one sentence each. */
    refusals: z.array(z.string()),
    /** The name of the run that starts, or that is asked for. */
    run: z.exactOptional(z.string()),
  }),
});

export type FailoverCondition = z.infer<typeof FailoverCondition>;
