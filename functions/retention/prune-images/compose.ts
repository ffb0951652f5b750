import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { approvalTable } from '../../../shared/aws/approval-table.ts';
import { imageManifests } from '../../../shared/aws/image-manifests.ts';
import { imageRetention } from '../../../shared/aws/image-retention.ts';
import { objectStore } from '../../../shared/aws/object-store.ts';
import { opsBus } from '../../../shared/aws/ops-bus.ts';
import { outgoingQueue } from '../../../shared/aws/queue.ts';
import { switchTable } from '../../../shared/aws/switch-table.ts';
import { verdictTable } from '../../../shared/aws/verdict-table.ts';
import { decideStanding, switchesOf } from '../../../shared/domain/standing.ts';
import { parseScheduledRun } from '../../../shared/events/schedule.ts';
import { opsHandler } from '../../../shared/lambda/chain.ts';
import { type Environment, readEnvironment } from '../../../shared/lambda/env.ts';
import { readSince } from '../../../shared/lambda/fresh.ts';
import { atMostAtOnce } from '../../../shared/lambda/limit.ts';
import { logOutcome, type Outcome } from '../../../shared/lambda/outcome.ts';
import type { World } from '../../../shared/lambda/world.ts';
import { composeWorkloads } from '../../../shared/workloads/compose.ts';
import { contract } from './contract.ts';
import { atOnce, type PruneDeps, type PrunePolicy } from './deps.ts';
import { pruneImages } from './run.ts';

/** Milliseconds before Lambda ends the function that are kept to write the report and tell of it. */
const reservedMs = 60_000;

/** How old the switches may be when a batch is begun: batches that are begun together read them together. */
const switchesAreFreshForMs = 1000;

export function compose(environment: Environment, world: World<PrunePolicy>) {
  const env = readEnvironment(environment, { ...contract.env, region: 'AWS_REGION' });
  const { policy, now } = world;
  const dynamodb = world.client(DynamoDBClient);
  const ecr = world.client(ECRClient);
  const switches = switchTable(dynamodb, env.switchTable);
  const readSwitches = readSince(() => switches.read(switchesOf('retention')), now);
  const deps: PruneDeps = {
    registry: imageRetention(ecr),
    manifests: imageManifests(ecr),
    verdicts: verdictTable(dynamodb, env.verdictTable),
    workloads: composeWorkloads(world, env.workloadReader),
    objects: objectStore(world.client(S3Client), env.bucket),
    bucket: env.bucket,
    approvals: approvalTable(dynamodb, env.switchTable, contract.name),
    bus: opsBus(world.client(EventBridgeClient), env.opsBus, contract.name),
    limit: atMostAtOnce(atOnce),
    policy,
    region: env.region,
    now,
  };
  const deadLetters = outgoingQueue(world.client(SQSClient), env.deadLetterQueue);

  return opsHandler<readonly Outcome[]>(world, deadLetters).handler(async (event, context) => {
    const { scheduledTime } = parseScheduledRun(event);
    return pruneImages(
      {
        account: context.invokedFunctionArn.split(':')[4] ?? '',
        due: scheduledTime,
        standing: async () => {
          const moment = new Date(now().getTime() - switchesAreFreshForMs);
          return decideStanding(policy.retention.mode, await readSwitches(moment), now());
        },
        mayGoOn: () => context.getRemainingTimeInMillis() > reservedMs,
        tell: (outcome) => logOutcome(world.log, outcome),
      },
      deps,
    );
  });
}
