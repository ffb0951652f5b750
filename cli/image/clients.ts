import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { STSClient } from '@aws-sdk/client-sts';
import { clientConfig } from '../aws/clients.ts';

/** The services of one Region that the `image` commands use, with the caller's own credentials. */
export interface ImageClients {
  readonly dynamodb: DynamoDBClient;
  readonly eventBridge: EventBridgeClient;
  readonly lambda: LambdaClient;
  readonly sts: STSClient;
}

export type ImageClientsOf = (region: string) => ImageClients;

export function liveImageClients(region: string): ImageClients {
  const config = clientConfig(region);
  return {
    dynamodb: new DynamoDBClient(config),
    eventBridge: new EventBridgeClient(config),
    lambda: new LambdaClient(config),
    sts: new STSClient(config),
  };
}
