import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  paginateQuery,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { batchGet } from '../../../shared/aws/batch-get.ts';
import { readVersioned, writeVersioned } from '../../../shared/aws/versioned-record.ts';
import { backupFindingNames } from '../../../shared/backups/finding.ts';
import type { WatchRecord } from './record.ts';

/** What is known of the backups of this Region, by subject. */
export interface WatchTable {
  readonly all: () => Promise<ReadonlyMap<string, WatchRecord>>;
  /** @throws RetryableError when DynamoDB left all of them unread */
  readonly of: (subjects: readonly string[]) => Promise<ReadonlyMap<string, WatchRecord>>;
  /**
   * Writes over the version that the record was made from.
   *
   * @returns what was written, or found in its place: undefined when the row is gone
   */
  readonly write: (
    record: WatchRecord,
  ) => Promise<{ readonly written: WatchRecord } | { readonly found: WatchRecord | undefined }>;
  /** Nothing is done when another writer came first. */
  readonly forget: (record: WatchRecord) => Promise<void>;
}

/** Of these rows. Others may keep rows of other kinds in the table. */
const kind = { S: 'watched' };

/** Rows of the backup table of the Region: partition key `kind`, sort key `id`, the subject. */
export function watchTable(dynamodb: DynamoDBClient, tableName: string): WatchTable {
  const keyOf = (subject: string) => ({ kind, id: { S: subject } });
  return {
    async all() {
      const records = new Map<string, WatchRecord>();
      const pages = paginateQuery(
        { client: dynamodb },
        {
          TableName: tableName,
          KeyConditionExpression: '#kind = :kind',
          ExpressionAttributeNames: { '#kind': 'kind' },
          ExpressionAttributeValues: { ':kind': kind },
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages) {
        for (const item of Items) {
          const record = readVersioned(item, StoredRecord);
          records.set(record.subject, record);
        }
      }
      return records;
    },

    async of(subjects) {
      const rows = await batchGet(dynamodb, tableName, [...new Set(subjects)].map(keyOf), {
        consistent: true,
      });
      return new Map(
        rows.map((row) => {
          const record = readVersioned(row, StoredRecord);
          return [record.subject, record];
        }),
      );
    },

    write: (record) =>
      writeVersioned(dynamodb, { tableName, key: keyOf(record.subject), record, schema: StoredRecord }),

    async forget({ subject, version }) {
      try {
        await dynamodb.send(
          new DeleteItemCommand({
            TableName: tableName,
            Key: keyOf(subject),
            ConditionExpression: '#version = :version',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':version': { N: String(version) } },
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}

const StoredFinding = z.object({
  name: z.enum(backupFindingNames),
  resourceArn: z.string(),
  tier: z.exactOptional(z.string()),
  region: z.string(),
  about: z.string(),
  reason: z.string(),
  restsOn: z.array(z.string()),
  since: z.string(),
  retry: z.exactOptional(z.string()),
  isTold: z.boolean(),
});

const StoredRecord = z.object({
  subject: z.string(),
  tier: z.exactOptional(z.string()),
  knownSince: z.string(),
  open: z.array(StoredFinding),
  over: z.array(StoredFinding),
  retries: z.array(z.object({ token: z.string(), at: z.string(), end: z.exactOptional(z.string()) })),
  lookedAt: z.string(),
  version: z.number(),
});
