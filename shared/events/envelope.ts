import * as z from 'zod/mini';
import { parseOrRefuse } from './parse.ts';
import { Text, Texts } from './text.ts';
import { Time } from './time.ts';

/** Where and when something happened. */
export interface EventOrigin {
  readonly account: string;
  readonly region: string;
  /** By the sender's clock, mostly in whole seconds. ISO 8601, UTC. */
  readonly at: string;
}

/** What EventBridge says about any event, whatever its detail. */
export interface EventHeader extends EventOrigin {
  readonly source: string;
  readonly detailType: string;
  /** ARNs, or ids such as an EC2 instance's. Empty when the sender names none or leaves the list out. */
  readonly resources: readonly string[];
}

export interface AwsEvent<Detail> extends EventHeader {
  readonly detail: Detail;
}

const header = {
  account: Text,
  region: Text,
  time: Time,
  resources: Texts,
};

const Header = z.object({ source: Text, 'detail-type': Text, ...header });

/**
 * Reads what an event is and where it comes from, and leaves its detail alone.
 *
 * @throws PermanentError when it is not an EventBridge event
 */
export function readHeader(event: unknown): EventHeader {
  return headerOf(parseOrRefuse(Header, event, 'The EventBridge event'));
}

/**
 * Makes the reader of one kind of event. It refuses every other kind.
 *
 * @param source one, or each of those who send it
 * @throws PermanentError (the reader) naming everything in envelope and detail that is not as expected
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
 */
export function eventReader<Detail>(
  source: string | readonly string[],
  detailType: string,
  detail: z.ZodMiniType<Detail>,
): (event: unknown) => AwsEvent<Detail> {
  const Event = z.object({
    source: z.literal([source].flat()),
    'detail-type': z.literal(detailType),
    ...header,
    detail,
  });
  return (event) => {
    const read = parseOrRefuse(Event, event, `The event '${detailType}'`);
    return { ...headerOf(read), detail: read.detail };
  };
}

function headerOf(event: z.infer<typeof Header>): EventHeader {
  const { source, 'detail-type': detailType, account, region, time, resources } = event;
  return { source, detailType, account, region, at: time, resources };
}
