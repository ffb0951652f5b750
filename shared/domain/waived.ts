/** A finding that a waiver of the policy accepts. */
export interface Waived {
  /** The vulnerability's id. */
  readonly id: string;
  /** Where it was found. Absent where the engine names no package. */
  readonly package?: string;
  /** Who answers for the waiver. */
  readonly owner: string;
  /** The last day on which the waiver holds, `YYYY-MM-DD`, UTC. */
  readonly expires: string;
}

/** A finding that counts although a waiver names it, for the waiver no longer holds. */
export interface EndedWaiver extends Waived {
  readonly state:
    | 'expired'
    /** A version is known in which the package is mended, and the waiver was to hold only until then. */
    | 'lapsed';
}
