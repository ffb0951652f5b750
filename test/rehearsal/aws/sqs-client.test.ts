import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  MessageNotInflight,
  QueueDoesNotExist,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import { Kms } from '../../../rehearsal/aws/kms.ts';
import { Sqs } from '../../../rehearsal/aws/sqs.ts';
import { account, clientOf, testKernel } from './stand.ts';

const QueueUrl = `https://sqs.us-east-1.amazonaws.com/${account}/jobs`;

const connected = (): SQSClient => {
  const kernel = testKernel();
  const sqs = new Sqs(kernel, new Kms(kernel));
  sqs.createQueue({ region: 'us-east-1', name: 'jobs', properties: {} });
  return clientOf(SQSClient, sqs);
};

describe('the SDK’s client of SQS', () => {
  it('finds the digests right that it checks', async () => {
    const client = connected();
    const MessageAttributes = {
      a: { DataType: 'String', StringValue: 'ä' },
      b: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) },
    };
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'grüße', MessageAttributes }));
    const Entries = [{ Id: 'a', MessageBody: 'two' }];
    const sent = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(sent).toMatchObject({ Successful: [{ Id: 'a' }], Failed: [] });
    const { Messages } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
    );
    expect(Messages?.map(({ Body }) => Body)).toEqual(['grüße', 'two']);
    expect(Messages?.[0]).toMatchObject({ MessageAttributes });
  });

  it('raises its own errors', async () => {
    const client = connected();
    const gone = 'https://sqs.us-east-1.amazonaws.com/123456789012/gone';
    await expect(
      client.send(new SendMessageCommand({ QueueUrl: gone, MessageBody: 'x' })),
    ).rejects.toBeInstanceOf(QueueDoesNotExist);
    await expect(
      client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'no' })),
    ).rejects.toBeInstanceOf(ReceiptHandleIsInvalid);
    await expect(
      client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', DelaySeconds: 901 })),
    ).rejects.toMatchObject({ name: 'InvalidParameterValue', $metadata: { httpStatusCode: 400 } });
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 }));
    const ReceiptHandle = Messages?.[0]?.ReceiptHandle;
    await expect(
      client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 5 })),
    ).rejects.toBeInstanceOf(MessageNotInflight);
  });
});
