import { createHash } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import { incomingQueue, outgoingQueue } from '../../../shared/aws/queue.ts';
import { answeredClient } from './answers.ts';

const url = 'https://sqs.us-east-1.amazonaws.com/123456789012/ops';

describe('hide', () => {
  it.each([
    [-5, 0],
    [0, 0],
    [0.001, 1],
    [1, 1],
    [30.2, 31],
    [43_140, 43_140],
    [43_140.1, 43_140],
    [43_200, 43_140],
    [1e9, 43_140],
    [Number.POSITIVE_INFINITY, 43_140],
  ])('for %d s asks for whole seconds that SQS takes: %d', async (seconds, asked) => {
    const { client, requests } = answeredClient(SQSClient, () => ({ body: {} }));
    await incomingQueue(client, url).hide('handle', seconds);
    expect(requests).toEqual([
      {
        operation: 'ChangeMessageVisibility',
        input: { QueueUrl: url, ReceiptHandle: 'handle', VisibilityTimeout: asked },
      },
    ]);
  });
});

describe('send', () => {
  const taken = (body: string): object => ({
    body: { MessageId: 'one', MD5OfMessageBody: createHash('md5').update(body).digest('hex') },
  });

  it('puts body and attributes into the queue', async () => {
    const { client, requests } = answeredClient(SQSClient, () => taken('hello') as { body: object });
    await outgoingQueue(client, url).send('hello', { ErrorCode: 'PermanentError' });
    expect(requests).toEqual([
      {
        operation: 'SendMessage',
        input: {
          QueueUrl: url,
          MessageBody: 'hello',
          MessageAttributes: { ErrorCode: { DataType: 'String', StringValue: 'PermanentError' } },
        },
      },
    ]);
  });

  it('fails when the queue does not take it, or takes something else', async () => {
    const refusing = answeredClient(SQSClient, () => ({ error: 'QueueDoesNotExist' }));
    await expect(outgoingQueue(refusing.client, url).send('hello')).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
    const garbling = answeredClient(SQSClient, () => taken('hullo') as { body: object });
    await expect(outgoingQueue(garbling.client, url).send('hello')).rejects.toThrow();
  });
});
