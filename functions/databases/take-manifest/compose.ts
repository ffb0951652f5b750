import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { databaseQuestions, PatientLambdaClient } from '../../../shared/aws/database-questions.ts';
import { outgoingQueue } from '../../../shared/aws/queue.ts';
import { manifests } from '../../../shared/aws/restore-table.ts';
import { secrets } from '../../../shared/aws/secrets.ts';
import { parseScheduledRun } from '../../../shared/events/schedule.ts';
import { opsHandler } from '../../../shared/lambda/chain.ts';
import { type Environment, readEnvironment } from '../../../shared/lambda/env.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import type { World } from '../../../shared/lambda/world.ts';
import { manifestDays } from '../../../shared/restores/manifest.ts';
import { contract } from './contract.ts';
import { type TakeManifestDeps, takeManifests } from './run.ts';

/** Milliseconds before Lambda ends the function that are kept to write the manifests down. */
const reservedMs = 30_000;

export function compose(environment: Environment, world: World<TakeManifestDeps['policy']>) {
  const env = readEnvironment(environment, contract.env);
  const { policy, now, log } = world;
  const deps: TakeManifestDeps = {
    questions: databaseQuestions(world.client(PatientLambdaClient), env.askDatabase),
    manifests: manifests(world.client(DynamoDBClient), env.restoreTable, manifestDays(policy.backups)),
    secrets: secrets(world.client(SecretsManagerClient), now),
    policy,
    now,
    log,
  };
  const deadLetters = outgoingQueue(world.client(SQSClient), env.deadLetterQueue);

  return opsHandler<readonly Outcome[]>(world, deadLetters).handler((event, context) => {
    parseScheduledRun(event);
    return takeManifests(deps, context.getRemainingTimeInMillis() - reservedMs);
  });
}
