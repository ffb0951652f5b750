import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { readVersioned, writeVersioned } from '../../../shared/aws/versioned-record.ts';
import { conditionNames } from '../../../shared/failover/condition.ts';
import type { WatchRecord } from '../../../shared/failover/watch-record.ts';

/** What the watch over the primary Region knows: one row of the failover table. */
export interface WatchTable {
  /** Undefined before the first mark. */
  readonly read: () => Promise<WatchRecord | undefined>;
  /** Undefined when another run came first: it has decided, too. */
  readonly write: (record: WatchRecord) => Promise<WatchRecord | undefined>;
}

const key = { of: { S: 'watch' }, at: { S: 'primary' } };

export function watchTable(dynamodb: DynamoDBClient, tableName: string): WatchTable {
  return {
    async read() {
      const { Item } = await dynamodb.send(
        new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true }),
      );
      return Item && readVersioned(Item, StoredWatch);
    },
    async write(record) {
      const result = await writeVersioned(dynamodb, { tableName, key, record, schema: StoredWatch });
      return 'written' in result ? result.written : undefined;
    },
  };
}

const StoredCondition = z.object({
  about: z.string(),
  name: z.enum(conditionNames),
  reason: z.string(),
  refusals: z.array(
    z.object({
      rule: z.enum([
        'observe',
        'unreadable',
        'paused',
        'not-the-writer',
        'not-armed',
        'open-run',
        'cooldown',
        'maintenance',
        'standby-unfit',
        'start-asks',
      ]),
      reason: z.string(),
    }),
  ),
  settlesFor: z.number(),
  since: z.string(),
  namedAt: z.string(),
  isTold: z.boolean(),
});

const StoredWatch = z.object({
  since: z.string(),
  standing: z.array(StoredCondition),
  over: z.array(StoredCondition),
  prepared: z.exactOptional(
    z.object({
      at: z.string(),
      isDone: z.boolean(),
      nodeGroups: z.record(z.string(), z.object({ before: z.number(), minSize: z.number() })),
    }),
  ),
  started: z.exactOptional(z.object({ epoch: z.number(), at: z.string() })),
  wellSince: z.exactOptional(z.string()),
  version: z.number(),
});
