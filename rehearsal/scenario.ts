import type { Policy } from '../shared/policy/schema.ts';
import type { Account } from './account.ts';
import type { BackupFaults } from './aws/backup-context.ts';
import type { ReplicationCopy, ReplicationFault } from './aws/ecr-replication.ts';
import type { EndingScan } from './aws/ecr-scanners.ts';
import type { Disturbance } from './aws/eventbridge.ts';
import type { EventEnvelope } from './aws/eventbridge-event.ts';
import type { CallPoint } from './aws/lambda-invocation.ts';
import type { AwsError, Kernel } from './kernel.ts';
import type { NetworkFaults } from './network/network.ts';
import type { PlantedFault } from './planted.ts';
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
  /**
   * Whether the watch over the primary Region is part of the story. Left out, its first minutes are played, and after
   * them its runs only counted: they look every ten seconds, and would see nothing of the story.
   */
  readonly watchesFailover?: true;
  /**
   * Whether a run by the clock of a function is part of the story. Left out, each is. One that is not is only counted,
   * as one that ended well: it has to be one that would have changed nothing that anything in the story depends on.
   */
  readonly plays?: (functionName: string, dueAt: Date) => boolean;
  /** Whether people may be told of nothing but the faults that the story plants. */
  readonly plantsAll?: true;
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
  /** Has the run looked at for whether people were told of the fault in time. Does nothing else. */
  readonly plant: (fault: PlantedFault) => void;
  /** @param time of the first day, `HH:MM` or `HH:MM:SS`, UTC */
  readonly at: (time: string, what: () => unknown) => void;
  /**
   * Deploys the functions with another policy. The stacks stay as they are, so that only what is compiled into the
   * functions may change: a mode, a waiver.
   *
   * @throws Error for a policy that contradicts itself
   */
  readonly redeploy: (change: (present: Policy) => Policy) => void;
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
  /** What becomes of backups, their copies and the restores of tests. */
  backup: BackupFaults | undefined;
  /** The answer of an AWS service to a call of ours. */
  callFails:
    | ((call: { region: string; caller: string; service: string; operation: string }) => AwsError | undefined)
    | undefined;
  /** Whether nothing in this Region answers anybody: neither AWS's services nor the clusters there. */
  isDark: ((region: string) => boolean) | undefined;
  /** What is wrong between the Regions, and on the way to hosts. */
  network: NetworkFaults | undefined;
}
