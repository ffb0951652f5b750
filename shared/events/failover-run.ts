import * as z from 'zod/mini';
import { runModes, runSteps } from '../failover/run.ts';

/** How far a run has come. One conversation with people: the newest event says where it stands. */
export const FailoverRun = z.object({
  identity: z.string(),
  /** The ARN of the durable execution. */
  subject: z.string(),
  environment: z.string(),
  outcome: z.enum([
    /** A step has begun, or has ended as it should. */
    'under-way',
    /** Half of a step's time has passed, or all of it. */
    'behind',
    /** Something failed that the run has a way around. */
    'hurt',
    /** People have to choose. */
    'asks',
    /** It has done all it could. */
    'ended',
    /** It ended before it had. */
    'stopped',
  ]),
  reason: z.string(),
  /** ISO 8601, UTC. */
  occurredAt: z.string(),
  facts: z.object({
    run: z.string(),
    mode: z.enum(runModes),
    step: z.enum(runSteps),
    /** Where it runs. */
    region: z.string(),
    startedBy: z.string(),
    /** ISO 8601, UTC. */
    startedAt: z.string(),
    /** What to do by hand where the automation does not. Absent: nothing. */
    byHand: z.optional(z.string()),
    /** What is not as it should be, one sentence each. */
    shortfalls: z.array(z.string()),
    /** An object in S3. */
    evidence: z.optional(z.string()),
  }),
});

export type FailoverRun = z.infer<typeof FailoverRun>;
