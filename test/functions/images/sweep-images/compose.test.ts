import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { compose } from '../../../../functions/images/sweep-images/compose.ts';
import { policy } from '../../../builders.ts';
import type { WireAnswer, WireRequest } from '../../../shared/aws/answers.ts';
import { lambdaContext, TestWorld } from '../../../shared/aws/world.ts';

const environment = {
  VERDICT_TABLE: 'verdicts',
  SWITCH_TABLE: 'switches',
  OPS_BUS: 'aeon-ops',
  WORKLOAD_READER_ROLE_ARN: 'arn:aws:iam::123456789012:role/aeon-ops-workload-reader',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/dlq',
  AWS_REGION: 'us-east-1',
};

const run = { schedule: 'hourly', scheduledTime: '2026-03-02T12:17:00Z' };

/** Empty repositories, and a table in which nothing is. */
function answer({ operation, input }: WireRequest): WireAnswer {
  const bodies: Readonly<Record<string, object>> = {
    DescribeImages: { imageDetails: [] },
    PutEvents: { FailedEntryCount: 0, Entries: [{}] },
    SendMessage: {
      MessageId: 'one',
      MD5OfMessageBody: createHash('md5').update(String(input.MessageBody)).digest('hex'),
    },
  };
  return { body: bodies[operation] ?? {} };
}

function composed() {
  const world = new TestWorld({ ...policy, workloads: { sources: [], readers: {} } }, answer);
  const handler = compose(environment, world);
  const context = (remainingMs?: number) => ({
    ...lambdaContext(remainingMs),
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:aeon-ops-sweep-images',
  });
  return {
    world,
    invoke: (event: unknown, remainingMs?: number) =>
      handler(event, context(remainingMs) as never, {} as never),
    operations: () => world.requests.map(({ operation }) => operation),
  };
}

describe('sweep-images', () => {
  it('goes through every repository of the policy when its schedule runs it, and keeps what it found', async () => {
    const { invoke, world, operations } = composed();
    expect(await invoke(run, 900_000)).toMatchObject([
      { outcome: 'swept', subject: 'arn:aws:ecr:us-east-1:123456789012:repository/api' },
      { outcome: 'swept', subject: 'arn:aws:ecr:us-east-1:123456789012:repository/api-gateway' },
    ]);
    expect(operations()).toEqual([
      'BatchGetItem',
      'GetItem',
      'DescribeImages',
      'DescribeImages',
      'Query',
      'PutItem',
    ]);
    const kept = world.requests.at(-1)?.input.Item;
    expect(kept).toMatchObject({ digest: { S: 'sweep' }, copy: { S: 'us-east-1' } });
    expect(world.logged.map(({ message, facts }) => [message, facts.outcome])).toEqual([
      ['outcome', 'swept'],
      ['outcome', 'swept'],
    ]);
  });

  it('begins nothing in the last minute before Lambda ends it, and still tells how far it came', async () => {
    const { invoke, operations } = composed();
    expect(await invoke(run, 60_000)).toMatchObject([{ outcome: 'unfinished' }, { outcome: 'unfinished' }]);
    expect(operations()).not.toContain('DescribeImages');
    expect(operations().slice(-3)).toEqual(['PutEvents', 'PutEvents', 'PutItem']);
  });

  it('puts aside what no schedule sends', async () => {
    const { invoke, operations } = composed();
    expect(await invoke({ hello: 'world' })).toMatchObject({ outcome: 'refused' });
    expect(operations()).toContain('SendMessage');
    expect(operations()).not.toContain('DescribeImages');
  });

  it('does not start without its environment', () => {
    expect(() => compose({ AWS_REGION: 'us-east-1' }, new TestWorld(policy, answer))).toThrow(
      /VERDICT_TABLE, SWITCH_TABLE, OPS_BUS, WORKLOAD_READER_ROLE_ARN, DEAD_LETTER_QUEUE_URL are not set/,
    );
  });
});
