import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { outgoingQueue } from '../../../shared/aws/queue.ts';
import { secrets } from '../../../shared/aws/secrets.ts';
import type { WithDatabases } from '../../../shared/database/session.ts';
import { parseScheduledRun } from '../../../shared/events/schedule.ts';
import { opsHandler } from '../../../shared/lambda/chain.ts';
import { type Environment, readEnvironment } from '../../../shared/lambda/env.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import type { World } from '../../../shared/lambda/world.ts';
import { contract } from './contract.ts';
import { type WriteHeartbeatDeps, writeHeartbeats } from './run.ts';

export function compose(
  environment: Environment,
  world: World<WriteHeartbeatDeps['policy']> & WithDatabases,
) {
  const env = readEnvironment(environment, { ...contract.env, region: 'AWS_REGION' });
  const deps: WriteHeartbeatDeps = {
    connect: world.connect,
    secrets: secrets(world.client(SecretsManagerClient), world.now),
    policy: world.policy,
    region: env.region,
    now: world.now,
    log: world.log,
  };
  const deadLetters = outgoingQueue(world.client(SQSClient), env.deadLetterQueue);

  return opsHandler<readonly Outcome[]>(world, deadLetters).handler((event) => {
    parseScheduledRun(event);
    return writeHeartbeats(deps);
  });
}
