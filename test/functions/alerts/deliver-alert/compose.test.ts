import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { compose } from '../../../../functions/alerts/deliver-alert/compose.ts';
import { writeAlertMessage } from '../../../../shared/events/alert-message.ts';
import { alert, policy } from '../../../builders.ts';
import type { WireAnswer, WireRequest } from '../../../shared/aws/answers.ts';
import { lambdaContext, TestWorld } from '../../../shared/aws/world.ts';

const environment = {
  SINK: 'ops',
  SINK_TARGET: 'ops/webhook',
  QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/ops',
  CONVERSATION_TABLE: 'conversations',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/ops-dlq',
};

/** Everything goes well. */
function well({ operation, input }: WireRequest): WireAnswer {
  if (operation === 'GetSecretValue') {
    return { body: { SecretString: '{"webhookUrl":"https://hooks.slack.com/services/T0/B0/x"}' } };
  }
  if (operation === 'SendMessage') {
    const MD5OfMessageBody = createHash('md5').update(String(input.MessageBody)).digest('hex');
    return { body: { MessageId: 'one', MD5OfMessageBody } };
  }
  return { body: {} };
}

const record = (messageId: string, body: string): object => ({
  messageId,
  receiptHandle: `handle-${messageId}`,
  body,
  attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1772438400000' },
  messageAttributes: {},
  eventSource: 'aws:sqs',
});

const message = (id: string): object =>
  record(id, writeAlertMessage(alert({ fingerprint: `condition/${id}` })));

describe('the function', () => {
  it('acknowledges what was told or put aside, and leaves in the queue what failed', async () => {
    const world = new TestWorld(policy, (request) => {
      const failing =
        request.operation === 'PutItem' && JSON.stringify(request.input).includes('condition/b');
      return failing ? { error: 'ResourceNotFoundException' } : well(request);
    });
    const handler = compose(environment, world);
    const event = { Records: [message('a'), message('b'), record('c', 'hello'), message('d')] };
    expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [{ itemIdentifier: 'b' }] });

    expect(world.posts).toHaveLength(2);
    const calls = world.requests.map(({ operation }) => operation);
    expect(calls.filter((operation) => operation === 'GetSecretValue')).toHaveLength(1);
    expect(world.requests).toContainEqual({
      operation: 'ChangeMessageVisibility',
      input: { QueueUrl: environment.QUEUE_URL, ReceiptHandle: 'handle-b', VisibilityTimeout: 5 },
    });
    expect(world.requests).toContainEqual({
      operation: 'SendMessage',
      input: expect.objectContaining({ QueueUrl: environment.DEAD_LETTER_QUEUE_URL, MessageBody: 'hello' }),
    });
    expect(world.logged.map(({ facts }) => facts.outcome)).toEqual(['told', 'failed', 'refused', 'told']);
  });

  it('takes no message for which the time is too short', async () => {
    const world = new TestWorld(policy, well);
    const handler = compose(environment, world);
    expect(await handler({ Records: [message('a')] }, lambdaContext(10_000))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'a' }],
    });
    expect(world.posts).toEqual([]);
  });

  it('puts aside an event that is no batch', async () => {
    const world = new TestWorld(policy, well);
    expect(await compose(environment, world)({ hello: 'world' }, lambdaContext())).toMatchObject({
      outcome: 'refused',
    });
    expect(world.requests.map(({ operation }) => operation)).toEqual(['SendMessage']);
  });

  it('does not start without what it needs, and says all of it', () => {
    const { QUEUE_URL: _one, SINK: _other, ...rest } = environment;
    expect(() => compose(rest, new TestWorld(policy, well))).toThrow(/SINK, QUEUE_URL are not set/);
  });

  it('does not start for a sink that the policy does not have', () => {
    expect(() => compose({ ...environment, SINK: 'pager' }, new TestWorld(policy, well))).toThrow(
      "SINK names 'pager', and the policy has no such sink under alerts.sinks.",
    );
  });
});
