import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { readVersioned, writeVersioned } from '../../../shared/aws/versioned-record.ts';
import { GapFacts } from '../../../shared/events/ops-events.ts';
import type { OpenGap } from './gaps.ts';

/** What the sweeps of a Region tell each other. */
export interface SweepRecord {
  /** The fingerprint of the policy by which the last sweep judged. */
  readonly policy: string;
  /** When a sweep first saw that policy in place of another. ISO 8601, UTC. Absent: it was never another. */
  readonly policySince?: string;
  /** When each repository was last gone through from end to end. ISO 8601, UTC. */
  readonly sweptAt: Readonly<Record<string, string>>;
  readonly open: readonly OpenGap[];
  /** Counts the writes. 0: not written yet. */
  readonly version: number;
}

export interface SweepTable {
  /** Undefined before the first sweep. */
  readonly read: () => Promise<SweepRecord | undefined>;
  /** Writes nothing when another sweep came first: its findings are as good. */
  readonly write: (record: SweepRecord) => Promise<void>;
}

/**
 * One row of the verdict table, under a digest that no image has: the partition key is `sweep`, the sort key the Region.
 */
export function sweepTable(dynamodb: DynamoDBClient, tableName: string, region: string): SweepTable {
  const key = { digest: { S: 'sweep' }, copy: { S: region } };
  return {
    async read() {
      const { Item } = await dynamodb.send(
        new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true }),
      );
      return Item && readVersioned(Item, StoredSweep);
    },
    async write(record) {
      await writeVersioned(dynamodb, { tableName, key, record, schema: StoredSweep });
    },
  };
}

const StoredSweep = z.object({
  policy: z.string(),
  policySince: z.exactOptional(z.string()),
  sweptAt: z.record(z.string(), z.string()),
  open: z.array(
    z.object({
      scope: z.string(),
      subject: z.string(),
      environment: z.string(),
      reason: z.string(),
      since: z.string(),
      facts: GapFacts,
    }),
  ),
  version: z.number(),
});
