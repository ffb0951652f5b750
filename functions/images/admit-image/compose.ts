import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import { admissionTable } from '../../../shared/aws/admission-table.ts';
import { opsHandler } from '../../../shared/lambda/chain.ts';
import { type Environment, readEnvironment } from '../../../shared/lambda/env.ts';
import { isUrlEvent, readUrlRequest, type UrlAnswer } from '../../../shared/lambda/function-url.ts';
import type { World } from '../../../shared/lambda/world.ts';
import { contract } from './contract.ts';
import { imageTags } from './image-tags.ts';
import { type AdmitImageDeps, type Answer, answerQuestion, answerRequest } from './run.ts';

/** A pipeline can wait, and an answer that was not given in time is a refusal in production. */
const readingMs = 10_000;

export function compose(environment: Environment, world: World<AdmitImageDeps['policy']>) {
  const env = readEnvironment(environment, { ...contract.env, region: 'AWS_REGION' });
  const { policy, now, log } = world;
  const deps: AdmitImageDeps = {
    table: admissionTable(world.client(DynamoDBClient), {
      verdictTable: env.verdictTable,
      switchTable: env.switchTable,
      regions: policy.regions.registry,
      timeoutMs: readingMs,
    }),
    tags: imageTags(world.client(ECRClient)),
    policy,
    account: env.account,
    region: env.region,
    now,
    log,
  };

  return opsHandler<Answer | UrlAnswer>(world).handler((event) =>
    isUrlEvent(event) ? answerRequest(readUrlRequest(event), deps) : answerQuestion(event, deps),
  );
}
