import type { Synthesized } from '../../infra/synthesize.ts';
import type { InvocationOutcome } from '../../rehearsal/aws/lambda-invocation.ts';
import { type Run, rehearse } from '../../rehearsal/rehearsal.ts';
import { isList, isRecord, type JsonObject } from '../../rehearsal/wiring/json.ts';
import { arnOf, type ResolvedResource } from '../../rehearsal/wiring/template.ts';
import { readTime } from '../../shared/events/time.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import { createGivenTopics } from '../given-topics.ts';
import type { Admission } from './admission.ts';
import type { EventImage } from './event-image.ts';
import { furnishRegistry } from './furnish-registry.ts';
import { receive } from './receive.ts';
import { schedulesOff } from './schedules-off.ts';

export interface Invocation {
  readonly lambda: ResolvedResource;
  readonly event: JsonObject;
  readonly admission: Admission;
  /** What the registry of the function's Region is to hold. */
  readonly images: readonly EventImage[];
  readonly policy: Policy;
  readonly templates: ReadonlyMap<string, Synthesized>;
}

export interface Invoked {
  readonly run: Run;
  readonly outcome: InvocationOutcome;
}

/** What the invocation sets off is followed for so long: other functions, the people they tell, and an alarm. */
const followedMs = 5 * 60_000;

/**
 * Invokes a function once in a rehearsal that begins when the event was made. Nothing is tried again by Lambda: the
 * invocation is synchronous.
 *
 * @throws Error when the templates do not let the event's sender invoke the function
 */
export async function invokeOnce(invocation: Invocation): Promise<Invoked> {
  const { lambda, event, admission, images, policy, templates } = invocation;
  const from = momentOf(event);
  const timeoutMs = Number(lambda.properties.Timeout) * 1000;
  let outcome: InvocationOutcome | undefined;
  const run = await rehearse(
    {
      name: 'invoke',
      summary: 'one event for one function',
      from,
      to: new Date(from.getTime() + timeoutMs + followedMs),
      play(stage) {
        createGivenTopics(stage);
        furnishRegistry(stage, lambda.region, images);
        const given = admission.queue === undefined ? event : receive(stage, admission.queue, event);
        stage.kernel.after(1, async () => {
          outcome = await stage.account.lambda.invoke(arnOf(lambda), given, admission.principal);
        });
      },
    },
    { seed: 1, policy, templates: schedulesOff(templates) },
  );
  if (outcome === undefined) throw new Error('the simulated Lambda ended neither the function nor its time');
  return { run, outcome };
}

/** When the event was made, in whichever place its form has that; now, when it does not say. */
function momentOf(event: JsonObject): Date {
  const record = isList(event.Records) ? event.Records[0] : undefined;
  const { Sns, attributes } = isRecord(record) ? record : {};
  const sentAt = Number(isRecord(attributes) ? attributes.SentTimestamp : undefined);
  if (sentAt > 0) return new Date(sentAt);
  const told = isRecord(Sns) ? Sns.Timestamp : (event.time ?? event.scheduledTime);
  return new Date((typeof told === 'string' && readTime(told)) || Date.now());
}
