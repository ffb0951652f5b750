import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { readVersioned, writeVersioned } from '../../../shared/aws/versioned-record.ts';
import { inspectedThings, inspectionChecks } from '../../../shared/domain/inspection.ts';
import type { InspectionRecord } from './record.ts';

type RecordId = Pick<InspectionRecord, 'digest' | 'region' | 'repository'>;

export interface InspectionTable {
  /** Undefined for an image that was never inspected. */
  readonly read: (id: RecordId) => Promise<InspectionRecord | undefined>;
  /**
   * Writes a record over the version it was made from.
   *
   * @returns the record as `written`, or what another writer had written before and was `found`
   */
  readonly write: (
    record: InspectionRecord,
  ) => Promise<{ readonly written: InspectionRecord } | { readonly found: InspectionRecord | undefined }>;
}

/**
 * The records lie in the table of verdicts, beside the verdict on the same digest: partition `digest`, sort `copy`, here
 * `inspection#<region>#<repository>`.
 */
export function inspectionTable(dynamodb: DynamoDBClient, tableName: string): InspectionTable {
  return {
    async read(id) {
      const { Item } = await dynamodb.send(
        new GetItemCommand({ TableName: tableName, Key: keyOf(id), ConsistentRead: true }),
      );
      return Item && readVersioned(Item, StoredRecord);
    },

    write: (record) =>
      writeVersioned(dynamodb, { tableName, key: keyOf(record), record, schema: StoredRecord }),
  };
}

function keyOf({ digest, region, repository }: RecordId) {
  return { digest: { S: digest }, copy: { S: `inspection#${region}#${repository}` } };
}

const Finding = z.object({
  check: z.enum(inspectionChecks),
  problem: z.string(),
  given: z.string(),
  action: z.string(),
});

const StoredRecord = z.object({
  digest: z.string(),
  region: z.string(),
  repository: z.string(),
  tags: z.array(z.string()),
  observedAt: z.string(),
  problems: z.array(
    z.object({
      about: z.enum(inspectedThings),
      name: z.string(),
      environment: z.string(),
      findings: z.array(Finding),
      told: z.boolean(),
      since: z.number(),
    }),
  ),
  version: z.number(),
});
