import * as z from 'zod/mini';
import { PermanentError } from '../lambda/errors.ts';
import { eventReader } from './envelope.ts';
import { excerpt } from './excerpt.ts';
import { parseOrRefuse } from './parse.ts';
import { Text } from './text.ts';
import { Time } from './time.ts';

/** One run of something that runs on a schedule. */
export interface ScheduledRun {
  /** The schedule's name, or the rule's. */
  readonly schedule: string;
  /** When the run was due, which is earlier than when it comes. ISO 8601, UTC. */
  readonly scheduledTime: string;
}

/**
 * EventBridge Scheduler sends the input of the schedule and nothing around it. Ours is
 * `{ "schedule": "<name>", "scheduledTime": "<aws.scheduler.scheduled-time>" }`: Scheduler fills the keyword in.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
const SchedulerInput = z.object({ schedule: Text, scheduledTime: Time });

/** The event of an EventBridge rule with a schedule expression: an empty detail, and the rule's ARN in `resources`. */
const readScheduledEvent = eventReader('aws.events', 'Scheduled Event', z.optional(z.unknown()));

/**
 * Reads what a function on a schedule is invoked with: our Scheduler input, or the "Scheduled Event" of a rule.
 *
 * @throws PermanentError when it is neither
 */
export function parseScheduledRun(event: unknown): ScheduledRun {
  if (!isEvent(event)) return parseOrRefuse(SchedulerInput, event, 'The input from EventBridge Scheduler');
  const { resources, at } = readScheduledEvent(event);
  /** The ARN of a rule on a bus of its own has the bus before the rule: `rule/<bus>/<rule>`. */
  const rule = /:rule\/(?:.+\/)?([^/]+)$/.exec(resources[0] ?? '')?.[1];
  if (rule === undefined) {
    throw new PermanentError(
      `The event 'Scheduled Event' does not say which rule sent it: expected the ARN of a rule in resources ` +
        `(given ${excerpt(resources[0], 150)})`,
    );
  }
  return { schedule: rule, scheduledTime: at };
}

function isEvent(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'source' in event;
}
