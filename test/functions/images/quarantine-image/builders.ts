import type { Checks, Observed } from '../../../../functions/images/quarantine-image/decide.ts';
import type { ImageState, QuarantineCase } from '../../../../shared/domain/quarantine.ts';
import { digest, mayAct, verdictRecord } from '../../../builders.ts';

/** A quarter of an hour after the image was found to be blocked. */
export const now = new Date('2026-03-02T08:15:05Z');

export const blocked = verdictRecord({
  verdict: 'block',
  reason: '1 CRITICAL finding: CVE-2026-0001',
  counts: { CRITICAL: 1 },
});

export const part = `sha256:${'cd'.repeat(32)}`;
export const otherPart = `sha256:${'ef'.repeat(32)}`;

export function states(self: ImageState, ...parts: readonly ImageState[]): ReadonlyMap<string, ImageState> {
  return new Map([
    [digest, self],
    ...parts.map((state, index) => [index === 0 ? part : otherPart, state] as const),
  ]);
}

export function quarantineCase(over: Partial<QuarantineCase> = {}): QuarantineCase {
  return {
    digest,
    region: 'us-east-1',
    repository: 'api',
    kind: 'image',
    tags: ['api-prod-1.0.0-4f1c2ab'],
    environment: 'production',
    members: [{ digest, kind: 'image' }],
    blockedSince: blocked.since,
    blockReason: blocked.reason,
    severity: 'CRITICAL',
    fixBy: '2026-03-09T08:00:05.000Z',
    state: 'archived',
    reason: 'it was archived',
    archived: [digest],
    begunAt: '2026-03-02T08:00:06.000Z',
    left: [],
    isSettled: true,
    undone: 0,
    version: 3,
    ...over,
  };
}

/** Nobody needs it, and all that is known of it is saved. */
export const free: Checks = {
  protections: [],
  evidence: { is: 'complete' },
  neededElsewhere: new Set(),
};

/** A blocked image that can be pulled, of which everything was asked, and nothing was done yet. */
export function observed(over: Partial<Observed> = {}): Observed {
  return { record: blocked, states: states('ACTIVE'), standing: mayAct, checks: free, now, ...over };
}
