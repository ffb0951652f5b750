import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { FailoverState } from '../failover/decide.ts';

/** The state of the failover: one row of the failover table, in the standby Region. */
export interface FailoverStates {
  /** Never rejects: what could not be read is said, and speaks against a failover. */
  readonly read: () => Promise<FailoverState | { readonly unreadable: string }>;
}

/** Of the one row that holds it. */
export const stateKey = { of: { S: 'state' }, at: { S: 'service' } } as const;

const StoredState = z.object({
  epoch: z.number(),
  writer: z.enum(['primary', 'standby']),
  openRun: z.exactOptional(z.string()),
  halfway: z.exactOptional(z.string()),
  lastRunEnded: z.exactOptional(z.number()),
});

/** Before anybody has written it: the primary has always been the writer. */
const untouched = { epoch: 0, writer: 'primary' } as const;

/** @param armed what the policy says; nothing is written to arm the switch */
export function failoverStates(dynamodb: DynamoDBClient, tableName: string, armed: boolean): FailoverStates {
  return {
    async read() {
      try {
        const { Item } = await dynamodb.send(
          new GetItemCommand({ TableName: tableName, Key: stateKey, ConsistentRead: true }),
        );
        if (Item === undefined) return { ...untouched, armed };
        return { ...StoredState.parse(JSON.parse(Item.record?.S ?? 'null')), armed };
      } catch (error) {
        return { unreadable: Error.isError(error) ? `${error.name}: ${error.message}` : String(error) };
      }
    },
  };
}
