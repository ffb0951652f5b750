import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { admissionTable } from '../../../shared/aws/admission-table.ts';
import { secrets } from '../../../shared/aws/secrets.ts';
import { opsHandler } from '../../../shared/lambda/chain.ts';
import { type Environment, readEnvironment } from '../../../shared/lambda/env.ts';
import { readUrlRequest, type UrlAnswer } from '../../../shared/lambda/function-url.ts';
import type { World } from '../../../shared/lambda/world.ts';
import { contract } from './contract.ts';
import { type AdmitPodsDeps, answerRequest } from './run.ts';
import { secretTokens } from './tokens.ts';

/** Of the three seconds that the API server waits, what is left after a cold start. */
const readingMs = 1500;

export function compose(environment: Environment, world: World<AdmitPodsDeps['policy']>) {
  const { verdictTable, switchTable, account, tokens } = readEnvironment(environment, contract.env);
  const { policy, now, log } = world;
  const deps: AdmitPodsDeps = {
    table: admissionTable(world.client(DynamoDBClient), {
      verdictTable,
      switchTable,
      regions: policy.regions.registry,
      timeoutMs: readingMs,
    }),
    tokens: secretTokens(secrets(world.client(SecretsManagerClient), now), tokens, log),
    policy,
    account,
    now,
    log,
  };

  return opsHandler<UrlAnswer>(world).handler((event) => answerRequest(readUrlRequest(event), deps));
}
