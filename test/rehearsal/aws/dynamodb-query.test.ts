import {
  type AttributeValue,
  DynamoDBClient,
  PutItemCommand,
  paginateQuery,
  paginateScan,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { DynamoDb } from '../../../rehearsal/aws/dynamodb.ts';
import { clientOf, testKernel } from './stand.ts';

type Attributes = Record<string, AttributeValue>;

const TableName = 'receipts';

describe('DynamoDb queries', () => {
  let db: DynamoDBClient;

  beforeEach(async () => {
    const service = new DynamoDb(testKernel());
    service.createTable({
      name: TableName,
      region: 'us-east-1',
      keys: { partition: { name: 'sink', type: 'S' }, sort: { name: 'at', type: 'N' } },
    });
    db = clientOf(DynamoDBClient, service);
    for (const sink of ['slack', 'sns']) {
      for (const at of ['10', '9', '-1', '100', '9.5']) await put(sink, at, { even: { BOOL: at === '10' } });
    }
  });

  const put = (sink: string, at: string, more: Attributes = {}) =>
    db.send(new PutItemCommand({ TableName, Item: { sink: { S: sink }, at: { N: at }, ...more } }));

  const slack = (input: Partial<QueryCommandInput> = {}): QueryCommandInput => ({
    TableName,
    KeyConditionExpression: 'sink = :sink',
    ...input,
    ExpressionAttributeValues: { ':sink': { S: 'slack' }, ...input.ExpressionAttributeValues },
  });

  const moments = (items: readonly Attributes[] | undefined): (string | undefined)[] =>
    (items ?? []).map(({ at }) => at?.N);

  it('answer one partition in the order of the sort key', async () => {
    expect(moments((await db.send(new QueryCommand(slack()))).Items)).toEqual([
      '-1',
      '9',
      '9.5',
      '10',
      '100',
    ]);
    const backwards = await db.send(new QueryCommand(slack({ ScanIndexForward: false })));
    expect(moments(backwards.Items)).toEqual(['100', '10', '9.5', '9', '-1']);
  });

  it.each([
    ['#at > :n', ['100']],
    ['#at >= :n', ['10', '100']],
    ['#at = :n', ['10']],
    ['#at BETWEEN :low AND :n', ['9', '9.5', '10']],
  ])('narrow the partition by %s', async (test, expected) => {
    const values: Attributes = { ':n': { N: '10' }, ...(test.includes(':low') && { ':low': { N: '9' } }) };
    const { Items } = await db.send(
      new QueryCommand(
        slack({
          KeyConditionExpression: `sink = :sink AND ${test}`,
          ExpressionAttributeNames: { '#at': 'at' },
          ExpressionAttributeValues: values,
        }),
      ),
    );
    expect(moments(Items)).toEqual(expected);
  });

  it('page by limit, and end with a page that has no last key', async () => {
    const pages: (string | undefined)[][] = [];
    const lastKeys: unknown[] = [];
    for await (const page of paginateQuery({ client: db, pageSize: 2 }, slack())) {
      pages.push(moments(page.Items));
      lastKeys.push(page.LastEvaluatedKey);
    }
    expect(pages).toEqual([['-1', '9'], ['9.5', '10'], ['100']]);
    expect(lastKeys).toEqual([
      { sink: { S: 'slack' }, at: { N: '9' } },
      { sink: { S: 'slack' }, at: { N: '10' } },
      undefined,
    ]);
  });

  it('have a last key when the limit is reached, even with nothing behind it', async () => {
    const { LastEvaluatedKey } = await db.send(new QueryCommand(slack({ Limit: 5 })));
    expect(LastEvaluatedKey).toEqual({ sink: { S: 'slack' }, at: { N: '100' } });
    const rest = await db.send(
      new QueryCommand(slack({ ...(LastEvaluatedKey && { ExclusiveStartKey: LastEvaluatedKey }) })),
    );
    expect(rest).toMatchObject({ Count: 0, Items: [] });
  });

  it('filter after the limit was applied', async () => {
    const answer = await db.send(
      new QueryCommand(
        slack({
          Limit: 3,
          FilterExpression: 'even = :true',
          ExpressionAttributeValues: { ':true': { BOOL: true } },
        }),
      ),
    );
    expect(answer).toMatchObject({ Count: 0, ScannedCount: 3, LastEvaluatedKey: { at: { N: '9.5' } } });
  });

  it('count without items', async () => {
    const answer = await db.send(new QueryCommand(slack({ Select: 'COUNT' })));
    expect(answer).toMatchObject({ Count: 5, ScannedCount: 5 });
    expect(answer.Items).toBeUndefined();
  });

  it('end a page at about 1 MB', async () => {
    const text = { S: 'x'.repeat(300 * 1024) };
    for (let at = 1; at <= 6; at += 1) await put('big', String(at), { text });
    const pages: (string | undefined)[][] = [];
    const big = slack({ ExpressionAttributeValues: { ':sink': { S: 'big' } } });
    for await (const page of paginateQuery({ client: db }, big)) pages.push(moments(page.Items));
    expect(pages).toEqual([
      ['1', '2', '3', '4'],
      ['5', '6'],
    ]);
  });

  it.each<[string, Partial<QueryCommandInput>]>([
    ['Query key condition not supported', { KeyConditionExpression: 'sink > :sink' }],
    ['Query key condition not supported', { KeyConditionExpression: 'sink = :sink OR sink = :sink' }],
    [
      'KeyConditionExpressions must only contain one condition per key',
      { KeyConditionExpression: 'sink = :sink AND sink = :sink' },
    ],
    [
      'Condition parameter type does not match schema type',
      { KeyConditionExpression: 'sink = :sink AND #at = :sink' },
    ],
    [
      'Filter Expression can only contain non-primary key attributes: Primary key attribute: at',
      { FilterExpression: '#at = :sink' },
    ],
    ["Value '0' at 'limit' failed to satisfy constraint", { Limit: 0 }],
    [
      'The provided starting key is outside query boundaries based on provided conditions',
      { ExclusiveStartKey: { sink: { S: 'sns' }, at: { N: '1' } } },
    ],
  ])('refuse: %s', async (problem, input) => {
    const expressions = Object.values(input).join(' ');
    const names = expressions.includes('#at') ? { ExpressionAttributeNames: { '#at': 'at' } } : {};
    await expect(db.send(new QueryCommand(slack({ ...names, ...input })))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(problem),
    });
  });

  it('need the whole partition key', async () => {
    const query = new QueryCommand({
      TableName,
      KeyConditionExpression: '#at = :n',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':n': { N: '9' } },
    });
    await expect(db.send(query)).rejects.toThrow('Query condition missed key schema element: sink');
  });

  it('scan every item once, page by page, partition by partition', async () => {
    const seen: string[] = [];
    for await (const page of paginateScan({ client: db, pageSize: 3 }, { TableName })) {
      seen.push(...(page.Items ?? []).map(({ sink, at }) => `${sink?.S} ${at?.N}`));
    }
    expect(new Set(seen).size).toBe(10);
    expect(seen).toHaveLength(10);
    const { Items } = await db.send(new ScanCommand({ TableName }));
    expect(Items?.map(({ sink, at }) => `${sink?.S} ${at?.N}`)).toEqual(seen);
  });
});
