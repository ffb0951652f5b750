import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { runNameOf } from '../failover/run.ts';

/** Somebody has to say whether to fail over: one row of the failover table for each epoch. */
export interface ApprovalRequest {
  readonly epoch: number;
  readonly reason: string;
  /** What keeps the failover from starting by itself, one sentence each. */
  readonly refusals: readonly string[];
  /** ISO 8601, UTC. */
  readonly askedAt: string;
}

export interface ApprovalRequests {
  /** Writes the request down, unless there is one for the epoch: what was answered to it stays. */
  readonly ask: (request: ApprovalRequest) => Promise<void>;
}

export function approvalRequests(dynamodb: DynamoDBClient, tableName: string): ApprovalRequests {
  return {
    async ask(request) {
      try {
        await dynamodb.send(
          new PutItemCommand({
            TableName: tableName,
            Item: {
              of: { S: 'approval' },
              at: { S: runNameOf(request) },
              record: { S: JSON.stringify(request) },
            },
            ConditionExpression: 'attribute_not_exists(#of)',
            ExpressionAttributeNames: { '#of': 'of' },
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}
