/** Break-glass: one image may run in one environment for a while, whatever is known of it, because a person said so. */
export interface Allowance {
  readonly digest: string;
  readonly environment: string;
  /** The image as the person named it. */
  readonly image: string;
  /** The ARN of the person, or of the role that the person had taken on. */
  readonly by: string;
  readonly reason: string;
  /** When it was given. ISO 8601, UTC. */
  readonly since: string;
  /** From this moment on it no longer counts. ISO 8601, UTC. */
  readonly until: string;
}

/** Long enough for the night in which it is needed, and for the people of the next day to do without. */
export const longestAllowanceMs = 24 * 60 * 60 * 1000;

/** An end further away than an allowance may last was not written by the program that keeps to it, and does not count. */
export function allowanceHolds({ until }: Allowance, now: Date): boolean {
  const left = Date.parse(until) - now.getTime();
  return left > 0 && left <= longestAllowanceMs;
}
