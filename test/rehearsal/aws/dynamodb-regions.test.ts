import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { DynamoDb } from '../../../rehearsal/aws/dynamodb.ts';
import type { Timing } from '../../../rehearsal/aws/dynamodb-table.ts';
import { clientOf, testKernel } from './stand.ts';

type Attributes = Record<string, AttributeValue>;

const TableName = 'pauses';
const key: Attributes = { area: { S: 'images' } };
const hour = 3_600_000;

function globalTable(random?: () => number, timing?: Timing) {
  const kernel = testKernel('2026-11-23T08:00:00Z', random);
  const service = new DynamoDb(kernel, timing);
  service.createTable({
    name: TableName,
    region: 'us-east-1',
    replicas: ['us-west-2'],
    keys: { partition: { name: 'area', type: 'S' } },
    ttlAttribute: 'until',
  });
  const east = clientOf(DynamoDBClient, service, 'us-east-1');
  const west = clientOf(DynamoDBClient, service, 'us-west-2');
  const put = (db: DynamoDBClient, by: string, more: Attributes = {}) =>
    db.send(new PutItemCommand({ TableName, Item: { ...key, by: { S: by }, ...more } }));
  const read = async (db: DynamoDBClient, ConsistentRead = true): Promise<string | undefined> =>
    (await db.send(new GetItemCommand({ TableName, Key: key, ConsistentRead }))).Item?.by?.S;
  return { kernel, service, east, west, put, read };
}

describe('a global table', () => {
  it('shows a write in the other Region about a second later', async () => {
    const { kernel, east, west, put, read } = globalTable();
    await put(east, 'ana');
    expect(await read(east)).toBe('ana');
    kernel.pass(600);
    expect(await read(west)).toBeUndefined();
    kernel.pass(800);
    expect(await read(west)).toBe('ana');
  });

  it('lets the last writer win in both Regions, whatever arrives last', async () => {
    const delays = [0.99, 0];
    const { kernel, east, west, put, read } = globalTable(() => delays.shift() ?? 0.5);
    await put(east, 'slow and old');
    kernel.pass(10);
    await put(west, 'fast and new');
    kernel.pass(2000);
    expect([await read(east), await read(west)]).toEqual(['fast and new', 'fast and new']);
  });

  it('agrees on one of two writes made at one instant', async () => {
    const { kernel, east, west, put, read } = globalTable();
    await put(west, 'west');
    await put(east, 'east');
    kernel.pass(2000);
    expect(await read(east)).toBe(await read(west));
  });

  it('does not bring back what was deleted when an older write arrives late', async () => {
    const delays = [0.99, 0];
    const { kernel, east, west, put, read } = globalTable(() => delays.shift() ?? 0.5);
    await put(east, 'ana');
    kernel.pass(1);
    await put(west, 'ben');
    await west.send(new DeleteItemCommand({ TableName, Key: key }));
    kernel.pass(2000);
    expect([await read(east), await read(west)]).toEqual([undefined, undefined]);
  });

  it('checks a condition against its own Region only', async () => {
    const { kernel, east, west, read } = globalTable();
    const claim = (db: DynamoDBClient, by: string) =>
      db.send(
        new PutItemCommand({
          TableName,
          Item: { ...key, by: { S: by } },
          ConditionExpression: 'attribute_not_exists(area)',
        }),
      );
    await claim(east, 'east');
    await claim(west, 'west');
    kernel.pass(2000);
    await expect(claim(east, 'again')).rejects.toThrow('The conditional request failed');
    expect(await read(east)).toBe(await read(west));
  });

  it('is one table for its name in each of its Regions', () => {
    const { service } = globalTable();
    expect(() =>
      service.createTable({
        name: TableName,
        region: 'us-west-2',
        keys: { partition: { name: 'area', type: 'S' } },
      }),
    ).toThrow("there is a DynamoDB table 'pauses' in us-west-2 already");
  });
});

describe('time to live', () => {
  const untilNine = { until: { N: String(Date.parse('2026-11-23T09:00:00Z') / 1000) } };

  it('removes an item within 48 hours of its end, and not before', async () => {
    const { kernel, east, put, read } = globalTable(() => 0.5);
    await put(east, 'ana', untilNine);
    kernel.pass(24 * hour);
    expect(await read(east)).toBe('ana');
    kernel.pass(hour);
    expect(await read(east)).toBeUndefined();
  });

  it('removes it from queries, from invariants and from conditions too', async () => {
    const { kernel, service, east, west, put } = globalTable(() => 0);
    await put(east, 'ana', untilNine);
    kernel.pass(hour);
    const { Count } = await west.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'area = :a',
        ExpressionAttributeValues: { ':a': { S: 'images' } },
      }),
    );
    expect(Count).toBe(0);
    expect(service.peek(TableName, 'us-east-1')).toEqual([]);
    await east.send(
      new PutItemCommand({ TableName, Item: key, ConditionExpression: 'attribute_not_exists(area)' }),
    );
  });

  it.each([
    ['a moment in milliseconds', { N: String(Date.parse('2026-11-23T09:00:00Z')) }],
    ['a moment more than five years ago', { N: '1500000000' }],
    ['text', { S: '1763884800' }],
  ])('never removes an item whose attribute holds %s', async (_what, until) => {
    const { kernel, east, put, read } = globalTable(() => 0);
    await put(east, 'ana', { until });
    kernel.pass(1000 * hour);
    expect(await read(east)).toBe('ana');
  });
});

describe('an eventually consistent read', () => {
  it('does not see the latest writes where stale reads are simulated', async () => {
    const { kernel, east, put, read } = globalTable(undefined, { staleMs: 50 });
    await put(east, 'ana');
    kernel.pass(50);
    await put(east, 'ben');
    await put(east, 'cleo');
    expect(await read(east, false)).toBe('ana');
    expect(await read(east, true)).toBe('cleo');
    kernel.pass(50);
    expect(await read(east, false)).toBe('cleo');
  });
});
