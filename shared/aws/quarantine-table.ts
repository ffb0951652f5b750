import {
  BatchGetItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  paginateQuery,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import {
  isOpen,
  protectionKinds,
  type QuarantineCase,
  quarantineOutcomes,
  quarantineStates,
} from '../domain/quarantine.ts';
import { findingSeverities } from '../domain/severity.ts';
import type { VerdictRecord } from '../domain/verdict-record.ts';
import { RetryableError } from '../lambda/errors.ts';
import { batchGet } from './batch-get.ts';
import { enforcedIn, enforcementIndex } from './enforcement-index.ts';
import { type CopyId, copyKey, readVerdict, recordKey } from './verdict-table.ts';
import { type Item, readVersioned, writeVersioned } from './versioned-record.ts';

/** The quarantine cases, one for each copy that is blocked or was. Each Region writes its own cases only. */
export interface QuarantineTable {
  /** What is known of a copy, in one read. @throws RetryableError when DynamoDB left some of it unread */
  readonly of: (copy: CopyId) => Promise<KnownOfCopy>;
  readonly caseOf: (copy: CopyId) => Promise<QuarantineCase | undefined>;
  /**
   * What is known of many copies, by `recordKey`, a hundred rows in a call: their records and their own cases, not those
   * elsewhere. Absent is what has neither, and what has a row that cannot be read: it does not keep the others from
   * being known, and whoever asks for it alone is told.
   *
   * @throws RetryableError when DynamoDB left all that was asked for unread
   */
  readonly many: (copies: Iterable<CopyId>) => Promise<ReadonlyMap<string, Omit<KnownOfCopy, 'elsewhere'>>>;
  /**
   * Writes a case over the version it was made from.
   *
   * @returns the case as written, or undefined when another writer came first and nothing was written
   */
  readonly write: (written: QuarantineCase) => Promise<QuarantineCase | undefined>;
  /** The copies of the Region that are blocked or have an open case, each once. They may be some seconds out of date. */
  readonly concerned: () => Promise<readonly ConcernedCopy[]>;
}

export interface KnownOfCopy {
  readonly record?: VerdictRecord;
  readonly case?: QuarantineCase;
  /** The cases of the same image in other Regions. */
  readonly elsewhere: readonly QuarantineCase[];
}

export interface ConcernedCopy extends CopyId {
  readonly hasCase: boolean;
}

const casePrefix = 'quarantine#';

/**
 * Rows of the verdict table: partition key the digest, sort key `quarantine#<region>#<repository>`.
 *
 * @param regions those that hold images
 */
export function quarantineTable(
  dynamodb: DynamoDBClient,
  tableName: string,
  region: string,
  regions: readonly string[],
): QuarantineTable {
  const keyOf = (copy: CopyId) => ({
    digest: { S: copy.digest },
    copy: { S: `${casePrefix}${copyKey(copy.region, copy.repository)}` },
  });
  const recordKeyOf = (copy: CopyId) => ({
    digest: { S: copy.digest },
    copy: { S: copyKey(copy.region, copy.repository) },
  });
  return {
    async of(copy) {
      const homes = [...new Set([copy.region, ...regions])];
      const Keys = [recordKeyOf(copy), ...homes.map((home) => keyOf({ ...copy, region: home }))];
      const { Responses = {}, UnprocessedKeys = {} } = await dynamodb.send(
        new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys, ConsistentRead: true } } }),
      );
      if (UnprocessedKeys[tableName]) {
        throw new RetryableError(`DynamoDB left rows of ${copy.digest} in ${tableName} unread`);
      }
      const rows = Responses[tableName] ?? [];
      const cases = rows.filter(isCase).map(readCase);
      const record = rows.find((row) => !isCase(row));
      const own = cases.find((each) => each.region === copy.region);
      return {
        elsewhere: cases.filter((each) => each.region !== copy.region),
        ...(record && { record: readVerdict(record) }),
        ...(own && { case: own }),
      };
    },

    async caseOf(copy) {
      const { Item } = await dynamodb.send(
        new GetItemCommand({ TableName: tableName, Key: keyOf(copy), ConsistentRead: true }),
      );
      return Item && readCase(Item);
    },

    async many(copies) {
      const wanted = [...new Map([...copies].map((copy) => [recordKey(copy), copy])).values()];
      const keys = wanted.flatMap((copy) => [recordKeyOf(copy), keyOf(copy)]);
      const known = new Map<string, Omit<KnownOfCopy, 'elsewhere'>>();
      const unreadable = new Set<string>();
      for (const row of await batchGet(dynamodb, tableName, keys, { consistent: true })) {
        const key = `${row.copy?.S?.replace(casePrefix, '')}@${row.digest?.S}`;
        try {
          const read = isCase(row) ? { case: readCase(row) } : { record: readVerdict(row) };
          known.set(key, { ...known.get(key), ...read });
        } catch {
          unreadable.add(key);
        }
      }
      for (const key of unreadable) known.delete(key);
      return known;
    },

    async write(written) {
      const result = await writeVersioned(dynamodb, {
        tableName,
        key: keyOf(written),
        record: written,
        schema: StoredCase,
        attributes: enforcedIn(written.region, isOpen(written)),
      });
      return 'written' in result ? result.written : undefined;
    },

    async concerned() {
      const found = new Map<string, ConcernedCopy>();
      const pages = paginateQuery(
        { client: dynamodb },
        {
          TableName: tableName,
          IndexName: enforcementIndex.name,
          KeyConditionExpression: '#region = :region',
          ExpressionAttributeNames: { '#region': enforcementIndex.partitionKey },
          ExpressionAttributeValues: { ':region': { S: region } },
        },
      );
      for await (const { Items = [] } of pages) {
        for (const row of Items) {
          const digest = row.digest?.S ?? '';
          const repository = (row.copy?.S ?? '').replace(casePrefix, '').slice(region.length + 1);
          const key = `${repository}@${digest}`;
          const hasCase = isCase(row) || found.get(key)?.hasCase === true;
          found.set(key, { region, repository, digest, hasCase });
        }
      }
      return [...found.values()];
    },
  };
}

function isCase(row: Item): boolean {
  return row.copy?.S?.startsWith(casePrefix) === true;
}

/** @throws Error for a row that holds no case, or one of another form: it is never passed over */
function readCase(row: Item): QuarantineCase {
  return readVersioned(row, StoredCase);
}

const StoredCase = z.object({
  digest: z.string(),
  region: z.string(),
  repository: z.string(),
  kind: z.enum(['image', 'index']),
  tags: z.array(z.string()),
  environment: z.string(),
  members: z.array(
    z.object({
      digest: z.string(),
      kind: z.enum(['image', 'index']),
      platform: z.exactOptional(z.string()),
    }),
  ),
  blockedSince: z.string(),
  blockReason: z.string(),
  severity: z.enum(findingSeverities),
  fixBy: z.string(),
  state: z.enum(quarantineStates),
  reason: z.string(),
  heldBy: z.exactOptional(z.enum(protectionKinds)),
  because: z.exactOptional(z.enum(['observe', 'suspended'])),
  archived: z.array(z.string()),
  begunAt: z.exactOptional(z.string()),
  left: z.array(z.string()),
  isSettled: z.boolean(),
  undone: z.number(),
  request: z.exactOptional(
    z.object({
      by: z.string(),
      reason: z.string(),
      at: z.string(),
      until: z.string(),
      rescan: z.boolean(),
      activeAt: z.exactOptional(z.string()),
    }),
  ),
  telling: z.exactOptional(
    z.object({
      outcome: z.enum(quarantineOutcomes),
      which: z.string(),
      since: z.string(),
      isTold: z.boolean(),
    }),
  ),
  version: z.number(),
});
