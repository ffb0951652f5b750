import { DeleteItemCommand, type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { ScheduledTest } from '../restores/scheduled-test.ts';
import { readVersioned, writeVersioned } from './versioned-record.ts';

/** The restore tests of a Region, one row each, in the table of restores. */
export interface ScheduledTests {
  readonly all: () => Promise<readonly ScheduledTest[]>;
  /**
   * Writes a test over the version it was made from.
   *
   * @returns undefined when another writer came first and nothing was written
   */
  readonly write: (test: ScheduledTest) => Promise<ScheduledTest | undefined>;
  readonly forget: (tier: string) => Promise<void>;
}

export function scheduledTests(dynamodb: DynamoDBClient, tableName: string, region: string): ScheduledTests {
  const of = { S: `scheduled#${region}` };
  const keyOf = (tier: string) => ({ of, at: { S: tier } });
  return {
    async all() {
      const tests: ScheduledTest[] = [];
      const pages = paginateQuery(
        { client: dynamodb },
        {
          TableName: tableName,
          KeyConditionExpression: '#of = :of',
          ExpressionAttributeNames: { '#of': 'of' },
          ExpressionAttributeValues: { ':of': of },
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages) {
        tests.push(...Items.map((item) => readVersioned(item, StoredTest)));
      }
      return tests;
    },

    async write(test) {
      const key = keyOf(test.tier);
      const end = await writeVersioned(dynamodb, { tableName, key, record: test, schema: StoredTest });
      return 'written' in end ? end.written : undefined;
    },

    async forget(tier) {
      await dynamodb.send(new DeleteItemCommand({ TableName: tableName, Key: keyOf(tier) }));
    },
  };
}

const StoredTest = z.object({
  tier: z.string(),
  schedule: z.string(),
  knownSince: z.string(),
  missed: z.exactOptional(
    z.object({ due: z.string(), reason: z.string(), since: z.string(), isTold: z.boolean() }),
  ),
  version: z.number(),
});
