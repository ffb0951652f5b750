import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { imageRegistry } from '../../../shared/aws/image-registry.ts';
import { opsBus } from '../../../shared/aws/ops-bus.ts';
import { outgoingQueue } from '../../../shared/aws/queue.ts';
import { switchTable } from '../../../shared/aws/switch-table.ts';
import { verdictTable } from '../../../shared/aws/verdict-table.ts';
import { parseImageEvent } from '../../../shared/events/image-event.ts';
import { opsHandler } from '../../../shared/lambda/chain.ts';
import { type Environment, readEnvironment } from '../../../shared/lambda/env.ts';
import { logOutcome, type Outcome } from '../../../shared/lambda/outcome.ts';
import { askStanding } from '../../../shared/lambda/standing.ts';
import type { World } from '../../../shared/lambda/world.ts';
import { contract } from './contract.ts';
import { judgeScan } from './run.ts';
import type { JudgePolicy } from './verdict.ts';

export function compose(environment: Environment, world: World<JudgePolicy>) {
  const env = readEnvironment(environment, { ...contract.env, region: 'AWS_REGION' });
  const dynamodb = world.client(DynamoDBClient);
  const deadLetters = outgoingQueue(world.client(SQSClient), env.deadLetterQueue);
  const switches = switchTable(dynamodb, env.switchTable);
  const deps = {
    registry: imageRegistry(world.client(ECRClient)),
    verdicts: verdictTable(dynamodb, env.verdictTable),
    bus: opsBus(world.client(EventBridgeClient), env.opsBus, contract.name),
    policy: world.policy,
    region: env.region,
    now: world.now,
  };

  return opsHandler<Outcome>(world, deadLetters)
    .use(askStanding({ area: 'images', mode: world.policy.images.mode, switches, now: world.now }))
    .handler(async (event, context) => {
      const outcome = await judgeScan(parseImageEvent(event), context.standing, deps);
      logOutcome(world.log, outcome);
      return outcome;
    });
}
