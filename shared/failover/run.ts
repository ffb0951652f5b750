import * as z from 'zod/mini';

/** What a run does, step by step, in this order. */
export const runSteps = ['detect', 'traffic', 'nodes', 'database', 'validate', 'close'] as const;

export type RunStep = (typeof runSteps)[number];

/** The runs there are. What is not among them is refused, and never half done. */
export const runModes = ['failover'] as const;

/** What run-failover is started with. */
export const RunInput = z.object({
  /** The one that the run brings: higher than all before it. */
  epoch: z.int().check(z.minimum(1)),
  mode: z.enum(runModes),
  /** For people. */
  reason: z.string().check(z.minLength(1), z.maxLength(1000)),
  /** A function, or the ARN of a person. */
  startedBy: z.string().check(z.minLength(1), z.maxLength(300)),
  /** Since when a majority has seen the primary Region down. ISO 8601, UTC. Absent: nobody knows. */
  downSince: z.optional(z.iso.datetime()),
});

export type RunInput = z.infer<typeof RunInput>;

/**
 * Names a run, and its durable execution: AWS starts no second one of the name.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/durable-execution-idempotency.html
 */
export function runNameOf({ epoch }: Pick<RunInput, 'epoch'>): string {
  return `failover-${epoch}`;
}
