import type { Policy } from '../shared/policy/schema.ts';
import type { Account } from './account.ts';
import type { ReplicationCopy, ReplicationFault } from './aws/ecr-replication.ts';
import type { EndingScan } from './aws/ecr-scanners.ts';
import type { Disturbance } from './aws/eventbridge.ts';
import type { EventEnvelope } from './aws/eventbridge-event.ts';
import type { CallPoint } from './aws/lambda-invocation.ts';
import type { AwsError, Kernel } from './kernel.ts';
import type { Random } from './random.ts';
import type { Slack } from './sinks/slack.ts';

/** A story that is rehearsed. */
export interface Scenario {
  readonly name: string;
  /** One line for the list of scenarios. */
  readonly summary: string;
  readonly from: Date;
  readonly to: Date;
  /** The policy under which it plays, made from the one that is given. Left out, that one. */
  readonly policy?: (given: Policy) => Policy;
  /** Writes the story down: what happens when. Called once, before the clock starts. */
  readonly play: (stage: Stage) => void;
}

/** What a story can make happen. */
export interface Stage {
  readonly policy: Policy;
  readonly kernel: Kernel;
  readonly account: Account;
  readonly slack: Slack;
  readonly random: Random;
  readonly faults: Faults;
  /** @param time of the first day, `HH:MM` or `HH:MM:SS`, UTC */
  readonly at: (time: string, what: () => unknown) => void;
}

/** What goes wrong. A story sets and clears these; unset, nothing does. */
export interface Faults {
  /** What becomes of an event on a bus. */
  disturb: ((event: EventEnvelope, bus: string) => Disturbance | undefined) | undefined;
  /** The answer of a target that EventBridge cannot reach. */
  targetFails: ((targetArn: string, event: EventEnvelope) => AwsError | undefined) | undefined;
  /** Whether a function's environment dies at this point. */
  crash: ((point: CallPoint) => boolean) | undefined;
  /** What becomes of a copy of an image that is about to be made in another Region. */
  replication: ((copy: ReplicationCopy) => ReplicationFault | undefined) | undefined;
  /** Whether the scan of an image never ends. */
  scanStalls: ((scan: EndingScan) => boolean) | undefined;
  /** The answer of an AWS service to a call of ours. */
  callFails:
    | ((call: { region: string; caller: string; service: string; operation: string }) => AwsError | undefined)
    | undefined;
}
