import type { VerdictRecord } from '../../../shared/domain/verdict-record.ts';
import { endOf, names } from '../../../shared/judging/waivers.ts';
import type { Waiver } from '../../../shared/policy/schema.ts';
import type { Gap } from './gaps.ts';

/** What waivers were good for, over all images that were looked at. */
export interface WaiverUse {
  /** Notes what a record says of waivers. */
  readonly note: (record: VerdictRecord) => void;
  /** True when some image has a finding that the waiver names. */
  readonly isUsed: (waiver: Waiver) => boolean;
  /** True when a fix is known for such a finding, and the waiver was to hold only until then. */
  readonly hasLapsed: (waiver: Waiver) => boolean;
}

export function waiverUse(waivers: readonly Waiver[]): WaiverUse {
  const used = new Set<Waiver>();
  const lapsed = new Set<Waiver>();
  return {
    note({ repository, waived, endedWaivers = [] }) {
      if (waivers.length === 0) return;
      for (const finding of waived) {
        for (const waiver of waivers) if (names(waiver, finding, repository)) used.add(waiver);
      }
      for (const finding of endedWaivers) {
        for (const waiver of waivers) {
          if (!names(waiver, finding, repository)) continue;
          used.add(waiver);
          if (finding.state === 'lapsed' && waiver.lapsesOnFix) lapsed.add(waiver);
        }
      }
    },
    isUsed: (waiver) => used.has(waiver),
    hasLapsed: (waiver) => lapsed.has(waiver),
  };
}

export const waiverScope = 'waivers';

/** A waiver that ends within so many days is told of. */
const soonDays = 14;

/**
 * What is to be done about the waivers of the policy: each is one gap at most. That one matches nothing can be said only
 * when all images were looked at.
 *
 * @param use undefined when the sweep has not looked at all images
 */
export function decideWaiverGaps(
  waivers: readonly Waiver[],
  use: WaiverUse | undefined,
  environment: string,
  now: Date,
): readonly Gap[] {
  return waivers.flatMap((waiver) => {
    const found = whatIsWrong(waiver, use, now);
    if (found === undefined) return [];
    const called = nameOf(waiver);
    return [
      {
        scope: waiverScope,
        subject: `waiver of ${called}`,
        environment,
        reason: `${found.reason} (${waiver.owner} answers for it)`,
        facts: { gap: `waiver/${called}`, kind: found.kind, tags: [] },
      },
    ];
  });
}

type WaiverGapKind = Extract<Gap['facts']['kind'], `waiver-${string}`>;

function whatIsWrong(
  waiver: Waiver,
  use: WaiverUse | undefined,
  now: Date,
): { readonly kind: WaiverGapKind; readonly reason: string } | undefined {
  const daysLeft = (endOf(waiver) - now.getTime()) / (24 * 60 * 60 * 1000);
  if (daysLeft <= 0) return { kind: 'waiver-expired', reason: `it ended with ${waiver.expires}` };
  if (use?.hasLapsed(waiver)) {
    return { kind: 'waiver-lapsed', reason: 'a fix is known, and it was to hold only until then' };
  }
  if (daysLeft <= soonDays) return { kind: 'waiver-expiring', reason: `it ends with ${waiver.expires}` };
  if (use && !use.isUsed(waiver)) {
    return { kind: 'waiver-unused', reason: 'no image has a finding that it names' };
  }
  return undefined;
}

/** `CVE-2026-12345 in openssl (aeon-dt-api, aeon-dt-worker)` */
function nameOf({ id, package: where, repositories }: Waiver): string {
  return `${id}${where === undefined ? '' : ` in ${where}`}${repositories ? ` (${repositories.join(', ')})` : ''}`;
}
