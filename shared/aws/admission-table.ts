import { BatchGetItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Allowance } from '../domain/allowance.ts';
import { interlockSwitch, type SwitchRow } from '../domain/standing.ts';
import type { VerdictRecord } from '../domain/verdict-record.ts';
import { RetryableError } from '../lambda/errors.ts';
import { within } from '../lambda/within.ts';
import { switchRowFrom } from './switch-table.ts';
import { copyKey, readVerdict } from './verdict-table.ts';
import type { Item } from './versioned-record.ts';

/*
 * All that an admission asks DynamoDB: rows of the verdict table under the images' digests, and the interlock from the
 * switch table. Beside the records of verdicts the sort key `copy` names two more kinds of rows:
 *
 * - `allow#<environment>`: break-glass. Attributes `image`, `by`, `reason`, `since`, `until`.
 * - `running#<cluster>`: the digest runs in that cluster. Attribute `until`, ISO 8601: whoever takes the inventory says
 *   for how long it counts; a row without it counts until it is removed.
 */

export interface AdmissionTable {
  /**
   * Reads what bears on these images in one BatchGetItem; only what has more than 100 keys takes more, at once.
   *
   * @throws RetryableError when there is no answer in time or not a whole one; else what the SDK throws, and what is
   *   thrown for a record that cannot be read: it is never passed over
   */
  readonly read: (question: AdmissionQuestion) => Promise<AdmissionFacts>;
}

export interface AdmissionQuestion {
  readonly images: readonly ImageInQuestion[];
  readonly environment: string;
  /** The cluster that asks. Absent: none does, and nothing counts as running. */
  readonly cluster?: string;
}

export interface ImageInQuestion {
  readonly digest: string;
  /** Absent for an image of a registry that is not ours: nothing is judged there. */
  readonly repository?: string;
}

export interface AdmissionFacts {
  readonly of: (image: ImageInQuestion) => KnownOfImage;
  /** The interlock: set while a failover or an exercise is open. It may have run out. */
  readonly interlock?: SwitchRow;
}

export interface KnownOfImage {
  readonly copies: readonly VerdictRecord[];
  readonly allowance?: Allowance;
  /** It was seen running in the cluster that asks; after `until` that no longer counts. ISO 8601. */
  readonly running?: { readonly until?: string };
}

interface AdmissionTableSettings {
  readonly verdictTable: string;
  readonly switchTable: string;
  /** The Regions whose verdicts count. */
  readonly regions: readonly string[];
  readonly timeoutMs: number;
}

/** BatchGetItem's limit. */
const mostKeys = 100;

interface RowKey {
  readonly digest: string;
  readonly copy: string;
}

export function admissionTable(dynamodb: DynamoDBClient, settings: AdmissionTableSettings): AdmissionTable {
  const { verdictTable, switchTable, regions, timeoutMs } = settings;

  const keysOf = ({ images, environment, cluster }: AdmissionQuestion): readonly RowKey[] => {
    const keys = images.flatMap((image) =>
      [
        ...copyKeysOf(image, regions),
        allowKey(environment),
        ...(cluster === undefined ? [] : [runningKey(cluster)]),
      ].map((copy) => ({ digest: image.digest, copy })),
    );
    return [...new Map(keys.map((key) => [nameOf(key), key])).values()];
  };

  const readBatch = async (keys: readonly RowKey[], signal: AbortSignal) => {
    const Keys = keys.map(({ digest, copy }) => ({ digest: { S: digest }, copy: { S: copy } }));
    const { Responses = {}, UnprocessedKeys = {} } = await dynamodb.send(
      new BatchGetItemCommand({
        RequestItems: {
          [verdictTable]: { Keys, ConsistentRead: true },
          [switchTable]: { Keys: [{ switch: { S: interlockSwitch } }], ConsistentRead: true },
        },
      }),
      { abortSignal: signal },
    );
    if (Object.keys(UnprocessedKeys).length > 0) throw new RetryableError('DynamoDB left some rows unread');
    return { rows: Responses[verdictTable] ?? [], interlock: Responses[switchTable]?.[0] };
  };

  return {
    async read(question) {
      const batches = chunk(keysOf(question), mostKeys - 1);
      const answers = await within(timeoutMs, 'reading the verdicts', (signal) =>
        Promise.all(batches.map((keys) => readBatch(keys, signal))),
      );
      const rows = new Map(
        answers
          .flatMap((answer) => answer.rows)
          .map((row) => [nameOf({ digest: row.digest?.S ?? '', copy: row.copy?.S ?? '' }), row]),
      );
      const known = new Map(
        question.images.map((image) => [
          inWords(image),
          knownOf(image, question, regions, (key) => rows.get(nameOf(key))),
        ]),
      );
      const interlock = answers[0]?.interlock;
      return {
        of: (image) => known.get(inWords(image)) ?? { copies: [] },
        ...(interlock && { interlock: switchRowFrom(interlock) }),
      };
    },
  };
}

/** Writes break-glass in this Region, in place of an earlier one for the same image and environment. */
export async function putAllowance(
  dynamodb: DynamoDBClient,
  verdictTable: string,
  { digest, environment, image, by, reason, since, until }: Allowance,
): Promise<void> {
  const attributes = { digest, copy: allowKey(environment), image, by, reason, since, until };
  await dynamodb.send(
    new PutItemCommand({
      TableName: verdictTable,
      Item: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, { S: value }])),
    }),
  );
}

function allowKey(environment: string): string {
  return `allow#${environment}`;
}

/** The sort key of what runs in a cluster. */
export function runningKey(cluster: string): string {
  return `running#${cluster}`;
}

function nameOf({ digest, copy }: RowKey): string {
  return `${digest} ${copy}`;
}

function inWords({ digest, repository = '' }: ImageInQuestion): string {
  return `${repository}@${digest}`;
}

function copyKeysOf({ repository }: ImageInQuestion, regions: readonly string[]): readonly string[] {
  return repository === undefined ? [] : regions.map((region) => copyKey(region, repository));
}

function knownOf(
  image: ImageInQuestion,
  { environment, cluster }: AdmissionQuestion,
  regions: readonly string[],
  rowOf: (key: RowKey) => Item | undefined,
): KnownOfImage {
  const { digest } = image;
  const copies = copyKeysOf(image, regions)
    .map((copy) => rowOf({ digest, copy }))
    .filter((row) => row !== undefined);
  const allowed = rowOf({ digest, copy: allowKey(environment) });
  const allowance = allowed && allowanceFrom(allowed, digest, environment);
  const running = cluster === undefined ? undefined : rowOf({ digest, copy: runningKey(cluster) });
  return {
    copies: copies.map(readVerdict),
    ...(allowance && { allowance }),
    ...(running && { running: running.until?.S === undefined ? {} : { until: running.until.S } }),
  };
}

/** A row that does not say who gave it, why and for how long allows nothing. */
function allowanceFrom(row: Item, digest: string, environment: string): Allowance | undefined {
  const [image, by, reason, since, until] = [row.image, row.by, row.reason, row.since, row.until].map(
    (attribute) => attribute?.S,
  );
  if (!image || !by || !reason || !since || !until) return undefined;
  return { digest, environment, image, by, reason, since, until };
}

function chunk<One>(all: readonly One[], size: number): readonly (readonly One[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}
