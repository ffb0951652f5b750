import type { DurableContext } from '@aws/durable-execution-sdk-js';
import type { FailoverRun } from '../../../shared/events/failover-run.ts';
import { retryAfter } from '../../../shared/failover/classify.ts';
import { type RunInput, type RunStep, runNameOf, runSteps } from '../../../shared/failover/run.ts';
import { stepBudgets } from '../../../shared/failover/step-budgets.ts';
import { byHand } from './by-hand.ts';
import type { RunDeps } from './deps.ts';

/** What one look at something came to. */
export type Look<Value> = { readonly found: Value } | { readonly waiting: string };

/** How waiting for something ended. */
export type Waited<Value> = { readonly found: Value } | { readonly givenUp: string };

/** What a wait keeps from one look to the next. */
type Patience<Value> = Look<Value> & {
  /** Seconds since the step began. */
  readonly seconds: number;
  /** How many of the warnings people have had. */
  readonly warned: number;
  /** The failure that people know of. */
  readonly told: string;
};

export interface Wait<Value> {
  /** Seconds from one look to the next. */
  readonly every: number;
  /** Seconds from the beginning of the step after which nobody waits any more. */
  readonly until: number;
  /** Acts and looks. It is done again after a crash, so that it has to come to the same when it was done before. */
  readonly look: () => Promise<Look<Value>>;
}

/** How a step ended. */
export interface StepEnd {
  readonly outcome: 'done' | 'unchanged' | 'partial' | 'stopped';
  /** One sentence for people. */
  readonly reason: string;
  /** For the evidence. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** Shares of a step's budget at which people are paged. */
const warnings = [0.5, 1] as const;

const mostAttempts = 6;

/**
 * What the steps of a run are made of. Everything that touches the world, asks the time or may come out otherwise a
 * second time happens within a checkpointed operation of the durable context, and is done again at most when its
 * checkpoint was lost.
 */
export class Conductor {
  readonly run: string;
  readonly execution: string;
  readonly input: RunInput;
  /** What is not as it should be, one sentence each. The last message of the run has them all. */
  readonly shortfalls: string[] = [];
  readonly #context: DurableContext;
  readonly #deps: RunDeps;
  #startedAt = '';
  #stepBegan = '';
  #step: RunStep = 'detect';

  constructor(context: DurableContext, input: RunInput, deps: RunDeps) {
    this.#context = context;
    this.#deps = deps;
    this.input = input;
    this.run = runNameOf(input);
    this.execution = context.executionContext.durableExecutionArn;
  }

  /** Does a step from its beginning to its evidence. */
  async step(step: RunStep, work: () => Promise<StepEnd>): Promise<StepEnd> {
    this.#step = step;
    this.#stepBegan = await this.once(`${step}: begin`, async () => this.#now());
    if (this.#startedAt === '') this.#startedAt = this.#stepBegan;
    const end = await work();
    const endedAt = await this.once(`${step}: end`, async () => this.#now());
    await this.#record({ ...end, step, beganAt: this.#stepBegan, endedAt });
    if (end.outcome !== 'stopped') await this.tell('under-way', `${step}: ${end.reason}`);
    return end;
  }

  /**
   * One operation. What may pass is tried again after a while.
   *
   * @throws StepError with what it failed of last
   */
  once<Value>(name: string, work: () => Promise<Value>): Promise<Value> {
    return this.#context.step(name, work, {
      retryStrategy: (error, attempt) => {
        const seconds = retryAfter(error, attempt, mostAttempts);
        return seconds === undefined ? { shouldRetry: false } : { shouldRetry: true, delay: { seconds } };
      },
    });
  }

  pause(name: string, seconds: number): Promise<void> {
    return this.#context.wait(name, { seconds });
  }

  /**
   * Acts and looks until it has found what it waits for. A look that fails is one that has not found it. While it
   * waits, people are paged once half of the step's budget has passed, and once all of it has.
   */
  async until<Value>(name: string, { every, until, look }: Wait<Value>): Promise<Waited<Value>> {
    const step = this.#step;
    const began = Date.parse(this.#stepBegan);
    const budget = stepBudgets(this.#deps.policy.failover.records)[step];
    const last = await this.#context.waitForCondition<Patience<Value>>(
      name,
      async ({ warned, told }) => {
        const looked = await this.#looked(look);
        const seconds = (this.#deps.now().getTime() - began) / 1000;
        if ('found' in looked) return { ...looked, seconds, warned, told };
        const failure = looked.failed ?? told;
        if (failure !== told)
          await this.#spare(() => this.#publish('hurt', `${step}: ${failure}`, byHand[step]));
        const due = warnings.filter((share) => seconds >= share * budget).length;
        const isWarned = due <= warned || (await this.#warn(warnings[due - 1] ?? 1, looked.waiting));
        return { waiting: looked.waiting, seconds, warned: isWarned ? due : warned, told: failure };
      },
      {
        initialState: { waiting: 'nobody has looked yet', seconds: 0, warned: 0, told: '' },
        waitStrategy: (state) =>
          'found' in state || state.seconds >= until
            ? { shouldContinue: false }
            : { shouldContinue: true, delay: { seconds: every } },
      },
    );
    return 'found' in last ? { found: last.found } : { givenUp: last.waiting };
  }

  /** The step that it is in, or ended in. */
  get present(): RunStep {
    return this.#step;
  }

  /** Seconds that the present step should take. */
  get budget(): number {
    return stepBudgets(this.#deps.policy.failover.records)[this.#step];
  }

  /** Notes what is not as it should be, and says so at once. */
  async hurt(reason: string): Promise<void> {
    this.shortfalls.push(reason);
    await this.tell('hurt', reason, byHand[this.#step]);
  }

  /** Tells people. That nobody could be told is noted, and stops nothing. */
  async tell(outcome: FailoverRun['outcome'], reason: string, hand?: string): Promise<void> {
    const name = `tell: ${this.#step} ${outcome}`;
    try {
      await this.once(name, () => this.#publish(outcome, reason, hand));
    } catch (error) {
      this.shortfalls.push(`people were not told that ${reason} (${describe(error)})`);
    }
  }

  async #looked<Value>(
    look: () => Promise<Look<Value>>,
  ): Promise<Look<Value> & { readonly failed?: string }> {
    try {
      return await look();
    } catch (error) {
      return { waiting: describe(error), failed: describe(error) };
    }
  }

  #warn(share: number, waiting: string): Promise<boolean> {
    const percent = share * 100;
    const reason = `${this.#step} has taken ${percent} % of its ${this.budget} s: ${waiting}`;
    return this.#spare(() => this.#publish('behind', reason, byHand[this.#step], `${percent}`));
  }

  /** Tells while something else is waited for, which that people cannot be told does not stop. */
  async #spare(publish: () => Promise<void>): Promise<boolean> {
    try {
      await publish();
      return true;
    } catch (error) {
      this.#deps.log('error', 'people were not told', { run: this.run, reason: describe(error) });
      return false;
    }
  }

  async #publish(
    outcome: FailoverRun['outcome'],
    reason: string,
    hand?: string,
    mark = reason,
  ): Promise<void> {
    const { bus, region, now, evidenceBucket } = this.#deps;
    const detail: FailoverRun = {
      identity: `${this.run}/${this.#step}/${outcome}/${mark}`,
      subject: this.execution,
      environment: 'unknown',
      outcome,
      reason,
      occurredAt: now().toISOString(),
      facts: {
        run: this.run,
        mode: this.input.mode,
        step: this.#step,
        region,
        startedBy: this.input.startedBy,
        startedAt: this.#startedAt,
        shortfalls: [...this.shortfalls],
        ...(hand !== undefined && { byHand: hand }),
        evidence: `arn:aws:s3:::${evidenceBucket}/failover/${this.run}/`,
      },
    };
    await bus.publish({ detailType: 'Failover Run', detail });
  }

  /** An entry of the evidence, written once. That it could not be written is noted, and stops nothing. */
  async #record(entry: StepEnd & { step: RunStep; beganAt: string; endedAt: string }): Promise<void> {
    const { evidence } = this.#deps;
    const number = runSteps.indexOf(entry.step) + 1;
    const key = `failover/${this.run}/${number}-${entry.step}.json`;
    const budgetSeconds = this.budget;
    const seconds = (Date.parse(entry.endedAt) - Date.parse(entry.beganAt)) / 1000;
    const text = JSON.stringify(
      { run: this.run, execution: this.execution, input: this.input, ...entry, seconds, budgetSeconds },
      null,
      2,
    );
    try {
      await this.once(`${entry.step}: evidence`, () =>
        evidence.put(key, text, { contentType: 'application/json', noOverwrite: true }),
      );
    } catch (error) {
      this.shortfalls.push(`the evidence of ${entry.step} was not written (${describe(error)})`);
    }
  }

  #now(): string {
    return this.#deps.now().toISOString();
  }
}

export function describe(error: unknown): string {
  return Error.isError(error) ? `${error.name}: ${error.message}` : String(error);
}
