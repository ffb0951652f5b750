import { type DynamoDBClient, PutItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { findingSeverities } from '../domain/severity.ts';
import { goodVerdicts, verdicts } from '../domain/verdict.ts';
import type { VerdictRecord } from '../domain/verdict-record.ts';
import { batchGet } from './batch-get.ts';
import { enforcedIn } from './enforcement-index.ts';
import { type Item, readVersioned, writeVersioned } from './versioned-record.ts';

/** The records of verdicts: a DynamoDB global table, each Region writing its own copies only. */
export interface VerdictTable {
  /** What is known of a digest, in all Regions, as far as it has arrived here. */
  readonly of: (digest: string) => Promise<KnownOfDigest>;
  /**
   * The records of many copies, a hundred in a call, by `recordKey`; what has none is absent. They may be some seconds
   * out of date.
   *
   * @throws RetryableError when DynamoDB left all that was asked for unread
   */
  readonly records: (copies: Iterable<CopyId>) => Promise<ReadonlyMap<string, VerdictRecord>>;
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

/** A copy of an image: what a record is about. */
export interface CopyId {
  readonly region: string;
  readonly repository: string;
  readonly digest: string;
}

export type IndexId = CopyId;

export function recordKey({ region, repository, digest }: CopyId): string {
  return `${copyKey(region, repository)}@${digest}`;
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
          if (!isOfAnotherKind(copy)) copies.push(readVerdict(item));
        }
      }
      return { copies, indexes };
    },

    async records(copies) {
      const wanted = [...new Map([...copies].map((copy) => [recordKey(copy), copy])).values()];
      const keys = wanted.map(({ region, repository, digest }) => ({
        digest: { S: digest },
        copy: { S: copyKey(region, repository) },
      }));
      const rows = await batchGet(dynamodb, tableName, keys, { consistent: false });
      return new Map(rows.map(readVerdict).map((record) => [recordKey(record), record]));
    },

    async link(part, { region, repository, digest }) {
      const copy = `${linkPrefix}${region}#${repository}#${digest}`;
      await dynamodb.send(
        new PutItemCommand({ TableName: tableName, Item: { digest: { S: part }, copy: { S: copy } } }),
      );
    },

    async write(record) {
      const { digest, region, repository, verdict } = record;
      const key = { digest: { S: digest }, copy: { S: copyKey(region, repository) } };
      const attributes = enforcedIn(region, verdict === 'block');
      const result = await writeVersioned(dynamodb, {
        tableName,
        key,
        record,
        schema: StoredRecord,
        attributes,
      });
      return 'written' in result ? result.written : undefined;
    },
  };
}

/** The sort key of a record. */
export function copyKey(region: string, repository: string): string {
  return `${region}#${repository}`;
}

/** @throws Error for a row that holds no record of a verdict, or one of another form */
export function readVerdict(item: Item): VerdictRecord {
  return readVersioned(item, StoredRecord);
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

const waived = {
  id: z.string(),
  package: z.exactOptional(z.string()),
  owner: z.string(),
  expires: z.string(),
};

const look = {
  verdict: Verdict,
  environment: z.string(),
  reason: z.string(),
  pending: z.boolean(),
  missingPlatforms: z.array(z.string()),
  counts: z.partialRecord(z.enum(findingSeverities), z.number()),
  worst: z.array(
    z.object({
      id: z.string(),
      severity: z.enum(findingSeverities),
      package: z.exactOptional(z.string()),
      fixedIn: z.exactOptional(z.string()),
    }),
  ),
  waived: z.array(z.object(waived)),
  endedWaivers: z.exactOptional(z.array(z.object({ ...waived, state: z.enum(['expired', 'lapsed']) }))),
  tags: z.array(z.string()),
  scannedAt: z.exactOptional(z.string()),
  observedAt: z.string(),
};

const Announced = z.object({ verdict: Verdict, environment: z.string() });

const StoredRecord = z.object({
  ...look,
  digest: z.string(),
  region: z.string(),
  repository: z.string(),
  kind: z.enum(['image', 'index']),
  parts: z.array(z.string()),
  pushedAt: z.string(),
  since: z.string(),
  otherLook: z.exactOptional(z.object(look)),
  announced: z.exactOptional(Announced),
  announcing: z.exactOptional(z.array(Announced)),
  lastGood: z.exactOptional(z.object({ verdict: z.enum(goodVerdicts), at: z.string() })),
  version: z.number(),
});
