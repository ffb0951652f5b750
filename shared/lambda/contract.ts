import type { PolicyPath } from '../policy/slice.ts';

/**
 * What a function and its infrastructure agree on. Each function folder exports one from `contract.ts`; the function
 * reads its environment by these names and the stack sets them from the same constant, so a rename cannot half-happen.
 */
export interface FunctionContract {
  /** The folder's name, unique in the project. Names the Lambda function: `aeon-ops-<name>`. */
  readonly name: string;
  /** The folder above it: what the function looks after. */
  readonly room: string;
  /** One sentence, shown as the Lambda function's description. */
  readonly purpose: string;
  /** What an operator must expect while the function fails; becomes the text of its alarms. */
  readonly failureImpact: string;
  /** The EventBridge events it is subscribed to. */
  readonly subscriptions: readonly EventSubscription[];
  /** When it is run by the clock. Left out: never. */
  readonly schedules?: readonly FunctionSchedule[];
  /** The parts of the policy compiled into its bundle. */
  readonly policy: readonly PolicyPath[];
  /** Environment variables: the name in code -> the name in the environment. All are required. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
}

export interface FunctionSchedule {
  /** Names the schedule: `aeon-ops-<function>-<name>`. */
  readonly name: string;
  /**
   * A `cron` or `rate` expression of EventBridge Scheduler, UTC.
   * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
   */
  readonly expression: string;
}

export interface EventSubscription {
  /** Names the rule: `aeon-ops-<function>-<name>`. */
  readonly name: string;
  /** AWS services send to the account's default bus, our functions to the ops bus. */
  readonly bus: 'default' | 'ops';
  /** An EventBridge event pattern. */
  readonly pattern: EventPattern;
  /**
   * The events wait in a queue and come in batches: for those that come in storms. At most `batchSize` events, and at
   * most what arrives within `windowSeconds`.
   */
  readonly queue?: { readonly batchSize: number; readonly windowSeconds: number };
}

/**
 * An EventBridge (Classic) event pattern, as JSON.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export interface EventPattern {
  readonly [key: string]: EventPattern | readonly unknown[];
}
