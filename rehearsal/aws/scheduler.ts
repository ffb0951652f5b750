import { AwsError, type Kernel } from '../kernel.ts';
import { sendToDeadLetterQueue } from './dead-letter.ts';
import type { Lambda } from './lambda.ts';
import type { Resource } from './properties.ts';
import { type Schedule, scheduleOf } from './scheduler-configuration.ts';
import type { Sqs } from './sqs.ts';
import { type MessageAttributes, text } from './sqs-message-attributes.ts';

/** A run that is due. */
interface Run {
  readonly schedule: Schedule;
  readonly dueAt: Date;
  readonly executionId: string;
  /** Attempts that failed so far. */
  failures: number;
}

const service = 'scheduler.amazonaws.com';

/** A target is invoked within the minute after a run is due. Milliseconds. */
const precision = 60_000;

/** The first wait between two attempts, and the longest. Each is twice the one before, less a random part. */
const retryMs = { first: 1000, longest: 600_000 };

/** Amazon EventBridge Scheduler: schedules that invoke Lambda functions asynchronously, in the name of a role. */
export class Scheduler {
  readonly #kernel: Kernel;
  readonly #lambda: Lambda;
  readonly #sqs: Sqs;
  readonly #skips: (functionArn: string, dueAt: Date) => boolean;
  /** Runs that were only counted, by the name of the function. */
  readonly skipped = new Map<string, number>();

  /** @param skips whether a run is only counted, and not played */
  constructor(
    kernel: Kernel,
    lambda: Lambda,
    sqs: Sqs,
    skips: (functionArn: string, dueAt: Date) => boolean = () => false,
  ) {
    this.#kernel = kernel;
    this.#lambda = lambda;
    this.#sqs = sqs;
    this.#skips = skips;
  }

  /**
   * AWS::Scheduler::Schedule. Its runs begin at once.
   *
   * @throws RangeError for a property that is not simulated, by name, and for an expression that Scheduler would refuse
   */
  createSchedule(resource: Resource): void {
    const now = this.#kernel.now();
    const schedule = scheduleOf(this.#kernel.account, resource, now);
    if (schedule.isEnabled) this.#await(schedule, now);
  }

  #await(schedule: Schedule, after: Date): void {
    const dueAt = schedule.next(after);
    if (dueAt === undefined) return;
    const late = this.#kernel.random() * precision;
    this.#kernel.after(dueAt.getTime() - this.#kernel.now().getTime() + late, () => {
      if (this.#skips(schedule.target.arn, dueAt)) this.#passOver(schedule.target.arn);
      else this.#attempt({ schedule, dueAt, executionId: this.#kernel.uuid(), failures: 0 });
      this.#await(schedule, dueAt);
    });
  }

  #passOver(functionArn: string): void {
    this.#lambda.passOver(functionArn);
    const name = functionArn.split(':').at(-1) ?? '';
    this.skipped.set(name, (this.skipped.get(name) ?? 0) + 1);
  }

  #attempt(run: Run): void {
    const { arn, roleArn } = run.schedule.target;
    try {
      this.#lambda.deliver(arn, JSON.parse(inputOf(run, run.failures + 1)), service, {
        kind: 'role',
        arn: roleArn,
      });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      run.failures += 1;
      this.#failed(run, error);
    }
  }

  #failed(run: Run, error: AwsError): void {
    const { maxAttempts, maxAgeSeconds } = run.schedule.target;
    const longest = Math.min(retryMs.first * 2 ** (run.failures - 1), retryMs.longest);
    const wait = longest * (1 - this.#kernel.random() / 2);
    const age = this.#kernel.now().getTime() + wait - run.dueAt.getTime();
    if (!(error.httpStatus === 429 || error.httpStatus >= 500)) this.#giveUp(run, error, undefined);
    else if (run.failures > maxAttempts) this.#giveUp(run, error, 'MaximumRetryAttempts');
    else if (age > maxAgeSeconds * 1000) this.#giveUp(run, error, 'MaximumEventAgeInSeconds');
    else this.#kernel.after(wait, () => this.#attempt(run));
  }

  /** The schedule's role puts it into the queue, and needs the permission. */
  #giveUp(run: Run, error: AwsError, exhausted: string | undefined): void {
    const { schedule, failures } = run;
    const { roleArn, deadLetterArn, arn } = schedule.target;
    sendToDeadLetterQueue(this.#kernel, this.#sqs, {
      region: schedule.region,
      queueArn: deadLetterArn,
      body: inputOf(run, failures),
      attributes: deadLetterAttributes(run, error, exhausted),
      caller: service,
      principal: { kind: 'role', arn: roleArn },
      why: `schedule ${schedule.name} could not invoke ${arn}: ${error.code}: ${error.message}`,
    });
  }
}

/** @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
function inputOf({ schedule, dueAt, executionId }: Run, attempt: number): string {
  return schedule.target.input
    .replaceAll('<aws.scheduler.scheduled-time>', isoSeconds(dueAt))
    .replaceAll('<aws.scheduler.schedule-arn>', schedule.arn)
    .replaceAll('<aws.scheduler.execution-id>', executionId)
    .replaceAll('<aws.scheduler.attempt-number>', String(attempt));
}

/** @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html */
function deadLetterAttributes(run: Run, error: AwsError, exhausted: string | undefined): MessageAttributes {
  const { schedule, dueAt, executionId, failures } = run;
  return {
    ERROR_CODE: text(error.code),
    ERROR_MESSAGE: text(error.message),
    EXECUTION_ID: text(executionId),
    ...(exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: text(exhausted) }),
    IS_PAYLOAD_TRUNCATED: text('false'),
    RETRY_ATTEMPTS: text(String(failures - 1), 'Number'),
    SCHEDULED_TIME: text(isoSeconds(dueAt)),
    SCHEDULE_ARN: text(schedule.arn),
    TARGET_ARN: text(schedule.target.arn),
  };
}

function isoSeconds(moment: Date): string {
  return moment.toISOString().replace(/\.\d+Z$/, 'Z');
}
