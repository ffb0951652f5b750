import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { imageBlobs } from '../../../shared/aws/image-blobs.ts';
import { imageManifests } from '../../../shared/aws/image-manifests.ts';
import { imageRegistry } from '../../../shared/aws/image-registry.ts';
import { imageReplication } from '../../../shared/aws/image-replication.ts';
import { opsBus } from '../../../shared/aws/ops-bus.ts';
import { outgoingQueue } from '../../../shared/aws/queue.ts';
import { parseEcrImageAction } from '../../../shared/events/ecr.ts';
import { opsHandler } from '../../../shared/lambda/chain.ts';
import { type Environment, readEnvironment } from '../../../shared/lambda/env.ts';
import { logOutcome, type Outcome } from '../../../shared/lambda/outcome.ts';
import type { World } from '../../../shared/lambda/world.ts';
import { contract } from './contract.ts';
import { inspectionTable } from './inspection-table.ts';
import type { InspectPolicy } from './observed.ts';
import { inspectImage } from './run.ts';

export function compose(environment: Environment, world: World<InspectPolicy>) {
  const env = readEnvironment(environment, { ...contract.env, region: 'AWS_REGION' });
  const ecr = world.client(ECRClient);
  const deadLetters = outgoingQueue(world.client(SQSClient), env.deadLetterQueue);
  const deps = {
    images: imageRegistry(ecr),
    manifests: imageManifests(ecr),
    blobs: imageBlobs(ecr, world.get),
    replication: imageReplication(ecr),
    inspections: inspectionTable(world.client(DynamoDBClient), env.verdictTable),
    bus: opsBus(world.client(EventBridgeClient), env.opsBus, contract.name),
    policy: world.policy,
    region: env.region,
    now: world.now,
  };

  return opsHandler<Outcome>(world, deadLetters).handler(async (event) => {
    const outcome = await inspectImage(parseEcrImageAction(event), deps);
    logOutcome(world.log, outcome);
    return outcome;
  });
}
