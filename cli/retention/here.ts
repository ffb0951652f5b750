import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import { connectClient, simulatedCredentials } from '../../rehearsal/aws/connect.ts';
import { DynamoDb } from '../../rehearsal/aws/dynamodb.ts';
import { Ecr } from '../../rehearsal/aws/ecr.ts';
import type { Kernel, Operations } from '../../rehearsal/kernel.ts';
import { seededRandom } from '../../rehearsal/random.ts';
import { imageManifests } from '../../shared/aws/image-manifests.ts';
import { imageRetention } from '../../shared/aws/image-retention.ts';
import { verdictTable } from '../../shared/aws/verdict-table.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import { furnishExample } from './example-registry.ts';
import type { PlanDeps } from './region-plan.ts';

/** A simulated AWS with an example of a registry in it, for a look at what the policy makes of it. */
export function simulatedDeps(policy: Policy, region: string, now: Date): PlanDeps {
  const random = seededRandom(1);
  const kernel: Kernel = {
    account: '111122223333',
    now: () => now,
    after: () => undefined,
    random: random.fork('kernel').next,
    uuid: random.fork('ids').uuid,
    trace: () => undefined,
    permissions: { authorize: () => undefined },
  };
  const ecr = new Ecr(kernel);
  const uses = furnishExample(ecr, policy, region, now);
  const dynamodb = new DynamoDb(kernel);
  const key = (name: string) => ({ name, type: 'S' as const });
  dynamodb.createTable({
    name: 'verdicts',
    region,
    replicas: [],
    keys: { partition: key('digest'), sort: key('copy') },
  });

  const connected = <Client extends object>(
    Constructor: new (config: object) => Client,
    operations: Operations,
  ): Client => {
    const client = new Constructor({ region, credentials: simulatedCredentials });
    connectClient(client, async ({ operation, input }) => {
      const operate: unknown = operations[operation];
      if (typeof operate !== 'function') throw new RangeError(`${operation} is not simulated`);
      return operate(input, { principal: { kind: 'scenario' }, region });
    });
    return client;
  };
  const registry = connected(ECRClient, ecr.operations);
  return {
    registry: imageRetention(registry),
    manifests: imageManifests(registry),
    verdicts: verdictTable(connected(DynamoDBClient, dynamodb.operations), 'verdicts'),
    objects: { get: async () => undefined, put: async () => 'written', list: async () => [] },
    workloads: { survey: async () => ({ uses, missing: [], takenAt: now }) },
    policy,
    region,
    now: () => now,
  };
}
