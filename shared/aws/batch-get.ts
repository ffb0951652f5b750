import {
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { chunksOf, eachOf } from '../lambda/each-of.ts';
import { RetryableError } from '../lambda/errors.ts';
import type { Item } from './versioned-record.ts';

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const mostKeysPerRead = 100;

/** Reads of a hundred rows that are under way at once. */
const readsAtOnce = 4;

/**
 * Reads many rows of a table, a hundred in a call, in no order. What is not there is absent.
 *
 * @param keys each once: DynamoDB refuses a key that is asked for twice in one call
 * @throws RetryableError when DynamoDB left all that was asked for unread
 */
export async function batchGet(
  dynamodb: DynamoDBClient,
  tableName: string,
  keys: readonly Item[],
  { consistent }: { readonly consistent: boolean },
): Promise<readonly Item[]> {
  const found: Item[] = [];
  await eachOf(chunksOf(keys, mostKeysPerRead), readsAtOnce, async (chunk) => {
    let Keys: Item[] | undefined = [...chunk];
    while (Keys !== undefined) {
      const answer: BatchGetItemCommandOutput = await dynamodb.send(
        new BatchGetItemCommand({
          RequestItems: { [tableName]: { Keys, ...(consistent && { ConsistentRead: true }) } },
        }),
      );
      found.push(...(answer.Responses?.[tableName] ?? []));
      const left: Item[] | undefined = answer.UnprocessedKeys?.[tableName]?.Keys;
      if (left !== undefined && left.length === Keys.length) {
        throw new RetryableError(`DynamoDB left ${left.length} rows of ${tableName} unread`);
      }
      Keys = left;
    }
  });
  return found;
}
