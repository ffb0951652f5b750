import { type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { Approval } from '../failover/answer.ts';

/** What people said of the question of a run: rows of the failover table, one for each word. None is replaced. */
export interface FailoverApprovals {
  readonly of: (run: string) => Promise<readonly Approval[]>;
  readonly put: (run: string, approval: Approval) => Promise<void>;
}

/** The partition key of a run's rows. */
export function approvalsOf(run: string): string {
  return `approval/${run}`;
}

export function failoverApprovals(dynamodb: DynamoDBClient, tableName: string): FailoverApprovals {
  return {
    async of(run) {
      // A handful of rows: they are always on one page.
      const { Items = [] } = await dynamodb.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: '#of = :of',
          ExpressionAttributeNames: { '#of': 'of' },
          ExpressionAttributeValues: { ':of': { S: approvalsOf(run) } },
          ConsistentRead: true,
        }),
      );
      return Items.map(({ record }) => StoredApproval.parse(JSON.parse(record?.S ?? 'null')));
    },

    async put(run, approval) {
      await dynamodb.send(
        new PutItemCommand({
          TableName: tableName,
          Item: {
            of: { S: approvalsOf(run) },
            at: { S: `${approval.at}#${approval.by}` },
            record: { S: JSON.stringify(approval) },
          },
        }),
      );
    },
  };
}

const StoredApproval = z.object({
  by: z.string(),
  choice: z.enum(['promote', 'restore', 'refuse']),
  at: z.string(),
});
