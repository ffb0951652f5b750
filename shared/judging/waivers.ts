import type { Finding } from '../domain/finding.ts';
import type { Waiver } from '../policy/schema.ts';

/** How a waiver stands towards a finding that it names. */
export type WaiverState =
  | 'holds'
  /** Its last day is over. */
  | 'expired'
  /** The package is mended in a known version, and the waiver was to hold only until then. */
  | 'lapsed';

/** True when the waiver is about this finding in this repository, whether or not it still holds. */
export function names(waiver: Waiver, finding: Finding, repository: string): boolean {
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
export function endOf({ expires }: Waiver): number {
  return Date.parse(`${expires}T00:00:00Z`) + 24 * 60 * 60 * 1000;
}

/** The waiver that accepts a finding now; undefined when none does. */
export function waiverFor(
  finding: Finding,
  repository: string,
  waivers: readonly Waiver[],
  now: Date,
): Waiver | undefined {
  return waivers.find(
    (waiver) => names(waiver, finding, repository) && stateOf(waiver, finding, now) === 'holds',
  );
}
