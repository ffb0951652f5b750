import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse } from 'aws-lambda';
import { evidenceTable } from '../../../shared/aws/evidence-table.ts';
import { imageManifests } from '../../../shared/aws/image-manifests.ts';
import { imageRegistry } from '../../../shared/aws/image-registry.ts';
import { opsBus } from '../../../shared/aws/ops-bus.ts';
import { outgoingQueue } from '../../../shared/aws/queue.ts';
import { switchTable } from '../../../shared/aws/switch-table.ts';
import { verdictTable } from '../../../shared/aws/verdict-table.ts';
import { parseImageEvent } from '../../../shared/events/image-event.ts';
import { isSqsEvent, parseSqsEvent } from '../../../shared/events/sqs.ts';
import type { JudgingPolicy } from '../../../shared/judging/policy.ts';
import { opsHandler } from '../../../shared/lambda/chain.ts';
import { type Environment, readEnvironment } from '../../../shared/lambda/env.ts';
import { logOutcome, type Outcome } from '../../../shared/lambda/outcome.ts';
import { askStanding } from '../../../shared/lambda/standing.ts';
import type { World } from '../../../shared/lambda/world.ts';
import type { PolicySlice } from '../../../shared/policy/slice.ts';
import { contract } from './contract.ts';
import { judgeBatch, judgeEvent } from './run.ts';

type JudgeScanPolicy = PolicySlice<(typeof contract.policy)[number]> & JudgingPolicy;

export function compose(environment: Environment, world: World<JudgeScanPolicy>) {
  const env = readEnvironment(environment, { ...contract.env, region: 'AWS_REGION' });
  const dynamodb = world.client(DynamoDBClient);
  const ecr = world.client(ECRClient);
  const deadLetters = outgoingQueue(world.client(SQSClient), env.deadLetterQueue);
  const switches = switchTable(dynamodb, env.switchTable);
  const deps = {
    registry: imageRegistry(ecr),
    manifests: imageManifests(ecr),
    verdicts: verdictTable(dynamodb, env.verdictTable),
    evidence: evidenceTable(dynamodb, env.verdictTable),
    bus: opsBus(world.client(EventBridgeClient), env.opsBus, contract.name),
    policy: world.policy,
    region: env.region,
    now: world.now,
  };
  const log = (outcomes: readonly Outcome[]): void => {
    for (const outcome of outcomes) logOutcome(world.log, outcome);
  };

  return opsHandler<readonly Outcome[] | SQSBatchResponse>(world, deadLetters)
    .use(askStanding({ area: 'images', mode: world.policy.images.mode, switches, now: world.now }))
    .handler(async (event, { standing }) => {
      if (isSqsEvent(event)) {
        const { outcomes, failed } = await judgeBatch(parseSqsEvent(event), standing, deadLetters, deps);
        log(outcomes);
        return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
      }
      const outcomes = await judgeEvent(parseImageEvent(event), standing, deps);
      log(outcomes);
      return outcomes;
    });
}
