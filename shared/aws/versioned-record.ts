import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type * as z from 'zod/mini';

/*
 * Records that are read, decided about and written whole, in whatever table. A row holds its key, the record as one
 * JSON text in `record`, and its `version`, which alone takes part in a condition: a record replaces the version that
 * it was made from, or nothing.
 */

export interface Versioned {
  /** Counts the writes. 0: not written yet. */
  readonly version: number;
}

export type Item = Readonly<Record<string, AttributeValue>>;

interface VersionedWrite<Stored> {
  readonly tableName: string;
  readonly key: Item;
  readonly record: Stored;
  readonly schema: z.ZodMiniType<Stored>;
  /** Attributes beside the record, such as the one that DynamoDB's TTL looks at. */
  readonly attributes?: Item;
}

/**
 * Writes a record over the version it was made from.
 *
 * A write that another writer has overtaken brings back what is there (ReturnValuesOnConditionCheckFailure), so that
 * nothing has to be read for it.
 *
 * @returns the record as `written`, or what is there and was `found`: undefined when the row is gone
 */
export async function writeVersioned<Stored extends Versioned>(
  dynamodb: DynamoDBClient,
  { tableName, key, record, schema, attributes }: VersionedWrite<Stored>,
): Promise<{ readonly written: Stored } | { readonly found: Stored | undefined }> {
  const replaced = record.version;
  const written = { ...record, version: replaced + 1 };
  try {
    await dynamodb.send(
      new PutItemCommand({
        TableName: tableName,
        Item: {
          ...key,
          version: { N: String(written.version) },
          record: { S: JSON.stringify(written) },
          ...attributes,
        },
        ConditionExpression: replaced === 0 ? 'attribute_not_exists(#version)' : '#version = :replaced',
        ExpressionAttributeNames: { '#version': 'version' },
        ...(replaced > 0 && { ExpressionAttributeValues: { ':replaced': { N: String(replaced) } } }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return { written };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { found: error.Item && readVersioned(error.Item, schema) };
  }
}

/** @throws Error for a row that holds no record, or one of another form: it is never passed over */
export function readVersioned<Stored>(item: Item, schema: z.ZodMiniType<Stored>): Stored {
  return schema.parse(JSON.parse(item.record?.S ?? 'null'));
}
