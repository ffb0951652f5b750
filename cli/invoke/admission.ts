import type { Principal } from '../../rehearsal/kernel.ts';
import { compilePattern } from '../../rehearsal/wiring/event-pattern.ts';
import { isList, isRecord, type JsonObject } from '../../rehearsal/wiring/json.ts';
import { MisuseError } from '../misuse.ts';
import { describeMismatches, type Mismatch, mismatchesOf } from './mismatch.ts';
import { alarmService, type WaysIn } from './ways-in.ts';

/** How an event reaches the function. */
export interface Admission {
  /** For people: `rule aeon-ops-judge-scan-basic-scan`. */
  readonly by: string;
  /** Who invokes the function. */
  readonly principal: Principal;
  /** The ARN of the queue that the function takes it from, as messages. */
  readonly queue?: string;
}

/**
 * Finds the way by which an event of this form would reach the function.
 *
 * An event that comes by a topic or a queue may be from any: samples are shared between functions, and names differ
 * between accounts. An event for a rule has to match the rule's pattern.
 *
 * @throws MisuseError when the function would never be given the event, with what it is given instead
 */
export function admit(event: JsonObject, functionName: string, ways: WaysIn): Admission {
  switch (formOf(event)) {
    case 'EventBridge':
      return byRule(event, functionName, ways);
    case 'SNS': {
      const [topic] = ways.topics;
      if (topic === undefined) throw neverReached('a notification of SNS', functionName, ways);
      return { by: `topic ${lastPart(topic)}`, principal: service('sns.amazonaws.com', topic) };
    }
    case 'SQS': {
      const [queue] = ways.queues;
      if (queue === undefined) throw neverReached('a batch of messages from SQS', functionName, ways);
      return { by: `queue ${lastPart(queue)}`, queue, principal: lambdaItself };
    }
    case 'alarm action': {
      if (!ways.alarms) throw neverReached('the action of a CloudWatch alarm', functionName, ways);
      return { by: 'CloudWatch alarm action', principal: service(alarmService, String(event.alarmArn)) };
    }
    case 'schedule': {
      const [schedule] = ways.schedules;
      if (schedule === undefined) throw neverReached('the input of a schedule', functionName, ways);
      return { by: `schedule ${schedule.name}`, principal: { kind: 'role', arn: schedule.roleArn } };
    }
    case undefined:
      throw neverReached('not in a form that AWS sends events in', functionName, ways);
  }
}

/** For a queue Lambda invokes the function by itself, and asks nobody. */
const lambdaItself: Principal = { kind: 'scenario' };

type Form = 'EventBridge' | 'SNS' | 'SQS' | 'alarm action' | 'schedule';

/** SNS writes `EventSource`, SQS `eventSource`. Scheduler hands over the input that our templates give it. */
function formOf(event: JsonObject): Form | undefined {
  if (typeof event['detail-type'] === 'string') return 'EventBridge';
  if (isRecord(event.alarmData)) return 'alarm action';
  if ('schedule' in event && 'scheduledTime' in event) return 'schedule';
  const record = isList(event.Records) ? event.Records[0] : undefined;
  if (!isRecord(record)) return undefined;
  if (record.EventSource === 'aws:sns') return 'SNS';
  return record.eventSource === 'aws:sqs' ? 'SQS' : undefined;
}

function byRule(event: JsonObject, functionName: string, { rules, ...others }: WaysIn): Admission {
  const matched = rules.find(({ pattern }) => compilePattern(pattern)(event));
  if (matched?.queue !== undefined) {
    const by = `rule ${matched.name} by way of the queue ${lastPart(matched.queue)}`;
    return { by, queue: matched.queue, principal: lambdaItself };
  }
  if (matched !== undefined) {
    return { by: `rule ${matched.name}`, principal: service('events.amazonaws.com', matched.arn) };
  }
  const [nearest] = rules
    .map((rule) => ({ rule, mismatches: mismatchesOf(rule.pattern, event) }))
    .sort((one, other) => distance(one.mismatches) - distance(other.mismatches));
  const about = `'${String(event['detail-type'])}' from ${String(event.source)}`;
  if (nearest === undefined) throw neverReached(`the event ${about}`, functionName, { rules, ...others });
  throw new MisuseError(
    `No rule would hand the event ${about} to ${functionName}. The nearest is ${nearest.rule.name}: ${describeMismatches(nearest.mismatches)}.`,
    `Its rules: ${rules.map(({ name, pattern }) => `${name} ${JSON.stringify(pattern)}`).join('; ')}.`,
  );
}

/** A rule for another kind of event is farther away than any for the same kind. */
function distance(mismatches: readonly Mismatch[]): number {
  const ofKind = mismatches.filter(({ path }) => path === 'source' || path === 'detail-type').length;
  return ofKind * 100 + mismatches.length;
}

function neverReached(given: string, functionName: string, ways: WaysIn): MisuseError {
  const accepted = [
    ...ways.rules.map(({ name, bus }) => `events by the rule ${name} on the bus ${bus}`),
    ...ways.topics.map((topic) => `notifications of the topic ${lastPart(topic)}`),
    ...(ways.alarms ? ['actions of CloudWatch alarms'] : []),
    ...ways.queues.map((queue) => `SQS events of the queue ${lastPart(queue)}`),
    ...ways.schedules.map(({ name }) => `runs of the schedule ${name}`),
  ];
  return new MisuseError(
    `${functionName} would never be given this event: it is ${given}.`,
    accepted.length > 0
      ? `It is given ${accepted.join('; ')}.`
      : 'It is invoked in a way that ops invoke does not know.',
  );
}

function service(name: string, sourceArn: string): Principal {
  return { kind: 'service', name, sourceArn };
}

function lastPart(arn: string): string {
  return arn.split(':').at(-1) ?? arn;
}
