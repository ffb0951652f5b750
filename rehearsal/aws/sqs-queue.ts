import { AwsError, type Kernel } from '../kernel.ts';
import type { MessageAttributes } from './sqs-message-attributes.ts';

/** A queue's settings, in seconds and bytes, with AWS's defaults filled in. */
export interface QueueSettings {
  readonly arn: string;
  readonly region: string;
  readonly name: string;
  readonly url: string;
  readonly delay: number;
  readonly visibilityTimeout: number;
  readonly retention: number;
  readonly maximumMessageSize: number;
  readonly redrive: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number } | undefined;
  /** `KmsMasterKeyId`; undefined when SQS encrypts with a key of its own, which needs no permission. */
  readonly key: string | undefined;
}

export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly senderId: string;
  /** Milliseconds since 1970, as are all times here. */
  readonly sentAt: number;
  /** The queue it was dead-lettered from. */
  readonly deadLetterSource?: string;
  receiveCount: number;
  firstReceivedAt?: number;
  receivedAt?: number;
  visibleAt: number;
}

/** How much is in a queue. */
export interface QueueDepth {
  readonly visible: number;
  readonly notVisible: number;
  readonly delayed: number;
  /** Seconds since the oldest message was sent; 0 when the queue is empty. */
  readonly oldestAge: number;
}

const empty: QueueDepth = { visible: 0, notVisible: 0, delayed: 0, oldestAge: 0 };

/** ChangeMessageVisibility may not keep a message hidden for longer than this after it was received. Seconds. */
const maxVisibility = 43_200;

/** The messages of one standard queue. Who may touch them is asked elsewhere. */
export class SqsQueue {
  readonly settings: QueueSettings;
  readonly #kernel: Kernel;
  readonly #messages = new Map<string, QueuedMessage>();
  readonly #consumers: (() => void)[] = [];

  constructor(kernel: Kernel, settings: QueueSettings) {
    this.#kernel = kernel;
    this.settings = settings;
  }

  /** Calls `consumer` whenever a message can be received: sent, its delay over, or back after a failed attempt. */
  onVisible(consumer: () => void): void {
    this.#consumers.push(consumer);
  }

  /** Deletes every message, as a person does who has read them. */
  purge(): void {
    this.#messages.clear();
  }

  add(message: QueuedMessage): void {
    this.#messages.set(message.id, message);
    this.#announce(message);
  }

  /**
   * Takes up to `count` visible messages, oldest first, and hides them. One that was received as often as the redrive
   * policy allows goes to `deadLetter` instead.
   */
  receive(
    count: number,
    visibilityTimeout: number,
    deadLetter: (message: QueuedMessage) => void,
  ): readonly QueuedMessage[] {
    this.#expire();
    const now = this.#now();
    const received: QueuedMessage[] = [];
    for (const message of this.#messages.values()) {
      if (received.length === count) break;
      if (message.visibleAt > now) continue;
      if (this.settings.redrive && message.receiveCount >= this.settings.redrive.maxReceiveCount) {
        this.#messages.delete(message.id);
        deadLetter(message);
        continue;
      }
      message.receiveCount += 1;
      message.firstReceivedAt ??= now;
      message.receivedAt = now;
      message.visibleAt = now + visibilityTimeout * 1000;
      this.#announce(message);
      received.push(message);
    }
    return received;
  }

  /** Names this receipt of the message. Opaque to clients, as AWS's are. */
  receiptHandle({ id, receiveCount }: QueuedMessage): string {
    return Buffer.from(`${this.settings.arn} ${id} ${receiveCount}`).toString('base64');
  }

  /**
   * Succeeds as well for a message that is gone, and does nothing with the handle of an earlier receipt: a consumer
   * that was too slow cannot delete what another one holds by now.
   *
   * @throws AwsError ReceiptHandleIsInvalid
   */
  delete(receiptHandle: string): void {
    const { id, receiveCount } = this.#receipt(receiptHandle);
    if (this.#messages.get(id)?.receiveCount === receiveCount) this.#messages.delete(id);
  }

  /**
   * @param timeout seconds from now; 0 makes the message visible at once
   * @throws AwsError ReceiptHandleIsInvalid, InvalidParameterValue, MessageNotInflight
   */
  changeVisibility(receiptHandle: string, timeout: number): void {
    const { id, receiveCount } = this.#receipt(receiptHandle);
    if (!(timeout >= 0 && timeout <= maxVisibility)) {
      throw new AwsError(
        'InvalidParameterValue',
        `Value ${timeout} for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must be an integer between 0 and ${maxVisibility}.`,
      );
    }
    const message = this.#messages.get(id);
    if (message?.receiveCount !== receiveCount) {
      throw new AwsError(
        'InvalidParameterValue',
        `Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
      );
    }
    const now = this.#now();
    if (message.visibleAt <= now) {
      throw new AwsError(
        'AWS.SimpleQueueService.MessageNotInflight',
        'The message referred to is not in flight.',
      );
    }
    const visibleAt = now + timeout * 1000;
    if (visibleAt > (message.receivedAt ?? now) + maxVisibility * 1000) {
      throw new AwsError(
        'InvalidParameterValue',
        `Value ${timeout} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [${maxVisibility} seconds].`,
      );
    }
    message.visibleAt = visibleAt;
    this.#announce(message);
  }

  /** How many messages it holds, whether or not they can be received. */
  get size(): number {
    return this.#messages.size;
  }

  depth(): QueueDepth {
    if (this.size === 0) return empty;
    this.#expire();
    const now = this.#now();
    let delayed = 0;
    let notVisible = 0;
    let oldest = now;
    for (const { visibleAt, receivedAt, sentAt } of this.#messages.values()) {
      oldest = Math.min(oldest, sentAt);
      if (visibleAt <= now) continue;
      if (receivedAt === undefined) delayed += 1;
      else notVisible += 1;
    }
    return {
      visible: this.#messages.size - delayed - notVisible,
      notVisible,
      delayed,
      oldestAge: Math.floor((now - oldest) / 1000),
    };
  }

  #announce(message: QueuedMessage): void {
    const { id, visibleAt } = message;
    const announce = (): void => {
      if (this.#messages.get(id)?.visibleAt !== visibleAt) return;
      for (const consumer of this.#consumers) consumer();
    };
    const wait = visibleAt - this.#now();
    if (wait > 0) this.#kernel.after(wait, announce);
    else announce();
  }

  /** A message older than the retention period is lost, which nobody is told. The trace says it. */
  #expire(): void {
    const { region, name, retention } = this.settings;
    const oldest = this.#now() - retention * 1000;
    for (const message of this.#messages.values()) {
      if (message.sentAt >= oldest) continue;
      this.#messages.delete(message.id);
      this.#kernel.trace({
        kind: 'dead-letter',
        region,
        queue: 'none',
        why: `${name} dropped message ${message.id}: it was older than its retention period of ${retention} s`,
      });
    }
  }

  #receipt(handle: string): { readonly id: string; readonly receiveCount: number } {
    const [arn, id, receiveCount] = Buffer.from(handle, 'base64').toString().split(' ');
    if (arn !== this.settings.arn || id === undefined) {
      throw new AwsError(
        'ReceiptHandleIsInvalid',
        `The input receipt handle "${handle}" is not a valid receipt handle.`,
        404,
      );
    }
    return { id, receiveCount: Number(receiveCount) };
  }

  #now(): number {
    return this.#kernel.now().getTime();
  }
}
