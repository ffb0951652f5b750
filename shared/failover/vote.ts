/** Who looks at the primary Region. Each writes with a role of its own, and no role may write for another. */
export const voices = ['standby-probe', 'witness-probe', 'route-53'] as const;

export type Voice = (typeof voices)[number];

/**
 * What a voice made of one look. `blind`: it cannot say. A probe that did not run, had no network of its own, or could
 * not read what it needed has seen nothing: that is never `down`.
 */
export type Sight = 'up' | 'down' | 'blind';

/** Every voice looks at every tenth second of the clock: the marks. */
export const markEverySeconds = 10;

/** One look of one voice. */
export interface Vote {
  readonly voice: Voice;
  /** The mark, in milliseconds since 1970: a multiple of ten seconds, whenever the look began and ended. */
  readonly at: number;
  /** The endpoint that users of the primary Region reach. */
  readonly endpoint: Sight;
  /**
   * Something in the primary Region that is not the platform's. Up while the endpoint is down, it says that the platform
   * is at fault and not the Region. Route 53's checkers do not look at it.
   */
  readonly canary?: Sight;
  /** What it saw, in a few words, for people. */
  readonly saw?: string;
}

/** The mark that a moment belongs to: the last one that is not after it. In milliseconds since 1970. */
export function markOf(moment: number): number {
  const every = markEverySeconds * 1000;
  return Math.floor(moment / every) * every;
}
