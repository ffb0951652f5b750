import type * as z from 'zod/mini';
import type { GapFacts, ImageGap } from '../../../shared/events/ops-events.ts';

/** Something that a sweep found and that is no verdict. */
export interface Gap {
  /**
   * What has to be looked at to know whether the gap is still there: `copies/<repository>`, `scans/<repository>`,
   * `images/<repository>`, `waivers` or `workloads`.
   */
  readonly scope: string;
  readonly subject: string;
  readonly environment: string;
  /** One sentence for people. */
  readonly reason: string;
  readonly facts: z.infer<typeof GapFacts>;
}

export interface OpenGap extends Gap {
  /** ISO 8601, UTC. */
  readonly since: string;
}

export interface SweepFindings {
  readonly gaps: readonly Gap[];
  /** What this sweep could not look at, or not at all of it. */
  readonly unseen: ReadonlySet<string>;
}

export interface GapDecision {
  /** What people are to be told. */
  readonly events: readonly ImageGap[];
  readonly open: readonly OpenGap[];
}

/**
 * Which gaps have opened and which have closed since the last sweep.
 *
 * A gap that was open stays so in silence, unless it has become one of another kind: a waiver that was to end has ended.
 * One that was not found again is closed, but not by a sweep that could not look where it would have been found.
 */
export function decideGaps(
  previous: readonly OpenGap[],
  { gaps, unseen }: SweepFindings,
  region: string,
  now: Date,
): GapDecision {
  const at = now.toISOString();
  const before = new Map(previous.map((gap) => [gap.facts.gap, gap]));
  const found = new Map(gaps.map((gap) => [gap.facts.gap, gap]));
  const events: ImageGap[] = [];
  const open: OpenGap[] = [];
  for (const gap of found.values()) {
    const known = before.get(gap.facts.gap);
    const isNews = known?.facts.kind !== gap.facts.kind;
    const current = { ...gap, since: known?.since ?? at };
    open.push(current);
    if (isNews) events.push(gapEvent(current, 'open', gap.reason, region, at));
  }
  for (const gap of previous) {
    if (found.has(gap.facts.gap)) continue;
    if (unseen.has(gap.scope)) open.push(gap);
    else events.push(gapEvent(gap, 'closed', `it is over; last seen: ${gap.reason}`, region, at));
  }
  return { events, open };
}

function gapEvent(
  { subject, environment, facts, since }: OpenGap,
  outcome: ImageGap['outcome'],
  reason: string,
  region: string,
  at: string,
): ImageGap {
  return {
    identity: `${region}/${facts.gap}/${facts.kind}/${outcome}/${since}`,
    subject,
    environment,
    outcome,
    reason,
    occurredAt: at,
    facts: { ...facts, region, since },
  };
}
