import * as z from 'zod/mini';
import { gapKinds } from '../domain/image-gap.ts';
import { inspectedThings, inspectionChecks } from '../domain/inspection.ts';
import { findingSeverities } from '../domain/severity.ts';
import { verdicts } from '../domain/verdict.ts';
import type { BackupFindingTold } from './backup-finding.ts';
import type { FailoverCondition } from './failover-condition.ts';
import type { FailoverRun } from './failover-run.ts';
import type { ImageQuarantine } from './image-quarantine.ts';
import type { ImagesPruned } from './images-pruned.ts';
import type { PrimaryFenced } from './primary-fenced.ts';
import type { RestoreJudged, RestoreLeftover, RestoreTestMissed } from './restore-judged.ts';
import type { SnapshotsPruned } from './snapshots-pruned.ts';

/*
 * The events that our functions publish on the ops bus `aeon-ops`.
 *
 * Each says what it is about (`subject`, an ARN), in which environment, with what outcome and why, and carries an
 * `identity` that is the same however often the same thing is published: EventBridge delivers at least once, and the
 * `id` of its envelope differs between two publications of one fact.
 */

const Verdict = z.enum(verdicts);

const waived = { id: z.string(), package: z.optional(z.string()), owner: z.string(), expires: z.string() };

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
    waived: z.array(z.object(waived)),
    /** Findings that count although a waiver names them, for it no longer holds. */
    endedWaivers: z.optional(z.array(z.object({ ...waived, state: z.enum(['expired', 'lapsed']) }))),
    /** What was published before. Absent: this is the first verdict. */
    previous: z.optional(z.object({ verdict: Verdict, environment: z.string() })),
    /** The verdicts on the copies in other Regions and repositories, as far as they are known here. */
    copies: z.array(
      z.object({
        region: z.string(),
        repository: z.string(),
        verdict: Verdict,
        /** What was last announced of the copy. */
        announced: z.optional(z.object({ verdict: Verdict, environment: z.string() })),
      }),
    ),
    /** Whether anything may be done about it now, and if not, why. */
    standing: z.object({ may: z.enum(['act', 'tell']), reason: z.optional(z.string()) }),
  }),
});

export type ImageJudged = z.infer<typeof ImageJudged>;

/** A pushed image, one of its tags or one of its replicas is not as it should be, or is so again. */
export const ImageInspected = z.object({
  identity: z.string(),
  /** The image: `arn:aws:ecr:<region>:<account>:repository/<name>/<digest>`. */
  subject: z.string(),
  environment: z.string(),
  outcome: z.enum(['wrong', 'well']),
  reason: z.string(),
  /** When ECR was asked. ISO 8601, UTC. */
  occurredAt: z.string(),
  facts: z.object({
    repository: z.string(),
    digest: z.string(),
    region: z.string(),
    tags: z.array(z.string()),
    /** What the findings are about. Its name is the digest, the tag, or the Region of the replica. */
    about: z.enum(inspectedThings),
    name: z.string(),
    /** Empty when it is well. */
    findings: z.array(
      z.object({
        check: z.enum(inspectionChecks),
        problem: z.string(),
        given: z.string(),
        action: z.string(),
      }),
    ),
  }),
});

export type ImageInspected = z.infer<typeof ImageInspected>;

/** What an image gap is about; what it has none of is left out. */
export const GapFacts = z.object({
  /** Tells the gap from others of its Region, and is the same for as long as it is open. */
  gap: z.string(),
  kind: z.enum(gapKinds),
  repository: z.exactOptional(z.string()),
  digest: z.exactOptional(z.string()),
  tags: z.array(z.string()),
  /** The Region in which a copy is missing. */
  copyRegion: z.exactOptional(z.string()),
});

/** Something is not as it should be with the images of a Region, or is so again. */
export const ImageGap = z.object({
  identity: z.string(),
  /** The ARN of the image or its repository; of a waiver what it accepts. */
  subject: z.string(),
  environment: z.string(),
  outcome: z.enum(['open', 'closed']),
  reason: z.string(),
  /** When it was found to be so. ISO 8601, UTC. */
  occurredAt: z.string(),
  facts: z.extend(GapFacts, {
    region: z.string(),
    /** When it was found to be open. ISO 8601, UTC. */
    since: z.string(),
  }),
});

export type ImageGap = z.infer<typeof ImageGap>;

/** A person has allowed an image that may not run (break-glass). */
export const ImageAllowed = z.object({
  identity: z.string(),
  /** The image's ARN; its name when it is in a registry that is not ours. */
  subject: z.string(),
  environment: z.string(),
  outcome: z.literal('allowed'),
  /** Theirs. */
  reason: z.string(),
  /** ISO 8601, UTC. */
  occurredAt: z.string(),
  facts: z.object({
    image: z.string(),
    digest: z.string(),
    /** The Region in which it was told. It holds in all. */
    region: z.string(),
    /** The ARN of the person, or of the role that they had taken on. */
    by: z.string(),
    /** When it ends. ISO 8601, UTC. */
    until: z.string(),
  }),
});

export type ImageAllowed = z.infer<typeof ImageAllowed>;

/** Every event we publish, told apart by its detail-type. */
export type OpsEvent =
  | { readonly detailType: 'Image Judged'; readonly detail: ImageJudged }
  | { readonly detailType: 'Image Allowed'; readonly detail: ImageAllowed }
  | { readonly detailType: 'Image Inspected'; readonly detail: ImageInspected }
  | { readonly detailType: 'Image Quarantine'; readonly detail: ImageQuarantine }
  | { readonly detailType: 'Images Pruned'; readonly detail: ImagesPruned }
  | { readonly detailType: 'Snapshots Pruned'; readonly detail: SnapshotsPruned }
  | { readonly detailType: 'Image Gap'; readonly detail: ImageGap }
  | { readonly detailType: 'Failover Condition'; readonly detail: FailoverCondition }
  | { readonly detailType: 'Failover Run'; readonly detail: FailoverRun }
  | { readonly detailType: 'Primary Fenced'; readonly detail: PrimaryFenced }
  | { readonly detailType: 'Backup Finding'; readonly detail: BackupFindingTold }
  | { readonly detailType: 'Restore Judged'; readonly detail: RestoreJudged }
  | { readonly detailType: 'Restore Leftover'; readonly detail: RestoreLeftover }
  | { readonly detailType: 'Restore Test Missed'; readonly detail: RestoreTestMissed };
