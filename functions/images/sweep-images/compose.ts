import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { evidenceTable } from '../../../shared/aws/evidence-table.ts';
import { imageManifests } from '../../../shared/aws/image-manifests.ts';
import { imageListing, imageRegistry } from '../../../shared/aws/image-registry.ts';
import { imageReplication } from '../../../shared/aws/image-replication.ts';
import { imageScanner, SingleAttemptEcrClient } from '../../../shared/aws/image-scanner.ts';
import { opsBus } from '../../../shared/aws/ops-bus.ts';
import { quarantineTable } from '../../../shared/aws/quarantine-table.ts';
import { outgoingQueue } from '../../../shared/aws/queue.ts';
import { runningTable } from '../../../shared/aws/running-table.ts';
import { switchTable } from '../../../shared/aws/switch-table.ts';
import { verdictTable } from '../../../shared/aws/verdict-table.ts';
import { parseScheduledRun } from '../../../shared/events/schedule.ts';
import { opsHandler } from '../../../shared/lambda/chain.ts';
import { type Environment, readEnvironment } from '../../../shared/lambda/env.ts';
import { logOutcome, type Outcome } from '../../../shared/lambda/outcome.ts';
import { askStanding } from '../../../shared/lambda/standing.ts';
import type { World } from '../../../shared/lambda/world.ts';
import { composeWorkloads } from '../../../shared/workloads/compose.ts';
import { contract } from './contract.ts';
import type { SweepPolicy } from './policy.ts';
import { sweepImages } from './run.ts';
import { sweepTable } from './sweep-table.ts';

/** Milliseconds before Lambda ends the function that are kept to tell what was found, and to let calls end. */
const reservedMs = 60_000;

export function compose(environment: Environment, world: World<SweepPolicy>) {
  const env = readEnvironment(environment, { ...contract.env, region: 'AWS_REGION' });
  const dynamodb = world.client(DynamoDBClient);
  const ecr = world.client(ECRClient);
  const deadLetters = outgoingQueue(world.client(SQSClient), env.deadLetterQueue);
  const switches = switchTable(dynamodb, env.switchTable);
  const deps = {
    listing: imageListing(ecr),
    registry: imageRegistry(ecr),
    manifests: imageManifests(ecr),
    scanner: imageScanner(world.client(SingleAttemptEcrClient)),
    replication: imageReplication(ecr),
    verdicts: verdictTable(dynamodb, env.verdictTable),
    evidence: evidenceTable(dynamodb, env.verdictTable),
    cases: quarantineTable(dynamodb, env.verdictTable, env.region, world.policy.regions.registry),
    sweeps: sweepTable(dynamodb, env.verdictTable, env.region),
    workloads: composeWorkloads(world, env.workloadReader),
    running: runningTable(dynamodb, env.verdictTable),
    bus: opsBus(world.client(EventBridgeClient), env.opsBus, contract.name),
    policy: world.policy,
    region: env.region,
    now: world.now,
  };

  return opsHandler<readonly Outcome[]>(world, deadLetters)
    .use(askStanding({ area: 'images', mode: world.policy.images.mode, switches, now: world.now }))
    .handler(async (event, context) => {
      parseScheduledRun(event);
      const account = context.invokedFunctionArn.split(':')[4] ?? '';
      return sweepImages(
        {
          account,
          standing: context.standing,
          mayGoOn: () => context.getRemainingTimeInMillis() > reservedMs,
          pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms * (0.5 + world.random()))),
          tell: (outcome) => logOutcome(world.log, outcome),
        },
        deps,
      );
    });
}
