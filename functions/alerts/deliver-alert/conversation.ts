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
    /** When the condition took that state. */
    readonly occurredAt: string;
  };
  /** A resolve that came before any firing was told: the firing may still wait in the queue. */
  readonly resolvedUntold?: { readonly occurredAt: string };
  /** Somebody is telling it just now. */
  readonly claim?: { readonly by: string; readonly until: string };
  /** An attempt got no answer, so that it may have been told already. */
  readonly doubtful?: true;
}

export type Telling =
  | {
      readonly do: 'tell';
      /** `over`: it fired and was resolved before the sink could be told of either. */
      readonly as: 'new' | 'escalated' | 'again' | 'resolved' | 'over';
      /** When an `over` one was resolved. */
      readonly resolvedAt?: string;
      /** An earlier attempt may have told it already. */
      readonly mayRepeat: boolean;
      readonly reason: string;
    }
  | { readonly do: 'hold'; readonly reason: string; readonly remember?: Conversation['resolvedUntold'] }
  | { readonly do: 'wait'; readonly until: string; readonly reason: string };

/**
 * Whether a sink is told of an alert, given what it was told before.
 *
 * Queues deliver twice and out of order, so that:
 * - the same state again is held, unless it has become louder: an escalation is always told;
 * - what is older than what was told is held;
 * - a resolve is told only where a firing was, and is remembered where none was, so that a firing that comes late is
 *   told together with its end;
 * - while another worker is telling it, this one waits. A claim that ran out was left by a worker that died: nobody
 *   knows whether it told, so it is told, and marked as a possible repeat.
 *
 * @param worker names this attempt; a claim of its own does not make it wait
 */
export function decideTelling(conversation: Conversation, alert: Alert, now: Date, worker: string): Telling {
  const { told, claim } = conversation;
  if (claim && claim.by !== worker && new Date(claim.until) > now) {
    return { do: 'wait', until: claim.until, reason: 'another worker is telling it just now' };
  }
  const mayRepeat = claim !== undefined || conversation.doubtful === true;
  const tell = (as: 'new' | 'escalated' | 'again' | 'resolved', reason: string): Telling => ({
    do: 'tell',
    as,
    mayRepeat,
    reason,
  });

  if (told === undefined) {
    if (alert.state === 'resolved') {
      const known = conversation.resolvedUntold;
      const remember =
        known && isBefore(alert.occurredAt, known.occurredAt) ? known : { occurredAt: alert.occurredAt };
      return { do: 'hold', reason: 'this sink was never told that it fired', remember };
    }
    const resolvedAt = conversation.resolvedUntold?.occurredAt;
    if (resolvedAt !== undefined && !isBefore(resolvedAt, alert.occurredAt)) {
      return { do: 'tell', as: 'over', resolvedAt, mayRepeat, reason: 'it fired and was resolved meanwhile' };
    }
    return tell('new', 'it fires for the first time');
  }
  if (isBefore(alert.occurredAt, told.occurredAt)) {
    return { do: 'hold', reason: `older than what was told (${told.state} at ${told.occurredAt})` };
  }
  if (alert.state === 'resolved') {
    return told.state === 'firing'
      ? tell('resolved', 'it is resolved')
      : { do: 'hold', reason: 'the resolve was told already' };
  }
  if (told.state === 'resolved') {
    return isBefore(told.occurredAt, alert.occurredAt)
      ? tell('again', 'it fires again')
      : { do: 'hold', reason: 'its resolve, of the same moment, was told' };
  }
  return isLouder(alert.severity, told.severity)
    ? tell('escalated', `it was ${told.severity} and is ${alert.severity} now`)
    : { do: 'hold', reason: 'told already, and not louder now' };
}

function isBefore(one: string, other: string): boolean {
  return Date.parse(one) < Date.parse(other);
}
