import type { Alert } from '../../../shared/domain/alert.ts';
import type { Telling } from './conversation.ts';

export type Tell = Extract<Telling, { do: 'tell' }>;

/** Where people are told: one Slack channel, one SNS topic. */
export interface Sink {
  readonly tell: (alert: Alert, telling: Tell) => Promise<SinkAnswer>;
}

export type SinkAnswer =
  /** It was taken. */
  | { readonly said: 'told' }
  /** It was not taken, and may be offered again after so many seconds (HTTP 429). */
  | { readonly said: 'busy'; readonly retryAfterSeconds: number }
  /** No answer, or one that leaves open whether it was taken (a timeout, HTTP 5xx). */
  | { readonly said: 'unclear'; readonly why: string }
  /** It was not taken, and never will be as things stand: a revoked token, an archived channel. */
  | { readonly said: 'refused'; readonly why: string };
