import { BatchGetItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { chunksOf, eachOf } from '../lambda/each-of.ts';
import { RetryableError } from '../lambda/errors.ts';
import { runningKey } from './admission-table.ts';

/** What runs in clusters, for admission: rows of the verdict table, as admission-table.ts tells. */
export interface RunningTable {
  /**
   * Notes that these digests run in the cluster. Each counts for a day, and is written when it is new or has less than
   * half of that left: what no longer runs is not renewed, and stops counting by itself.
   *
   * @returns how many rows were written
   * @throws RetryableError when DynamoDB left rows unread; else what the SDK throws
   */
  readonly note: (cluster: string, digests: Iterable<string>, now: Date) => Promise<number>;
}

const hour = 60 * 60 * 1000;
const countsForMs = 24 * hour;
const renewedMs = 12 * hour;

/** BatchGetItem's limit. */
const mostKeys = 100;

const writesAtOnce = 8;

export function runningTable(dynamodb: DynamoDBClient, tableName: string): RunningTable {
  /** Digest -> until when it counts. */
  async function read(copy: string, digests: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const known = new Map<string, string>();
    for (const some of chunksOf(digests, mostKeys)) {
      const Keys = some.map((digest) => ({ digest: { S: digest }, copy: { S: copy } }));
      const { Responses = {}, UnprocessedKeys = {} } = await dynamodb.send(
        new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys } } }),
      );
      if (Object.keys(UnprocessedKeys).length > 0) {
        throw new RetryableError('DynamoDB left some rows of what runs unread');
      }
      for (const { digest, until } of Responses[tableName] ?? []) {
        if (digest?.S !== undefined && until?.S !== undefined) known.set(digest.S, until.S);
      }
    }
    return known;
  }

  return {
    async note(cluster, digests, now) {
      const copy = runningKey(cluster);
      const running = [...new Set(digests)];
      const known = await read(copy, running);
      const due = new Date(now.getTime() + renewedMs).toISOString();
      const written = running.filter((digest) => (known.get(digest) ?? '') < due);
      const until = new Date(now.getTime() + countsForMs).toISOString();
      await eachOf(written, writesAtOnce, async (digest) => {
        const Item = { digest: { S: digest }, copy: { S: copy }, until: { S: until } };
        await dynamodb.send(new PutItemCommand({ TableName: tableName, Item }));
      });
      return written.length;
    },
  };
}
