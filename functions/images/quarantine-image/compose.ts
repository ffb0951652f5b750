import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { evidenceTable } from '../../../shared/aws/evidence-table.ts';
import { imageArchive } from '../../../shared/aws/image-archive.ts';
import { imageManifests } from '../../../shared/aws/image-manifests.ts';
import { imageRegistry } from '../../../shared/aws/image-registry.ts';
import { imageScanner, SingleAttemptEcrClient } from '../../../shared/aws/image-scanner.ts';
import { objectStore } from '../../../shared/aws/object-store.ts';
import { opsBus } from '../../../shared/aws/ops-bus.ts';
import { quarantineTable } from '../../../shared/aws/quarantine-table.ts';
import { outgoingQueue } from '../../../shared/aws/queue.ts';
import { switchTable } from '../../../shared/aws/switch-table.ts';
import { verdictTable } from '../../../shared/aws/verdict-table.ts';
import { decideStanding, switchesOf } from '../../../shared/domain/standing.ts';
import { opsHandler } from '../../../shared/lambda/chain.ts';
import { type Environment, readEnvironment } from '../../../shared/lambda/env.ts';
import { logOutcome, type Outcome } from '../../../shared/lambda/outcome.ts';
import { askStanding } from '../../../shared/lambda/standing.ts';
import type { World } from '../../../shared/lambda/world.ts';
import { composeWorkloads } from '../../../shared/workloads/compose.ts';
import { contract } from './contract.ts';
import { reconcileAll } from './pass.ts';
import type { QuarantinePolicy } from './policy.ts';
import { type QuarantineRun, reconcile } from './run.ts';
import { readSubject } from './subject.ts';
import { surroundingsOf } from './surroundings.ts';

/** Milliseconds before Lambda ends the function that are kept for the copy that is being worked on. */
const reservedMs = 120_000;

export function compose(environment: Environment, world: World<QuarantinePolicy>) {
  const env = readEnvironment(environment, { ...contract.env, region: 'AWS_REGION' });
  const { policy, now } = world;
  const dynamodb = world.client(DynamoDBClient);
  const ecr = world.client(ECRClient);
  const deadLetters = outgoingQueue(world.client(SQSClient), env.deadLetterQueue);
  const switches = switchTable(dynamodb, env.switchTable);
  const { survey } = composeWorkloads(world, env.workloadReader);
  const deps = {
    cases: quarantineTable(dynamodb, env.verdictTable, env.region, policy.regions.registry),
    evidence: evidenceTable(dynamodb, env.verdictTable),
    verdicts: verdictTable(dynamodb, env.verdictTable),
    registry: imageRegistry(ecr),
    archive: imageArchive(ecr),
    manifests: imageManifests(ecr),
    scanner: imageScanner(world.client(SingleAttemptEcrClient)),
    survey: () => survey(),
    askStanding: async () =>
      decideStanding(policy.images.mode, await switches.read(switchesOf('images')), now()),
    objects: objectStore(world.client(S3Client), env.bucket),
    bus: opsBus(world.client(EventBridgeClient), env.opsBus, contract.name),
    policy,
    region: env.region,
    now,
  };
  const tell = (outcome: Outcome): void => logOutcome(world.log, outcome);

  return opsHandler<readonly Outcome[]>(world, deadLetters)
    .use(askStanding({ area: 'images', mode: policy.images.mode, switches, now }))
    .handler(async (event, context) => {
      const subject = readSubject(event);
      const run: QuarantineRun = {
        account: context.invokedFunctionArn.split(':')[4] ?? '',
        standing: context.standing,
        isReview: subject === 'all',
        surroundings: surroundingsOf(deps),
        done: new Set(),
        mayGoOn: () => context.getRemainingTimeInMillis() > reservedMs,
        tell,
      };
      if (typeof subject === 'string') return reconcileAll(run, deps);
      const outcome = await reconcile(subject.repository, subject.digest, run, deps);
      tell(outcome);
      return [outcome];
    });
}
