import { type Alert, type AlertSeverity, isLouder } from '../../../shared/domain/alert.ts';

/** What one sink has been told about one condition (an alert's fingerprint), over all its firings and resolves. */
export interface Conversation {
  /** `<sink>/<fingerprint>` */
  readonly key: string;
  /** Counts the writes. 0: not written yet. */
  readonly version: number;
  readonly told?: {
    readonly state: Alert['state'];
    readonly severity: AlertSeverity;
    /** What was the matter. */
    readonly condition: string;
    /** When the condition took that state. */
    readonly occurredAt: string;
  };
  /** The newest state that any message has told of, whether or not the sink was told: others may still be on the way. */
  readonly newest?: KnownState;
  /** Somebody is telling it just now. */
  readonly claim?: { readonly by: string; readonly until: string };
  /** An attempt got no answer, so that it may have been told already. */
  readonly doubtful?: true;
}

export interface KnownState {
  readonly state: Alert['state'];
  readonly occurredAt: string;
}

export type Telling =
  | {
      readonly do: 'tell';
      /** `over`: it fired and was resolved before the sink could be told of either. */
      readonly as: 'new' | 'escalated' | 'changed' | 'again' | 'resolved' | 'over';
      /** When an `over` one was resolved. */
      readonly resolvedAt?: string;
      /** An earlier attempt may have told it already. */
      readonly mayRepeat: boolean;
      readonly reason: string;
    }
  | {
      readonly do: 'hold';
      readonly reason: string;
      /** What is to be kept in mind although nothing is told. */
      readonly remember?: KnownState;
    }
  | { readonly do: 'wait'; readonly until: string; readonly reason: string };

/**
 * Whether a sink is told of an alert, given what it was told before.
 *
 * Queues deliver twice and out of order, so that:
 * - the same state again is held, unless it has become louder or something else is the matter now: an escalation is
 *   always told;
 * - what is older than what was told is held, and so is the end of a firing when a later one is known;
 * - a resolve is told only where a firing was. One that comes first is remembered, so that a firing which comes late is
 *   told together with its end;
 * - while another worker is telling it, this one waits. A claim that ran out was left by a worker that died: nobody
 *   knows whether it told, so it is told, and marked as a possible repeat.
 *
 * @param worker names this attempt; a claim of its own does not make it wait
 */
export function decideTelling(conversation: Conversation, alert: Alert, now: Date, worker: string): Telling {
  const { told, claim, newest } = conversation;
  if (claim && claim.by !== worker && new Date(claim.until) > now) {
    return { do: 'wait', until: claim.until, reason: 'another worker is telling it just now' };
  }
  const mayRepeat = claim !== undefined || conversation.doubtful === true;
  const hold = (reason: string): Telling => {
    const known = newest ?? told;
    const next = newestOf(known, alert);
    return next === known ? { do: 'hold', reason } : { do: 'hold', reason, remember: next };
  };
  const tell = (as: 'new' | 'escalated' | 'changed' | 'again' | 'resolved', reason: string): Telling => ({
    do: 'tell',
    as,
    mayRepeat,
    reason,
  });

  if (alert.state === 'resolved') {
    if (told?.state !== 'firing') {
      return hold(told ? 'the resolve was told already' : 'this sink was never told that it fired');
    }
    if (isBefore(alert.occurredAt, told.occurredAt)) return hold(older(told));
    if (newest?.state === 'firing' && isBefore(alert.occurredAt, newest.occurredAt)) {
      return hold(`it has fired again since, at ${newest.occurredAt}`);
    }
    return tell('resolved', 'it is resolved');
  }

  const isOver = newest?.state === 'resolved' && !isBefore(newest.occurredAt, alert.occurredAt);
  if (told === undefined || (told.state === 'resolved' && isBefore(told.occurredAt, alert.occurredAt))) {
    if (isOver) {
      const reason = 'it fired and was resolved meanwhile';
      return { do: 'tell', as: 'over', resolvedAt: newest.occurredAt, mayRepeat, reason };
    }
    return told ? tell('again', 'it fires again') : tell('new', 'it fires for the first time');
  }
  if (told.state === 'resolved') return hold('its resolve was told');
  if (isBefore(alert.occurredAt, told.occurredAt)) return hold(older(told));
  if (isOver) return hold('its end is known');
  if (isLouder(alert.severity, told.severity)) {
    return tell('escalated', `it was ${told.severity} and is ${alert.severity} now`);
  }
  return alert.condition !== told.condition && isBefore(told.occurredAt, alert.occurredAt)
    ? tell('changed', `it was ${told.condition} and is ${alert.condition} now`)
    : hold('told already, and neither louder nor something else now');
}

/** Of two states of one moment the resolve is the later one. */
export function newestOf(known: KnownState | undefined, { state, occurredAt }: KnownState): KnownState {
  if (known === undefined || isBefore(known.occurredAt, occurredAt)) return { state, occurredAt };
  const isEnd = state === 'resolved' && known.state === 'firing' && !isBefore(occurredAt, known.occurredAt);
  return isEnd ? { state, occurredAt } : known;
}

function older({ state, occurredAt }: KnownState): string {
  return `older than what was told (${state} at ${occurredAt})`;
}

function isBefore(one: string, other: string): boolean {
  return Date.parse(one) < Date.parse(other);
}
