import { type DynamoDBClient, PutItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { findingSeverities } from '../domain/severity.ts';
import { verdicts } from '../domain/verdict.ts';
import type { VerdictRecord } from '../domain/verdict-record.ts';
import { readVersioned, writeVersioned } from './versioned-record.ts';

/** The records of verdicts: a DynamoDB global table, each Region writing its own copies only. */
export interface VerdictTable {
  /** What is known of a digest, in all Regions, as far as it has arrived here. */
  readonly of: (digest: string) => Promise<KnownOfDigest>;
  /**
   * Writes a record over the version it was made from.
   *
   * @returns the record as written, or undefined when another writer came first and nothing was written
   */
  readonly write: (record: VerdictRecord) => Promise<VerdictRecord | undefined>;
  /** Notes that an image is a part of an index, so that its scan leads to the index. Twice is once. */
  readonly link: (part: string, index: IndexId) => Promise<void>;
}

export interface KnownOfDigest {
  readonly copies: readonly VerdictRecord[];
  /** The indexes that the image is a part of. */
  readonly indexes: readonly IndexId[];
}

export interface IndexId {
  readonly region: string;
  readonly repository: string;
  readonly digest: string;
}

const linkPrefix = 'part-of#';

/**
 * Keys: partition `digest`, sort `copy`: `<region>#<repository>` for a record, and
 * `part-of#<region>#<repository>#<digest of the index>` for a link. Records of other kinds begin their sort key with a
 * word of their own too.
 */
export function verdictTable(dynamodb: DynamoDBClient, tableName: string): VerdictTable {
  return {
    async of(digest) {
      const copies: VerdictRecord[] = [];
      const indexes: IndexId[] = [];
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
        for (const item of Items) {
          const copy = item.copy?.S ?? '';
          if (copy.startsWith(linkPrefix)) indexes.push(readLink(copy));
          if (!isOfAnotherKind(copy)) copies.push(readVersioned(item, StoredRecord));
        }
      }
      return { copies, indexes };
    },

    async link(part, { region, repository, digest }) {
      const copy = `${linkPrefix}${region}#${repository}#${digest}`;
      await dynamodb.send(
        new PutItemCommand({ TableName: tableName, Item: { digest: { S: part }, copy: { S: copy } } }),
      );
    },

    async write(record) {
      const { digest, region, repository } = record;
      const key = { digest: { S: digest }, copy: { S: `${region}#${repository}` } };
      const result = await writeVersioned(dynamodb, { tableName, key, record, schema: StoredRecord });
      return 'written' in result ? result.written : undefined;
    },
  };
}

/** A Region's code ends in a digit; the words that begin the sort keys of other kinds hold none. */
function isOfAnotherKind(copy: string): boolean {
  return /^[a-z-]+#/.test(copy);
}

function readLink(copy: string): IndexId {
  const [region = '', repository = '', digest = ''] = copy.slice(linkPrefix.length).split('#');
  return { region, repository, digest };
}

const Verdict = z.enum(verdicts);

const StoredRecord = z.object({
  digest: z.string(),
  region: z.string(),
  repository: z.string(),
  kind: z.enum(['image', 'index']),
  verdict: Verdict,
  environment: z.string(),
  reason: z.string(),
  pending: z.boolean(),
  tags: z.array(z.string()),
  parts: z.array(z.string()),
  missingPlatforms: z.array(z.string()),
  scannedAt: z.exactOptional(z.string()),
  pushedAt: z.string(),
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
  waived: z.array(z.object({ id: z.string(), owner: z.string(), expires: z.string() })),
  announced: z.exactOptional(z.object({ verdict: Verdict, environment: z.string() })),
  version: z.number(),
});
