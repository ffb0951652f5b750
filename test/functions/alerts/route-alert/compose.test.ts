import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { compose } from '../../../../functions/alerts/route-alert/compose.ts';
import { policy } from '../../../builders.ts';
import type { WireAnswer, WireRequest } from '../../../shared/aws/answers.ts';
import { lambdaContext, TestWorld } from '../../../shared/aws/world.ts';
import { sample } from '../../../shared/events/sample.ts';

const queueUrl = (name: string): string => `https://sqs.us-east-1.amazonaws.com/123456789012/${name}`;

const environment = {
  SINK_QUEUE_URLS: JSON.stringify({
    oncall: queueUrl('oncall'),
    ops: queueUrl('ops'),
    mail: queueUrl('mail'),
  }),
  DEAD_LETTER_QUEUE_URL: queueUrl('dlq'),
};

function well({ input }: WireRequest): WireAnswer {
  return {
    body: {
      MessageId: 'one',
      MD5OfMessageBody: createHash('md5').update(String(input.MessageBody)).digest('hex'),
    },
  };
}

describe('the function', () => {
  it('puts an alarm into the queues of its route', async () => {
    const world = new TestWorld(policy, well);
    const outcomes = await compose(environment, world)(
      sample('cloudwatch/alarm.firing.json'),
      lambdaContext(),
    );
    expect(outcomes).toMatchObject([{ outcome: 'routed' }]);
    expect(world.requests.map(({ operation, input }) => [operation, input.QueueUrl])).toEqual([
      ['SendMessage', queueUrl('oncall')],
      ['SendMessage', queueUrl('mail')],
    ]);
    expect(world.logged).toMatchObject([{ level: 'info', message: 'outcome', facts: { outcome: 'routed' } }]);
  });

  it('puts aside what is no alert, whole and with the reason', async () => {
    const world = new TestWorld(policy, well);
    const event = sample('ecr/image-action.push.json');
    expect(await compose(environment, world)(event, lambdaContext())).toMatchObject({ outcome: 'refused' });
    expect(world.requests).toEqual([
      {
        operation: 'SendMessage',
        input: {
          QueueUrl: queueUrl('dlq'),
          MessageBody: JSON.stringify(event),
          MessageAttributes: {
            ErrorCode: { DataType: 'String', StringValue: 'PermanentError' },
            ErrorMessage: { DataType: 'String', StringValue: expect.stringContaining('ECR Image Action') },
          },
        },
      },
    ]);
  });

  it('fails when a queue does not take the alert', async () => {
    const world = new TestWorld(policy, (request) =>
      request.input.QueueUrl === queueUrl('mail') ? { error: 'KmsThrottled' } : well(request),
    );
    const handler = compose(environment, world);
    await expect(handler(sample('cloudwatch/alarm.firing.json'), lambdaContext())).rejects.toThrow();
    expect(world.logged).toMatchObject([{ level: 'error', message: 'failed' }]);
  });

  it.each([
    ['no JSON', 'hello'],
    ['a list', '[]'],
    ['names without URLs', '{"ops":"ops"}'],
  ])('does not start when the queues’ URLs are %s, and says where', (_what, urls) => {
    const world = new TestWorld(policy, well);
    expect(() => compose({ ...environment, SINK_QUEUE_URLS: urls }, world)).toThrow(
      'SINK_QUEUE_URLS is not JSON of the form {"<sink>": "<queue URL>"}',
    );
  });
});
