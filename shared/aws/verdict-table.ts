import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  paginateQuery,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { scanStatuses } from '../domain/finding.ts';
import { findingSeverities } from '../domain/severity.ts';
import { verdicts } from '../domain/verdict.ts';
import type { VerdictRecord } from '../domain/verdict-record.ts';

/** The records of verdicts: a DynamoDB global table, each Region writing its own copies only. */
export interface VerdictTable {
  /** The records of every copy of a digest, in all Regions, as far as they have arrived here. */
  readonly copiesOf: (digest: string) => Promise<readonly VerdictRecord[]>;
  /**
   * Writes a record over the version it was made from.
   *
   * @returns the record as written, or undefined when another writer came first and nothing was written
   */
  readonly write: (record: VerdictRecord) => Promise<VerdictRecord | undefined>;
}

/**
 * Keys: partition `digest`, sort `copy` (`<region>#<repository>`). The record itself is one JSON text in `record`:
 * it is read and written whole, and only `version` takes part in a condition.
 */
export function verdictTable(dynamodb: DynamoDBClient, tableName: string): VerdictTable {
  return {
    async copiesOf(digest) {
      const records: VerdictRecord[] = [];
      const pages = paginateQuery(
        { client: dynamodb },
        {
          TableName: tableName,
          ConsistentRead: true,
          KeyConditionExpression: '#digest = :digest',
          ExpressionAttributeNames: { '#digest': 'digest' },
          ExpressionAttributeValues: { ':digest': { S: digest } },
        },
      );
      for await (const { Items = [] } of pages) {
        for (const item of Items) records.push(StoredRecord.parse(JSON.parse(item.record?.S ?? 'null')));
      }
      return records;
    },

    async write(record) {
      const next = { ...record, version: record.version + 1 };
      try {
        await dynamodb.send(
          new PutItemCommand({
            TableName: tableName,
            Item: {
              digest: { S: record.digest },
              copy: { S: `${record.region}#${record.repository}` },
              version: { N: String(next.version) },
              record: { S: JSON.stringify(next) },
            },
            ConditionExpression:
              record.version === 0 ? 'attribute_not_exists(#version)' : '#version = :replaced',
            ExpressionAttributeNames: { '#version': 'version' },
            ...(record.version > 0 && {
              ExpressionAttributeValues: { ':replaced': { N: String(record.version) } },
            }),
          }),
        );
        return next;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined;
        throw error;
      }
    },
  };
}

const Verdict = z.enum(verdicts);

const StoredRecord = z.object({
  digest: z.string(),
  region: z.string(),
  repository: z.string(),
  verdict: Verdict,
  environment: z.string(),
  reason: z.string(),
  tags: z.array(z.string()),
  scanStatus: z.enum(scanStatuses),
  engine: z.enum(['basic', 'enhanced', 'none']),
  scannedAt: z.exactOptional(z.string()),
  observedAt: z.string(),
  counts: z.partialRecord(z.enum(findingSeverities), z.number()),
  worst: z.array(
    z.object({
      id: z.string(),
      severity: z.enum(findingSeverities),
      package: z.exactOptional(z.string()),
      fixedIn: z.exactOptional(z.string()),
    }),
  ),
  announced: z.exactOptional(z.object({ verdict: Verdict, environment: z.string() })),
  version: z.number(),
});
