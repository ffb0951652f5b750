/**
 * Whether an automation may change anything now, or only decide, record and tell.
 *
 * Three switches are asked, in this order: the mode in the policy, the pause that a person has set, and the interlock
 * that holds while a failover or an exercise is open. What could not be read counts as set: an automation that does
 * not know whether it may act does not act.
 */
export type Standing =
  | { readonly may: 'act' }
  | {
      readonly may: 'tell';
      readonly because: 'observe' | 'paused' | 'interlocked' | 'unreadable';
      /** One sentence for people. */
      readonly reason: string;
    };

/** A row of the switch table: a pause or the interlock. */
export interface SwitchRow {
  /** `pause/<area>`, `pause/all` or `interlock`. */
  readonly switch: string;
  readonly reason: string;
  /** Who set it. */
  readonly by: string;
  /** ISO 8601. From this moment the row no longer counts. Absent: until it is removed. */
  readonly until?: string;
}

/** What was found in the switch table, or why it could not be read. */
export type SwitchReading = { readonly rows: readonly SwitchRow[] } | { readonly unreadable: string };

export function decideStanding(mode: 'observe' | 'act', switches: SwitchReading, now: Date): Standing {
  if (mode === 'observe') {
    return { may: 'tell', because: 'observe', reason: 'the policy has this automation observe' };
  }
  if ('unreadable' in switches) {
    return {
      may: 'tell',
      because: 'unreadable',
      reason: `the switches could not be read, which counts as paused (${switches.unreadable})`,
    };
  }
  const set = switches.rows.filter(({ until }) => !isOver(until, now));
  const pause = set.find((row) => row.switch !== interlockSwitch);
  if (pause) {
    const end = pause.until === undefined ? '' : ` until ${pause.until}`;
    return { may: 'tell', because: 'paused', reason: `paused by ${pause.by}${end}: ${pause.reason}` };
  }
  const interlock = set.find((row) => row.switch === interlockSwitch);
  if (interlock) {
    return {
      may: 'tell',
      because: 'interlocked',
      reason: `interlocked by ${interlock.by}: ${interlock.reason}`,
    };
  }
  return { may: 'act' };
}

/** An end that cannot be read is none. */
function isOver(until: string | undefined, now: Date): boolean {
  return until !== undefined && new Date(until) <= now;
}

export const interlockSwitch = 'interlock';

/** Areas that a person can pause. Alerts are not among them: they are silenced one by one, never all at once. */
export const pausableAreas = ['images', 'retention', 'backups'] as const;

export type PausableArea = (typeof pausableAreas)[number];

export function pauseSwitch(area: PausableArea | 'all'): string {
  return `pause/${area}`;
}

/** The switches that bind an area. */
export function switchesOf(area: PausableArea): readonly string[] {
  return [pauseSwitch(area), pauseSwitch('all'), interlockSwitch];
}
