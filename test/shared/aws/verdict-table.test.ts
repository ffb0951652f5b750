import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { recordKey, verdictTable } from '../../../shared/aws/verdict-table.ts';
import type { VerdictRecord } from '../../../shared/domain/verdict-record.ts';
import { digest, finding, verdictRecord } from '../../builders.ts';
import { answeredClient, inTurn, type WireAnswer } from './answers.ts';

function tableOf(...answers: readonly WireAnswer[]) {
  const { client, requests } = answeredClient(DynamoDBClient, inTurn(...answers));
  return { table: verdictTable(client, 'verdicts'), requests };
}

const item = (record: VerdictRecord): object => ({
  digest: { S: record.digest },
  copy: { S: `${record.region}#${record.repository}` },
  version: { N: String(record.version) },
  record: { S: JSON.stringify(record) },
});

const full = verdictRecord({
  verdict: 'block',
  announced: { verdict: 'review', environment: 'staging' },
  counts: { CRITICAL: 2 },
  worst: [finding('CRITICAL', { package: 'curl', fixedIn: '8.1' })],
  waived: [{ id: 'CVE-2026-0002', owner: 'ann', expires: '2026-12-31' }],
  kind: 'index',
  parts: ['sha256:a0', 'sha256:b0'],
  missingPlatforms: ['linux/arm64'],
  version: 3,
});

const { scannedAt: _none, ...unscanned } = verdictRecord({
  verdict: 'unknown',
  region: 'us-west-2',
});

describe('of', () => {
  const key = (copy: string): object => ({ digest: { S: digest }, copy: { S: copy } });

  it('reads every copy of a digest, page by page, and what was written last', async () => {
    const { table, requests } = tableOf(
      { body: { Items: [item(full)], LastEvaluatedKey: key('x') } },
      { body: { Items: [item(unscanned)] } },
    );
    expect(await table.of(digest)).toEqual({ copies: [full, unscanned], indexes: [] });
    expect(requests).toHaveLength(2);
    expect(requests[0]).toMatchObject({
      operation: 'Query',
      input: {
        TableName: 'verdicts',
        ConsistentRead: true,
        KeyConditionExpression: '#digest = :digest',
        ExpressionAttributeNames: { '#digest': 'digest' },
        ExpressionAttributeValues: { ':digest': { S: digest } },
      },
    });
  });

  it('tells the indexes that an image is a part of from what is recorded of the image', async () => {
    const index = { region: 'us-east-1', repository: 'team/api', digest: 'sha256:1d' };
    const writer = tableOf({ body: {} });
    await writer.table.link(digest, index);
    const link = writer.requests[0]?.input.Item as object;
    const { table } = tableOf({ body: { Items: [link, item(full), key('of-another-kind#x')] } });
    expect(await table.of(digest)).toEqual({ copies: [full], indexes: [index] });
  });

  it('knows nothing of a digest that was never judged', async () => {
    expect(await tableOf({ body: { Items: [] } }).table.of(digest)).toEqual({ copies: [], indexes: [] });
  });

  it.each([
    ['no record', key('us-east-1#api')],
    ['no JSON', { ...key('us-east-1#api'), record: { S: 'hello' } }],
    [
      'another form',
      { ...key('us-east-1#api'), record: { S: JSON.stringify({ ...full, verdict: 'fine' }) } },
    ],
  ])('does not pass over a record that it cannot read: %s', async (_what, row) => {
    await expect(tableOf({ body: { Items: [row] } }).table.of(digest)).rejects.toThrow();
  });
});

describe('records', () => {
  const copies = Array.from({ length: 250 }, (_, n) => ({ ...full, digest: `sha256:${n}` }));
  const keyed = ({ digest: of, region, repository }: VerdictRecord) => ({
    digest: { S: of },
    copy: { S: `${region}#${repository}` },
  });
  const keysIn = ({ input }: { input: Readonly<Record<string, unknown>> }): object[] =>
    (input.RequestItems as { verdicts: { Keys: object[] } }).verdicts.Keys;

  it('reads many copies, a hundred in a call, each once', async () => {
    const { client, requests } = answeredClient(DynamoDBClient, (request) => ({
      body: {
        Responses: {
          verdicts: copies
            .filter((copy) => keysIn(request).some((key) => isSame(key, keyed(copy))))
            .map(item),
        },
      },
    }));
    const found = await verdictTable(client, 'verdicts').records([...copies, ...copies]);
    expect(requests.map((request) => keysIn(request).length)).toEqual([100, 100, 50]);
    expect(requests[0]?.operation).toBe('BatchGetItem');
    expect(found).toEqual(new Map(copies.map((copy) => [recordKey(copy), copy])));
  });

  it('asks again for what DynamoDB left', async () => {
    const [one = full, other = full] = copies;
    const { table, requests } = tableOf(
      {
        body: {
          Responses: { verdicts: [item(one)] },
          UnprocessedKeys: { verdicts: { Keys: [keyed(other)] } },
        },
      },
      { body: { Responses: { verdicts: [item(other)] } } },
    );
    expect((await table.records([one, other])).size).toBe(2);
    expect(requests.map(keysIn)).toEqual([[keyed(one), keyed(other)], [keyed(other)]]);
  });

  it('gives up when DynamoDB leaves all of it', async () => {
    const { table } = tableOf({ body: { UnprocessedKeys: { verdicts: { Keys: [keyed(full)] } } } });
    await expect(table.records([full])).rejects.toMatchObject({ name: 'RetryableError' });
  });

  it('asks for nothing when there is nothing to ask', async () => {
    const { table, requests } = tableOf({ body: {} });
    expect([await table.records([]), requests]).toEqual([new Map(), []]);
  });
});

describe('write', () => {
  it('writes the first record of a copy only where there is none', async () => {
    const { table, requests } = tableOf({ body: {} });
    const first = { ...full, version: 0 };
    expect(await table.write(first)).toEqual({ ...full, version: 1 });
    expect(requests).toMatchObject([
      {
        operation: 'PutItem',
        input: {
          TableName: 'verdicts',
          Item: item({ ...full, version: 1 }),
          ConditionExpression: 'attribute_not_exists(#version)',
        },
      },
    ]);
    expect(requests[0]?.input).not.toHaveProperty('ExpressionAttributeValues');
  });

  it('writes over the version that the record was made from, and over no other', async () => {
    const { table, requests } = tableOf({ body: {} });
    expect(await table.write(full)).toEqual({ ...full, version: 4 });
    expect(requests[0]?.input).toMatchObject({
      Item: { copy: { S: 'us-east-1#api' }, version: { N: '4' } },
      ConditionExpression: '#version = :replaced',
      ExpressionAttributeValues: { ':replaced': { N: '3' } },
    });
  });

  it('says that another writer came first', async () => {
    const { table } = tableOf({ error: 'ConditionalCheckFailedException' });
    expect(await table.write(full)).toBeUndefined();
  });

  it.each(['ProvisionedThroughputExceededException', 'AccessDeniedException'])(
    '%s does not mean that another writer came first, and is thrown',
    async (error) => {
      await expect(tableOf({ error }).table.write(full)).rejects.toMatchObject({ name: error });
    },
  );
});

function isSame(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
