import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { https } from '../../shared/lambda/https.ts';
import type { HttpsGet, World } from '../../shared/lambda/world.ts';

/** The services of one Region, with the caller's own credentials. */
export interface Clients {
  readonly dynamodb: DynamoDBClient;
  readonly ecr: ECRClient;
  readonly eventBridge: EventBridgeClient;
  readonly secretsManager: SecretsManagerClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  /** Any other, also in another Region and as a role that was taken on. */
  readonly client: World<unknown>['client'];
  readonly get: HttpsGet;
}

export type ClientsOf = (region: string) => Clients;

/** A person waits for the answer, so a Region that does not answer is given up soon. */
export function clientConfig(region: string) {
  return {
    region,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  };
}

export function liveClients(region: string): Clients {
  const config = clientConfig(region);
  return {
    dynamodb: new DynamoDBClient(config),
    ecr: new ECRClient(config),
    eventBridge: new EventBridgeClient(config),
    secretsManager: new SecretsManagerClient(config),
    sns: new SNSClient(config),
    sqs: new SQSClient(config),
    client: (Constructor, place) => new Constructor({ ...config, ...place }),
    get: https(() => new Date()).get,
  };
}

/**
 * Finds the caller's credentials once, before every question to AWS fails for want of them.
 *
 * @throws Error when there are none
 */
export async function assertCredentials({ sqs }: Clients): Promise<void> {
  try {
    await sqs.config.credentials();
  } catch (cause) {
    throw new Error(
      `No AWS credentials were found (${Error.isError(cause) ? cause.message : String(cause)}): sign in, for example with aws sso login, and name the profile in AWS_PROFILE.`,
      { cause },
    );
  }
}

/** AWS's answer to a caller whose policies do not allow what was asked. Each service has its own word. */
export function isDenied(error: unknown): boolean {
  return Error.isError(error) && /AccessDenied|AuthorizationError|NotAuthorized/.test(error.name);
}
