import type {
  ChangeMessageVisibilityBatchRequest,
  ChangeMessageVisibilityBatchResult,
  ChangeMessageVisibilityRequest,
  DeleteMessageBatchRequest,
  DeleteMessageBatchResult,
  DeleteMessageRequest,
  GetQueueAttributesRequest,
  GetQueueAttributesResult,
  ReceiveMessageRequest,
  ReceiveMessageResult,
  SendMessageBatchRequest,
  SendMessageBatchResult,
  SendMessageRequest,
  SendMessageResult,
} from '@aws-sdk/client-sqs';
import { AwsError, type Call, type Kernel, type Operations, type Principal } from '../kernel.ts';
import { parseArn } from './arn.ts';
import { authorize } from './authorize.ts';
import type { Kms } from './kms.ts';
import type { Resource } from './properties.ts';
import { serviceCall } from './service-call.ts';
import { checkedEntries, eachEntry, refusal } from './sqs-batch.ts';
import { queueAttributes, queueSettings, urlOf } from './sqs-configuration.ts';
import { messageSize, queuedMessage, receivedMessage, type SendEntry, sentMessage } from './sqs-message.ts';
import type { MessageAttributes } from './sqs-message-attributes.ts';
import { type QueuedMessage, SqsQueue } from './sqs-queue.ts';

export interface SqsFaults {
  /** An error for one entry of a batch, so that the batch fails in part. */
  readonly entryFails?: (operation: string, queueArn: string, entryId: string) => AwsError | undefined;
}

export interface Delivery {
  readonly body: string;
  readonly attributes?: MessageAttributes;
}

/**
 * The limit of a batch's total, and by default of one message: 1 MiB, as the SDK describes SendMessageBatch. It was
 * 256 KiB until 2025.
 */
const maxBatchSize = 1_048_576;

/**
 * Amazon SQS, standard queues. ReceiveMessage answers at once, whatever WaitTimeSeconds says: the consumers here are
 * woken instead (`SqsQueue.onVisible`).
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
 */
export class Sqs {
  readonly #kernel: Kernel;
  readonly #kms: Kms;
  readonly #faults: SqsFaults;
  readonly #queues = new Map<string, SqsQueue>();

  constructor(kernel: Kernel, kms: Kms, faults: SqsFaults = {}) {
    this.#kernel = kernel;
    this.#kms = kms;
    this.#faults = faults;
  }

  /**
   * AWS::SQS::Queue.
   *
   * @throws RangeError for a property that is not simulated, by name
   */
  createQueue(resource: Resource): SqsQueue {
    const settings = queueSettings(this.#kernel.account, resource);
    const queue = new SqsQueue(this.#kernel, settings);
    this.#queues.set(settings.arn, queue);
    return queue;
  }

  get queues(): readonly SqsQueue[] {
    return [...this.#queues.values()];
  }

  /** @throws AwsError AWS.SimpleQueueService.NonExistentQueue */
  queue(arn: string): SqsQueue {
    return this.#queues.get(arn) ?? nonExistent(arn);
  }

  /**
   * A message from another AWS service: the target of a rule, a dead-letter queue, a subscription.
   *
   * @param caller the service that sends it
   * @throws AwsError when the queue does not take it
   */
  deliver(arn: string, { body, attributes = {} }: Delivery, caller: string, principal: Principal): void {
    const { region, resource: name } = parseArn(arn);
    const input = {
      QueueUrl: urlOf(region, this.#kernel.account, name),
      MessageBody: body,
      MessageAttributes: attributes,
    };
    serviceCall(this.#kernel, { region, caller, service: 'sqs', operation: 'SendMessage', input }, () =>
      this.operations.SendMessage(input, { principal, region }),
    );
  }

  /**
   * Asks whether the caller may send to the queue and use its key, and sends nothing.
   *
   * @throws AwsError when it may not
   */
  authorizeSending(arn: string, call: Call): void {
    this.#openForSending(this.queue(arn).settings.url, call);
  }

  readonly operations = {
    SendMessage: ({ QueueUrl, ...entry }: SendMessageRequest, call: Call): SendMessageResult => {
      return this.#send(this.#openForSending(QueueUrl, call), entry, call);
    },

    SendMessageBatch: (
      { QueueUrl, Entries }: SendMessageBatchRequest,
      call: Call,
    ): SendMessageBatchResult => {
      const queue = this.#openForSending(QueueUrl, call);
      const entries = checkedEntries(Entries);
      const size = entries.reduce((sum, entry) => sum + messageSize(entry), 0);
      if (size > maxBatchSize) {
        throw refusal(
          'BatchRequestTooLong',
          `Batch requests cannot be longer than ${maxBatchSize} bytes. You have sent ${size} bytes.`,
        );
      }
      return eachEntry(entries, (entry, id) => {
        this.#mayFail('SendMessageBatch', queue, id);
        return this.#send(queue, entry, call);
      });
    },

    ReceiveMessage: (input: ReceiveMessageRequest, call: Call): ReceiveMessageResult => {
      const queue = this.#open(input.QueueUrl, 'sqs:ReceiveMessage', call);
      this.#useKey(queue, call, ['kms:Decrypt']);
      const {
        MaxNumberOfMessages: count = 1,
        VisibilityTimeout: timeout = queue.settings.visibilityTimeout,
      } = input;
      if (!(count >= 1 && count <= 10)) {
        throw new AwsError(
          'InvalidParameterValue',
          `Value ${count} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
        );
      }
      const messages = queue.receive(count, timeout, (message) => this.#deadLetter(queue, message));
      if (messages.length === 0) return {};
      return { Messages: messages.map((message) => receivedMessage(queue, message, input)) };
    },

    DeleteMessage: ({ QueueUrl, ReceiptHandle = '' }: DeleteMessageRequest, call: Call): object => {
      this.#open(QueueUrl, 'sqs:DeleteMessage', call).delete(ReceiptHandle);
      return {};
    },

    DeleteMessageBatch: (input: DeleteMessageBatchRequest, call: Call): DeleteMessageBatchResult => {
      const queue = this.#open(input.QueueUrl, 'sqs:DeleteMessage', call);
      return eachEntry(checkedEntries(input.Entries), ({ ReceiptHandle = '' }, id) => {
        this.#mayFail('DeleteMessageBatch', queue, id);
        queue.delete(ReceiptHandle);
        return {};
      });
    },

    ChangeMessageVisibility: (input: ChangeMessageVisibilityRequest, call: Call): object => {
      const { QueueUrl, ReceiptHandle = '', VisibilityTimeout = Number.NaN } = input;
      this.#open(QueueUrl, 'sqs:ChangeMessageVisibility', call).changeVisibility(
        ReceiptHandle,
        VisibilityTimeout,
      );
      return {};
    },

    ChangeMessageVisibilityBatch: (
      input: ChangeMessageVisibilityBatchRequest,
      call: Call,
    ): ChangeMessageVisibilityBatchResult => {
      const queue = this.#open(input.QueueUrl, 'sqs:ChangeMessageVisibility', call);
      return eachEntry(checkedEntries(input.Entries), (entry, id) => {
        this.#mayFail('ChangeMessageVisibilityBatch', queue, id);
        queue.changeVisibility(entry.ReceiptHandle ?? '', entry.VisibilityTimeout ?? Number.NaN);
        return {};
      });
    },

    GetQueueAttributes: (input: GetQueueAttributesRequest, call: Call): GetQueueAttributesResult => {
      const queue = this.#open(input.QueueUrl, 'sqs:GetQueueAttributes', call);
      return { Attributes: queueAttributes(queue, input.AttributeNames ?? []) };
    },
  } satisfies Operations;

  /** The queue of a URL, for a caller that may do `action`. Batches need the permission of the single action. */
  #open(url: string | undefined, action: string, { principal, region }: Call): SqsQueue {
    const queue = this.queues.find(({ settings }) => settings.url === url && settings.region === region);
    if (queue === undefined) return nonExistent(`${url} in ${region}`);
    authorize(this.#kernel, { principal, action, resource: queue.settings.arn });
    return queue;
  }

  #openForSending(url: string | undefined, call: Call): SqsQueue {
    const queue = this.#open(url, 'sqs:SendMessage', call);
    this.#useKey(queue, call, ['kms:GenerateDataKey', 'kms:Decrypt']);
    return queue;
  }

  #useKey(
    { settings }: SqsQueue,
    { principal, region }: Call,
    actions: readonly ('kms:GenerateDataKey' | 'kms:Decrypt')[],
  ): void {
    const { key, arn: resource } = settings;
    if (key === undefined) return;
    this.#kms.authorize({ principal, actions, key, region, via: 'sqs', resource });
  }

  #send(queue: SqsQueue, entry: SendEntry, { principal }: Call): ReturnType<typeof sentMessage> {
    const message = queuedMessage(queue.settings, entry, {
      id: this.#kernel.uuid(),
      senderId: senderOf(principal),
      sentAt: this.#kernel.now().getTime(),
    });
    queue.add(message);
    return sentMessage(message);
  }

  #mayFail(operation: string, { settings }: SqsQueue, entryId: string): void {
    const fault = this.#faults.entryFails?.(operation, settings.arn, entryId);
    if (fault !== undefined) throw fault;
  }

  /** SQS moves messages itself and needs no permission for it. Their age and count of receipts go with them. */
  #deadLetter({ settings }: SqsQueue, message: QueuedMessage): void {
    const deadLetterQueue = this.#queues.get(settings.redrive?.deadLetterTargetArn ?? '');
    const visibleAt = this.#kernel.now().getTime();
    deadLetterQueue?.add({ ...message, deadLetterSource: settings.arn, visibleAt });
    this.#kernel.trace({
      kind: 'dead-letter',
      region: settings.region,
      queue: deadLetterQueue?.settings.name ?? 'none',
      why: `message ${message.id} was received ${message.receiveCount} times from ${settings.name} and never deleted`,
    });
  }
}

function senderOf(principal: Principal): string {
  switch (principal.kind) {
    case 'role':
      return principal.arn;
    case 'service':
      return principal.name;
    case 'anonymous':
    case 'scenario':
      return principal.kind;
  }
}

function nonExistent(what: string): never {
  throw refusal('NonExistentQueue', `The specified queue does not exist: ${what}.`);
}
