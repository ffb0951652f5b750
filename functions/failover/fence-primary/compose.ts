import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { failoverStates } from '../../../shared/aws/failover-state.ts';
import { interlock } from '../../../shared/aws/interlock.ts';
import { objectStore } from '../../../shared/aws/object-store.ts';
import { opsBus } from '../../../shared/aws/ops-bus.ts';
import { outgoingQueue } from '../../../shared/aws/queue.ts';
import { securityGroups } from '../../../shared/aws/security-groups.ts';
import { switchTable } from '../../../shared/aws/switch-table.ts';
import { opsHandler } from '../../../shared/lambda/chain.ts';
import { type Environment, readEnvironment } from '../../../shared/lambda/env.ts';
import { logOutcome, type Outcome } from '../../../shared/lambda/outcome.ts';
import type { World } from '../../../shared/lambda/world.ts';
import { contract } from './contract.ts';
import { type FencePolicy, fencePrimary } from './run.ts';

export function compose(environment: Environment, world: World<FencePolicy>) {
  const env = readEnvironment(environment, { ...contract.env, region: 'AWS_REGION' });
  const { policy, now, log } = world;
  const dynamodb = world.client(DynamoDBClient);
  const deps = {
    states: failoverStates(
      world.client(DynamoDBClient, { region: policy.regions.standby }),
      env.failoverTable,
      policy.failover.armed,
    ),
    switches: switchTable(dynamodb, env.switchTable),
    interlock: interlock(dynamodb, env.switchTable, env.region),
    groups: securityGroups(world.client(EC2Client)),
    journal: objectStore(world.client(S3Client), env.bucket),
    bus: opsBus(world.client(EventBridgeClient), env.opsBus, contract.name),
    policy,
    region: env.region,
    now,
    log,
  };
  const deadLetters = outgoingQueue(world.client(SQSClient), env.deadLetterQueue);

  return opsHandler<Outcome>(world, deadLetters).handler(async () => {
    const outcome = await fencePrimary(deps);
    logOutcome(log, outcome);
    return outcome;
  });
}
