import type { JsonObject } from '../wiring/json.ts';

/** An event as EventBridge hands it to rules and targets. */
export interface EventEnvelope {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** Whole seconds, UTC. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: JsonObject;
}

/** What the sender of an event says. */
export interface EventContent {
  readonly source: string;
  readonly detailType: string;
  readonly resources?: readonly string[] | undefined;
  readonly detail: JsonObject;
  /** When it happened; now, when left out. */
  readonly time?: Date | undefined;
}

export interface EventOrigin {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly now: Date;
}

export function envelope(content: EventContent, { id, account, region, now }: EventOrigin): EventEnvelope {
  return {
    version: '0',
    id,
    'detail-type': content.detailType,
    source: content.source,
    account,
    time: (content.time ?? now).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: content.resources ?? [],
    detail: content.detail,
  };
}
