import type { LogFacts, World } from './world.ts';

/** How the work on one subject ended. Also the ends at which nothing was done say why. */
export interface Outcome {
  /** One word or two, from a closed set of the function's own: `block`, `held`, `told`. */
  readonly outcome: string;
  /** One sentence for people. */
  readonly reason: string;
  /** What the work was about: an ARN or a name. */
  readonly subject: string;
  readonly facts?: LogFacts;
}

/** Writes the record that says how the work on a subject ended. Logs, dashboard and rehearsal all read this one. */
export function logOutcome(log: World<unknown>['log'], { outcome, reason, subject, facts }: Outcome): void {
  log('info', 'outcome', { outcome, reason, subject, ...facts });
}
