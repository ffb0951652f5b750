/** How loud an alert is, loudest first. `critical` wakes somebody. */
export const alertSeverities = ['critical', 'warning', 'info'] as const;

export type AlertSeverity = (typeof alertSeverities)[number];

/** True when the first severity is louder than the second. */
export function isLouder(one: AlertSeverity, other: AlertSeverity): boolean {
  return alertSeverities.indexOf(one) < alertSeverities.indexOf(other);
}

/** The environment of an alert that could not be placed. Routes name it like any other. */
export const unknownEnvironment = 'unknown';

/**
 * One thing that people should know about, whatever told us of it.
 *
 * Text fields hold text from outside (tags, CVE titles, alarm names) as it came. Each sink escapes it its own way.
 */
export interface Alert {
  /** The condition, stable from its first firing to its resolve: what one conversation is about. */
  readonly fingerprint: string;
  readonly state: 'firing' | 'resolved';
  /** What is the matter, in a word: a verdict, a state. When it changes, people hear of it, however loud it is. */
  readonly condition: string;
  readonly severity: AlertSeverity;
  /** An environment of the policy, or `unknown`. */
  readonly environment: string;
  /** When the condition took this state, by its source's clock. ISO 8601, UTC. */
  readonly occurredAt: string;
  /** What happened, in one line. */
  readonly title: string;
  /** What it means for the reader. */
  readonly meaning: string;
  /** What to do about it; empty when there is nothing to do. */
  readonly action: string;
  readonly facts: readonly AlertFact[];
  readonly links: readonly AlertLink[];
  /** What raised it: an ARN where there is one. */
  readonly subject: string;
  readonly region: string;
}

export interface AlertFact {
  readonly name: string;
  readonly value: string;
}

export interface AlertLink {
  readonly label: string;
  /** An https URL. */
  readonly url: string;
}
