import type { Conversation } from '../../../../functions/alerts/deliver-alert/conversation.ts';
import type { ConversationTable } from '../../../../functions/alerts/deliver-alert/conversation-table.ts';
import {
  type DeliverDeps,
  type Delivery,
  deliverAlerts,
} from '../../../../functions/alerts/deliver-alert/run.ts';
import type { Sink, SinkAnswer, Tell } from '../../../../functions/alerts/deliver-alert/sink.ts';
import type { Alert } from '../../../../shared/domain/alert.ts';
import { writeAlertMessage } from '../../../../shared/events/alert-message.ts';
import type { SqsMessage } from '../../../../shared/events/sqs.ts';

interface Queued {
  readonly messageId: string;
  readonly body: string;
  visibleAt: number;
  receiveCount: number;
}

/** What a person at the sink saw. */
export interface Seen {
  readonly alert: Alert;
  readonly telling: Tell;
}

/** As long as a batch is worked on, its messages are hidden from others. */
const visibilityMs = 360_000;

/**
 * One sink with its queue, its conversations and its dead-letter queue, all in memory, on a clock that is turned by
 * hand. Everything that our code does to the world is in `log`, in order.
 */
export class Desk {
  clock = Date.parse('2026-03-02T12:00:00Z');
  readonly log: string[] = [];
  readonly seen: Seen[] = [];
  readonly conversations = new Map<string, Conversation>();
  readonly deadLetters: { readonly body: string; readonly reason: string }[] = [];
  readonly queue: Queued[] = [];
  /** How the sink answers the next offers, in turn; then `told`. An error is thrown. */
  readonly answers: (SinkAnswer | Error)[] = [];
  /** Thrown by the table in place of the next writes, in turn; undefined: that one is written. */
  readonly writeErrors: (Error | undefined)[] = [];
  hideFails: Error | undefined;
  deadLettersFail: Error | undefined;
  /** Whether there is time for one more message. */
  hasTime: () => boolean = () => true;
  #ids = 0;
  #invocations = 0;

  readonly #table: ConversationTable = {
    write: async (conversation) => {
      const error = this.writeErrors.shift();
      if (error) throw error;
      const there = this.conversations.get(conversation.key);
      if ((there?.version ?? 0) !== conversation.version) {
        return { found: there ?? { key: conversation.key, version: 0 } };
      }
      const written = { ...conversation, version: conversation.version + 1 };
      this.conversations.set(conversation.key, written);
      this.log.push(
        `write ${written.claim ? 'claim' : (written.told?.state ?? (written.doubtful ? 'doubt' : 'nothing'))}`,
      );
      return { written };
    },
  };

  readonly #sink: Sink = {
    tell: async (alert, telling) => {
      const answer = this.answers.shift() ?? { said: 'told' };
      if (answer instanceof Error) throw answer;
      this.log.push(`offer ${alert.title}`);
      if (answer.said === 'told') this.seen.push({ alert, telling });
      return answer;
    },
  };

  readonly deps: DeliverDeps = {
    sinkName: 'ops',
    sink: this.#sink,
    conversations: this.#table,
    queue: {
      hide: async (receiptHandle, seconds) => {
        if (this.hideFails) throw this.hideFails;
        this.log.push(`hide ${receiptHandle} ${seconds}`);
        const message = this.queue.find(({ messageId }) => messageId === receiptHandle);
        if (message) message.visibleAt = this.clock + seconds * 1000;
      },
    },
    deadLetters: {
      send: async (body, attributes) => {
        if (this.deadLettersFail) throw this.deadLettersFail;
        this.deadLetters.push({ body, reason: attributes?.ErrorMessage ?? '' });
      },
    },
    now: () => new Date(this.clock),
    random: () => 0,
  };

  /** Puts alerts, or bodies that are none, into the queue. */
  send(...alerts: readonly (Alert | string)[]): void {
    for (const each of alerts) {
      this.queue.push({
        messageId: `m${++this.#ids}`,
        body: typeof each === 'string' ? each : writeAlertMessage(each),
        visibleAt: this.clock,
        receiveCount: 0,
      });
    }
  }

  /** At most ten of the messages that are visible now, as Lambda hands them over. */
  receive(): readonly SqsMessage[] {
    const batch = this.queue.filter(({ visibleAt }) => visibleAt <= this.clock).slice(0, 10);
    return batch.map((message) => {
      message.visibleAt = this.clock + visibilityMs;
      message.receiveCount += 1;
      const { messageId, body, receiveCount } = message;
      return {
        messageId,
        receiptHandle: messageId,
        body,
        receiveCount,
        sentAt: '2026-03-02T11:59:00.000Z',
        attributes: {},
      };
    });
  }

  /** Works on one batch; what is done with leaves the queue, as it does when the function answers Lambda. */
  async deliver(batch = this.receive(), deps: Partial<DeliverDeps> = {}): Promise<readonly Delivery[]> {
    const deliveries = await deliverAlerts(
      batch,
      { requestId: `invocation ${++this.#invocations}`, hasTime: this.hasTime },
      { ...this.deps, ...deps },
    );
    const done = new Set(
      batch.filter((_message, n) => !deliveries[n]?.again).map(({ messageId }) => messageId),
    );
    this.queue.splice(0, this.queue.length, ...this.queue.filter(({ messageId }) => !done.has(messageId)));
    return deliveries;
  }

  /** Works until the queue is empty, time passing from one visible message to the next. */
  async drain(mostBatches = 1000): Promise<void> {
    for (let batch = 0; batch < mostBatches && this.queue.length > 0; batch++) {
      this.clock = Math.max(this.clock, Math.min(...this.queue.map(({ visibleAt }) => visibleAt)));
      await this.deliver();
    }
    if (this.queue.length > 0) throw new Error(`${this.queue.length} messages never left the queue`);
  }

  /** What was told, in order: `new`, `resolved`, `again?` where it may be a repeat. */
  get told(): readonly string[] {
    return this.seen.map(({ telling }) => `${telling.as}${telling.mayRepeat ? '?' : ''}`);
  }
}
