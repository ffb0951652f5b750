import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { StandbyReadiness } from '../failover/standby.ts';

/** What was last found of the standby: one row of the failover table. */
export interface ReadinessRow {
  /** Undefined: nobody has looked yet. */
  readonly read: () => Promise<StandbyReadiness | undefined>;
  readonly write: (readiness: StandbyReadiness) => Promise<void>;
}

const key = { of: { S: 'readiness' }, at: { S: 'standby' } };

export function readinessRow(dynamodb: DynamoDBClient, tableName: string): ReadinessRow {
  return {
    async read() {
      const { Item } = await dynamodb.send(
        new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true }),
      );
      return Item && StoredReadiness.parse(JSON.parse(Item.record?.S ?? 'null'));
    },
    async write(readiness) {
      await dynamodb.send(
        new PutItemCommand({
          TableName: tableName,
          Item: { ...key, record: { S: JSON.stringify(readiness) } },
        }),
      );
    },
  };
}

const StoredReadiness = z.object({
  at: z.number(),
  cluster: z.string(),
  pods: z.enum(['answer', 'silent', 'unknown']),
  replica: z.exactOptional(z.object({ status: z.string(), lagSeconds: z.exactOptional(z.number()) })),
  imagesMissing: z.union([z.array(z.string()), z.literal('unknown')]),
});
