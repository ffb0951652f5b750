import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { failoverTableName, switchTableName } from '../../infra/names.ts';
import { connectClient, simulatedCredentials } from '../../rehearsal/aws/connect.ts';
import { DynamoDb } from '../../rehearsal/aws/dynamodb.ts';
import type { Kernel } from '../../rehearsal/kernel.ts';
import { readinessRow } from '../../shared/aws/standby-readiness.ts';
import { voteTable } from '../../shared/aws/vote-table.ts';
import { lookBack } from '../../shared/failover/quorum.ts';
import { markEverySeconds, markOf, voices } from '../../shared/failover/vote.ts';
import type { Policy } from '../../shared/policy/schema.ts';

/** For how long the endpoint of the example has been down: long enough to be suspected. Seconds. */
const downFor = 60;

/** The tables of a standby Region, simulated, with an example in them: the primary has been down for a minute. */
export async function exampleTables({ regions, failover }: Policy, now: Date): Promise<DynamoDBClient> {
  const region = regions.standby;
  const kernel: Kernel = {
    account: '111122223333',
    now: () => now,
    after: () => undefined,
    random: () => 0,
    uuid: () => '',
    trace: () => undefined,
    permissions: { authorize: () => undefined },
  };
  const simulated = new DynamoDb(kernel);
  const key = (name: string) => ({ name, type: 'S' as const });
  simulated.createTable({
    name: failoverTableName,
    region,
    keys: { partition: key('of'), sort: key('at') },
  });
  simulated.createTable({ name: switchTableName, region, keys: { partition: key('switch') } });
  const dynamodb = new DynamoDBClient({ region, credentials: simulatedCredentials });
  const operations: Readonly<Record<string, unknown>> = simulated.operations;
  connectClient(dynamodb, async ({ operation, input }) => {
    const operate = operations[operation];
    if (typeof operate !== 'function') throw new RangeError(`${operation} is not simulated`);
    return operate(input, { principal: { kind: 'scenario' }, region });
  });

  const votes = voteTable(dynamodb, failoverTableName);
  const last = markOf(now.getTime());
  for (let back = 0; back <= lookBack(failover); back += markEverySeconds) {
    for (const voice of voices) {
      const endpoint = back <= downFor ? 'down' : 'up';
      const saw = back <= downFor ? 'gave no answer within 5000 ms' : 'ready';
      const canary = voice === 'route-53' ? {} : ({ canary: endpoint } as const);
      await votes.write({ voice, at: last - back * 1000, endpoint, ...canary, saw });
    }
  }
  await readinessRow(dynamodb, failoverTableName).write({
    at: last - 40_000,
    cluster: 'ACTIVE',
    pods: 'answer',
    replica: { status: 'available', lagSeconds: 75 },
    imagesMissing: [],
  });
  return dynamodb;
}
