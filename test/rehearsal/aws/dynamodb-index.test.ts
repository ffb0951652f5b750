import { DynamoDBClient, PutItemCommand, paginateQuery, QueryCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { DynamoDb } from '../../../rehearsal/aws/dynamodb.ts';
import { clientOf, type TestKernel, testKernel } from './stand.ts';

const TableName = 'verdicts';

describe('a global secondary index', () => {
  let kernel: TestKernel;
  let db: DynamoDBClient;

  beforeEach(async () => {
    kernel = testKernel();
    const service = new DynamoDb(kernel);
    service.createTable({
      name: TableName,
      region: 'us-east-1',
      keys: { partition: { name: 'digest', type: 'S' }, sort: { name: 'copy', type: 'S' } },
      indexes: [
        {
          name: 'enforcement',
          keys: { partition: { name: 'enforcedIn', type: 'S' } },
          projection: 'KEYS_ONLY',
        },
      ],
    });
    db = clientOf(DynamoDBClient, service);
    for (const copy of ['a', 'b', 'c', 'd', 'e']) {
      const isEnforced = copy !== 'c';
      const Item = {
        digest: { S: 'sha256:1' },
        copy: { S: copy },
        record: { S: 'much' },
        ...(isEnforced && { enforcedIn: { S: copy === 'e' ? 'eu-west-1' : 'us-east-1' } }),
      };
      await db.send(new PutItemCommand({ TableName, Item }));
    }
  });

  const query = {
    TableName,
    IndexName: 'enforcement',
    KeyConditionExpression: 'enforcedIn = :region',
    ExpressionAttributeValues: { ':region': { S: 'us-east-1' } },
  };

  it('leads to the rows that have its key, and gives nothing but keys', async () => {
    const { Items = [] } = await db.send(new QueryCommand(query));
    expect(Items.map(({ copy }) => copy?.S)).toEqual(['a', 'b', 'd']);
    expect(Items[0]).toEqual({ digest: { S: 'sha256:1' }, copy: { S: 'a' }, enforcedIn: { S: 'us-east-1' } });
  });

  it('loses a row that loses its key', async () => {
    await db.send(new PutItemCommand({ TableName, Item: { digest: { S: 'sha256:1' }, copy: { S: 'a' } } }));
    expect((await db.send(new QueryCommand(query))).Count).toBe(2);
  });

  it('is read page by page', async () => {
    const found: (string | undefined)[] = [];
    for await (const { Items = [] } of paginateQuery({ client: db, pageSize: 1 }, query)) {
      found.push(...Items.map(({ copy }) => copy?.S));
    }
    expect(found).toEqual(['a', 'b', 'd']);
  });

  it('asks for permission on itself', async () => {
    await db.send(new QueryCommand(query));
    expect(kernel.asked.at(-1)).toMatchObject({
      action: 'dynamodb:Query',
      resource: expect.stringMatching(/:table\/verdicts\/index\/enforcement$/),
    });
  });

  it.each([
    [
      'consistently',
      { ConsistentRead: true },
      'Consistent reads are not supported on global secondary indexes',
    ],
    ['by another name', { IndexName: 'other' }, 'The table does not have the specified index: other'],
  ])('cannot be read %s', async (_how, over, message) => {
    await expect(db.send(new QueryCommand({ ...query, ...over }))).rejects.toMatchObject({ message });
  });
});
