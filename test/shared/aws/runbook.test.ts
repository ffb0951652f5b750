import { LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, it } from '@jest/globals';
import { connectClient } from '../../../rehearsal/aws/connect.ts';
import { AwsError } from '../../../rehearsal/kernel.ts';
import { runbook } from '../../../shared/aws/runbook.ts';
import { client } from '../../rehearsal/aws/stand.ts';

const input = {
  epoch: 7,
  mode: 'failover',
  reason: 'it is down',
  startedBy: 'aeon-ops-probe-endpoint',
} as const;

function stand(answer: () => object) {
  const inputs: unknown[] = [];
  const lambda = client(LambdaClient, 'us-west-2');
  connectClient(lambda, async ({ input: given }) => {
    inputs.push(given);
    return answer();
  });
  return { inputs, start: () => runbook(lambda, 'aeon-ops-run-failover:live').start(input) };
}

describe('the start of the runbook', () => {
  it('is asynchronous, of the version that the alias names, and known by the epoch', async () => {
    const { inputs, start } = stand(() => ({ StatusCode: 202 }));
    await start();
    expect(inputs).toEqual([
      {
        FunctionName: 'aeon-ops-run-failover:live',
        InvocationType: 'Event',
        DurableExecutionName: 'failover-7',
        Payload: new TextEncoder().encode(JSON.stringify(input)),
      },
    ]);
  });

  it('is no failure when the run was started before, with other words', async () => {
    const { start } = stand(() => {
      throw new AwsError('DurableExecutionAlreadyStartedException', 'it has been started', 409);
    });
    await expect(start()).resolves.toBeUndefined();
  });

  it('fails when Lambda took nothing', async () => {
    const { start } = stand(() => {
      throw new AwsError('ServiceException', 'not now', 500);
    });
    await expect(start()).rejects.toThrow('not now');
  });
});
