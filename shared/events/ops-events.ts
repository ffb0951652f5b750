import * as z from 'zod/mini';
import { findingSeverities } from '../domain/severity.ts';
import { verdicts } from '../domain/verdict.ts';

/*
 * The events that our functions publish on the ops bus `aeon-ops`.
 *
 * Each says what it is about (`subject`, an ARN), in which environment, with what outcome and why, and carries an
 * `identity` that is the same however often the same thing is published: EventBridge delivers at least once, and the
 * `id` of its envelope differs between two publications of one fact.
 */

const Verdict = z.enum(verdicts);

export const ImageJudged = z.object({
  identity: z.string(),
  /** The image: `arn:aws:ecr:<region>:<account>:repository/<name>/<digest>`. */
  subject: z.string(),
  environment: z.string(),
  outcome: Verdict,
  reason: z.string(),
  /** When ECR was asked. ISO 8601, UTC. */
  occurredAt: z.string(),
  facts: z.object({
    repository: z.string(),
    digest: z.string(),
    region: z.string(),
    tags: z.array(z.string()),
    /** Platforms that the policy requires and the index does not have. */
    missingPlatforms: z.array(z.string()),
    scannedAt: z.optional(z.string()),
    counts: z.partialRecord(z.enum(findingSeverities), z.number()),
    worst: z.array(
      z.object({
        id: z.string(),
        severity: z.enum(findingSeverities),
        package: z.optional(z.string()),
        fixedIn: z.optional(z.string()),
      }),
    ),
    /** Findings that a waiver accepts. */
    waived: z.array(z.object({ id: z.string(), owner: z.string(), expires: z.string() })),
    /** What was published before. Absent: this is the first verdict. */
    previous: z.optional(z.object({ verdict: Verdict, environment: z.string() })),
    /** The verdicts on the copies in other Regions and repositories, as far as they are known here. */
    copies: z.array(z.object({ region: z.string(), repository: z.string(), verdict: Verdict })),
    /** Whether anything may be done about it now, and if not, why. */
    standing: z.object({ may: z.enum(['act', 'tell']), reason: z.optional(z.string()) }),
  }),
});

export type ImageJudged = z.infer<typeof ImageJudged>;

/** Every event we publish, told apart by its detail-type. */
export type OpsEvent = { readonly detailType: 'Image Judged'; readonly detail: ImageJudged };
