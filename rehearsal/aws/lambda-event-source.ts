import type {
  DeleteMessageBatchRequest,
  GetQueueAttributesRequest,
  Message,
  ReceiveMessageRequest,
} from '@aws-sdk/client-sqs';
import type { SQSMessageAttributes, SQSRecord } from 'aws-lambda';
import { AwsError, type Call, type Kernel } from '../kernel.ts';
import { isList, isRecord } from '../wiring/json.ts';
import type { LambdaFunction } from './lambda-function.ts';
import { serviceCall } from './service-call.ts';
import type { Sqs } from './sqs.ts';
import type { SqsQueue } from './sqs-queue.ts';

export interface EventSourceSettings {
  readonly batchSize: number;
  readonly windowSeconds: number;
  /** `FunctionResponseTypes: [ReportBatchItemFailures]`. */
  readonly reportsItemFailures: boolean;
  readonly maximumConcurrency: number;
}

/** From a message's becoming visible to Lambda's poll. Milliseconds. */
const pollMs = 20;

/** ReceiveMessage and DeleteMessageBatch take no more. */
const maxMessagesPerCall = 10;

/** A batch is full when the event it makes is as long as an event may be. Bytes of JSON. */
const maxEventSize = 6_291_456;
const emptyEventSize = '{"Records":[]}'.length;

/**
 * An event source mapping that feeds a function from an SQS queue: receives batches as the function's role, invokes
 * the function, deletes what succeeded. What failed stays hidden until its visibility timeout ends. The queue wakes
 * it; it never polls an empty queue.
 *
 * Unlike Lambda it leaves messages visible in the queue while a batching window is open.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export class SqsEventSource {
  readonly #kernel: Kernel;
  readonly #sqs: Sqs;
  readonly #queue: SqsQueue;
  readonly #function: LambdaFunction;
  readonly #settings: EventSourceSettings;
  /** The delays after which polls are due: the usual one, a batching window, or both. */
  readonly #waits = new Set<number>();
  /** Received, and left for the next batch because this one was full. */
  #held: readonly Message[] = [];
  #running = 0;

  constructor(
    kernel: Kernel,
    sqs: Sqs,
    queue: SqsQueue,
    lambdaFunction: LambdaFunction,
    settings: EventSourceSettings,
  ) {
    this.#kernel = kernel;
    this.#sqs = sqs;
    this.#queue = queue;
    this.#function = lambdaFunction;
    this.#settings = settings;
    queue.onVisible(() => this.#wake());
  }

  #wake(): void {
    const queue = this.#queue;
    const { windowSeconds, batchSize } = this.#settings;
    const isFull = this.#held.length > 0 || (queue.size >= batchSize && queue.depth().visible >= batchSize);
    const wait = windowSeconds === 0 || isFull ? pollMs : windowSeconds * 1000;
    if (this.#waits.has(wait)) return;
    this.#waits.add(wait);
    this.#kernel.after(wait, () => {
      this.#waits.delete(wait);
      this.#poll();
    });
  }

  #poll(): void {
    while (this.#running < this.#settings.maximumConcurrency && this.#hasMore()) {
      const batch = this.#receive();
      if (batch.length === 0) return;
      this.#running += 1;
      this.#kernel.after(1, async () => {
        await this.#process(batch);
        this.#running -= 1;
        if (this.#hasMore()) this.#wake();
      });
    }
  }

  #hasMore(): boolean {
    return this.#held.length > 0 || this.#queue.depth().visible > 0;
  }

  /** Without its permissions a mapping polls nothing, and the queue grows: the trace says who was denied what. */
  #receive(): readonly Message[] {
    const batch = [...this.#held];
    this.#held = [];
    const sqs = this.#sqs.operations;
    const { url } = this.#queue.settings;
    const { batchSize } = this.#settings;
    try {
      const depth: GetQueueAttributesRequest = { QueueUrl: url, AttributeNames: ['All'] };
      this.#call('GetQueueAttributes', depth, (call) => sqs.GetQueueAttributes(depth, call));
      let size = batch.reduce((sum, message) => sum + this.#sizeOf(message), emptyEventSize);
      while (batch.length < batchSize) {
        const input: ReceiveMessageRequest = {
          QueueUrl: url,
          MaxNumberOfMessages: Math.min(batchSize - batch.length, maxMessagesPerCall),
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        };
        const { Messages = [] } = this.#call('ReceiveMessage', input, (call) =>
          sqs.ReceiveMessage(input, call),
        );
        const fitting = Messages.filter((message) => {
          size += this.#sizeOf(message);
          return size <= maxEventSize;
        });
        batch.push(...fitting);
        this.#held = Messages.slice(fitting.length);
        if (fitting.length < maxMessagesPerCall) break;
      }
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
    }
    return batch;
  }

  async #process(batch: readonly Message[]): Promise<void> {
    const records = batch.map((message) => this.#record(message));
    const attempts = batch.map(({ Attributes }) => Number(Attributes?.ApproximateReceiveCount));
    const attempt = {
      requestId: this.#kernel.uuid(),
      payload: JSON.stringify({ Records: records }),
      number: Math.max(...attempts),
    };
    try {
      const outcome = await this.#function.run(attempt);
      if (outcome.kind !== 'ok') return;
      const failed = this.#settings.reportsItemFailures ? failedItems(outcome.payload, batch) : new Set();
      this.#delete(batch.filter(({ MessageId }) => !failed.has(MessageId)));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
    }
  }

  #record(message: Message): SQSRecord {
    const { arn, region } = this.#queue.settings;
    return record(message, arn, region);
  }

  /** With the comma after it. */
  #sizeOf(message: Message): number {
    return Buffer.byteLength(JSON.stringify(this.#record(message))) + 1;
  }

  #delete(messages: readonly Message[]): void {
    for (let first = 0; first < messages.length; first += maxMessagesPerCall) {
      const input: DeleteMessageBatchRequest = {
        QueueUrl: this.#queue.settings.url,
        Entries: messages
          .slice(first, first + maxMessagesPerCall)
          .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
      };
      this.#call('DeleteMessageBatch', input, (call) => this.#sqs.operations.DeleteMessageBatch(input, call));
    }
  }

  #call<Output>(operation: string, input: object, operate: (call: Call) => Output): Output {
    const { region } = this.#queue.settings;
    const principal = { kind: 'role', arn: this.#function.settings.roleArn } as const;
    return serviceCall(
      this.#kernel,
      { region, caller: 'lambda.amazonaws.com', service: 'sqs', operation, input },
      () => operate({ principal, region }),
    );
  }
}

/** A message as Lambda hands it to a function: lower camel case, binary values in base64. */
function record(message: Message, arn: string, region: string): SQSRecord {
  const { MessageId, ReceiptHandle, Body, Attributes, MessageAttributes, MD5OfBody } = message;
  return {
    messageId: MessageId ?? '',
    receiptHandle: ReceiptHandle ?? '',
    body: Body ?? '',
    attributes: {
      ApproximateReceiveCount: '',
      SentTimestamp: '',
      SenderId: '',
      ApproximateFirstReceiveTimestamp: '',
      ...Attributes,
    },
    messageAttributes: recordAttributes(MessageAttributes),
    md5OfBody: MD5OfBody ?? '',
    ...(message.MD5OfMessageAttributes === undefined
      ? {}
      : { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
    awsRegion: region,
  };
}

function recordAttributes(attributes: Message['MessageAttributes'] = {}): SQSMessageAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { StringValue, BinaryValue, DataType = '' }]) => [
      name,
      {
        ...(StringValue === undefined ? {} : { stringValue: StringValue }),
        ...(BinaryValue === undefined ? {} : { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ]),
  );
}

/**
 * The ids of the messages that a function reports as failed. Lambda takes an answer it cannot understand, or one that
 * names a message outside the batch, as the failure of the whole batch.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
function failedItems(answer: unknown, batch: readonly Message[]): ReadonlySet<unknown> {
  const all = new Set(batch.map(({ MessageId }) => MessageId));
  if (answer === null) return new Set();
  if (!isRecord(answer)) return all;
  const failures = answer.batchItemFailures ?? [];
  if (!isList(failures)) return all;
  const failed = new Set<unknown>();
  for (const failure of failures) {
    const id = isRecord(failure) ? failure.itemIdentifier : undefined;
    if (typeof id !== 'string' || !all.has(id)) return all;
    failed.add(id);
  }
  return failed;
}
