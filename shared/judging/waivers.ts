import type { Finding } from '../domain/finding.ts';
import type { EndedWaiver } from '../domain/waived.ts';
import type { Waiver } from '../policy/schema.ts';

/** How a waiver stands towards a finding that it names. */
export type WaiverState = 'holds' | EndedWaiver['state'];

/** True when the waiver is about this finding in this repository, whether or not it still holds. */
export function names(waiver: Waiver, finding: Pick<Finding, 'id' | 'package'>, repository: string): boolean {
  return (
    waiver.id === finding.id &&
    (waiver.package === undefined || waiver.package === finding.package) &&
    (waiver.repositories === undefined || waiver.repositories.includes(repository))
  );
}

/** A waiver holds until the end of its last day, UTC. */
export function stateOf(waiver: Waiver, finding: Finding, now: Date): WaiverState {
  if (endOf(waiver) <= now.getTime()) return 'expired';
  return waiver.lapsesOnFix && finding.fixedIn !== undefined ? 'lapsed' : 'holds';
}

/** The moment after its last day. */
export function endOf({ expires }: Pick<Waiver, 'expires'>): number {
  return Date.parse(`${expires}T00:00:00Z`) + 24 * 60 * 60 * 1000;
}

/** What the waivers of the policy make of a finding: it counts, or one of them accepts it. */
export type Waiving =
  | { readonly acceptedBy: Waiver }
  /** Those that name it and no longer hold. */
  | { readonly ended: readonly { readonly waiver: Waiver; readonly state: EndedWaiver['state'] }[] };

/** One waiver that holds is enough, whatever others have ended. */
export function decideWaiving(
  finding: Finding,
  repository: string,
  waivers: readonly Waiver[],
  now: Date,
): Waiving {
  const ended: { waiver: Waiver; state: EndedWaiver['state'] }[] = [];
  for (const waiver of waivers) {
    if (!names(waiver, finding, repository)) continue;
    const state = stateOf(waiver, finding, now);
    if (state === 'holds') return { acceptedBy: waiver };
    ended.push({ waiver, state });
  }
  return { ended };
}
