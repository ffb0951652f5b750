import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ResourceNotFoundException,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { DynamoDb } from '../../../rehearsal/aws/dynamodb.ts';
import { account, clientOf, role, type TestKernel, testKernel } from './stand.ts';

type Attributes = Record<string, AttributeValue>;

const TableName = 'verdicts';
const keys = {
  partition: { name: 'digest', type: 'S' },
  sort: { name: 'region', type: 'S' },
} as const;
const key: Attributes = { digest: { S: 'sha256:a' }, region: { S: 'us-east-1' } };
const item: Attributes = {
  ...key,
  verdict: { S: 'review' },
  scannedAt: { N: '100' },
  tags: { SS: ['a', 'b'] },
  history: { L: [{ S: 'pass' }, { S: 'monitor' }] },
  counts: { M: { HIGH: { N: '2' } } },
};

describe('DynamoDb', () => {
  let kernel: TestKernel;
  let service: DynamoDb;
  let db: DynamoDBClient;

  beforeEach(() => {
    kernel = testKernel();
    service = new DynamoDb(kernel);
    service.createTable({ name: TableName, region: 'us-east-1', keys });
    db = clientOf(DynamoDBClient, service);
  });

  const put = (Item: Attributes) => db.send(new PutItemCommand({ TableName, Item }));
  const stored = async (): Promise<Attributes | undefined> =>
    (await db.send(new GetItemCommand({ TableName, Key: key, ConsistentRead: true }))).Item;
  const update = async (input: Partial<UpdateItemCommandInput>): Promise<Attributes | undefined> =>
    (await db.send(new UpdateItemCommand({ TableName, Key: key, ReturnValues: 'ALL_NEW', ...input })))
      .Attributes;

  it('asks for permission on the table in the Region of the call', async () => {
    await stored();
    expect(kernel.asked).toEqual([
      expect.objectContaining({
        principal: role,
        action: 'dynamodb:GetItem',
        resource: `arn:aws:dynamodb:us-east-1:${account}:table/verdicts`,
      }),
    ]);
  });

  it('has no table where none was made', async () => {
    const elsewhere = clientOf(DynamoDBClient, service, 'us-west-2');
    const answer = elsewhere.send(new GetItemCommand({ TableName, Key: key }));
    await expect(answer).rejects.toBeInstanceOf(ResourceNotFoundException);
    expect(() => service.peek(TableName, 'us-west-2')).toThrow("no DynamoDB table 'verdicts' in us-west-2");
  });

  it('keeps what was put and shows it to invariants', async () => {
    expect(await stored()).toBeUndefined();
    await put(item);
    expect(await stored()).toEqual(item);
    expect(service.peek(TableName, 'us-east-1')).toEqual([item]);
  });

  it('returns what a put or a delete replaced, only when asked', async () => {
    await put(item);
    const silent = await db.send(new PutItemCommand({ TableName, Item: item }));
    expect(silent.Attributes).toBeUndefined();
    const replaced = await db.send(new PutItemCommand({ TableName, Item: key, ReturnValues: 'ALL_OLD' }));
    expect(replaced.Attributes).toEqual(item);
    const deleted = await db.send(new DeleteItemCommand({ TableName, Key: key, ReturnValues: 'ALL_OLD' }));
    expect(deleted.Attributes).toEqual(key);
    expect(await stored()).toBeUndefined();
  });

  describe('conditions', () => {
    const names = { '#v': 'verdict', '#h': 'history', '#c': 'counts', '#n': 'nothing' };
    const values: Attributes = {
      ':review': { S: 'review' },
      ':re': { S: 're' },
      ':S': { S: 'S' },
      ':100': { N: '100.0' },
      ':99': { N: '99' },
      ':2': { N: '2' },
      ':a': { S: 'a' },
      ':pass': { S: 'pass' },
      ':set': { SS: ['b', 'a'] },
    };

    /** Only the placeholders that the expression uses. */
    const used = <Value>(
      all: Record<string, Value>,
      expression: string,
    ): Record<string, Value> | undefined => {
      const entries = Object.entries(all).filter(([name]) => expression.match(/[#:]\w+/g)?.includes(name));
      return entries.length === 0 ? undefined : Object.fromEntries(entries);
    };

    const deleteIf = (ConditionExpression: string, onFailure?: 'ALL_OLD' | 'NONE') =>
      db.send(
        new DeleteItemCommand({
          TableName,
          Key: key,
          ConditionExpression,
          ExpressionAttributeNames: used(names, ConditionExpression),
          ExpressionAttributeValues: used(values, ConditionExpression),
          ReturnValuesOnConditionCheckFailure: onFailure,
        }),
      );

    it.each([
      '#v = :review',
      ':review = verdict',
      'scannedAt = :100',
      'scannedAt > :99 AND NOT scannedAt < :99',
      'scannedAt BETWEEN :99 AND :100',
      '#v IN (:re, :review)',
      'attribute_exists(#c.HIGH)',
      'attribute_not_exists(#n)',
      'attribute_type(#v, :S)',
      'begins_with(#v, :re)',
      'contains(tags, :a)',
      'contains(#h, :pass)',
      'contains(#v, :re)',
      'size(#h) = :2',
      'tags = :set',
      '#h[0] = :pass',
      '#n <> :review',
      '#v = :re or (#v = :review and scannedAt >= :100)',
      '#n = :re OR #n = :review OR #c.HIGH = :2',
    ])('hold: %s', async (expression) => {
      await put(item);
      await deleteIf(expression);
      expect(await stored()).toBeUndefined();
    });

    it.each([
      '#v <> :review',
      '#n = :review',
      'scannedAt < :re',
      'scannedAt > :100',
      'attribute_exists(#h[2])',
      'attribute_not_exists(digest)',
      'contains(tags, :pass)',
      'begins_with(scannedAt, :re)',
      'size(#n) = :2',
      'NOT (#v = :review OR #v = :re)',
      '#v = :re OR #v = :review AND scannedAt = :99',
    ])('do not hold: %s', async (expression) => {
      await put(item);
      await expect(deleteIf(expression)).rejects.toBeInstanceOf(ConditionalCheckFailedException);
      expect(await stored()).toEqual(item);
    });

    it('show the item that failed them, only when asked', async () => {
      await put(item);
      const failed = { message: 'The conditional request failed' };
      await expect(deleteIf('#v = :re', 'ALL_OLD')).rejects.toMatchObject({ ...failed, Item: item });
      await expect(deleteIf('#v = :re')).rejects.toMatchObject({ ...failed, Item: undefined });
    });

    it('see an item without attributes where there is none', async () => {
      const create = () =>
        db.send(
          new PutItemCommand({
            TableName,
            Item: item,
            ConditionExpression: 'attribute_not_exists(digest)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
      await create();
      await expect(create()).rejects.toMatchObject({ Item: item });
    });

    it.each([
      ['#v = :x', 'An expression attribute value used in expression is not defined; attribute value: :x'],
      [
        '#x = :a',
        'An expression attribute name used in the document path is not defined; attribute name: #x',
      ],
      ['verdict == :a', 'Syntax error; token: "=", near: "== :a"'],
      ['verdict = :a AND', 'Syntax error; token: "<EOF>", near: "AND"'],
      ['(verdict = :a', 'Syntax error; token: "<EOF>", near: ":a"'],
      ['verdict', 'Syntax error; token: "<EOF>", near: "verdict"'],
      ['starts_with(verdict, :a)', 'Invalid function name; function: starts_with'],
      [
        'begins_with(verdict, :2)',
        'Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
      ],
      [
        'verdict < :set',
        'Incorrect operand type for operator or function; operator or function: <, operand type: SS',
      ],
      [' ', 'The expression can not be empty;'],
      ['((verdict = :a))', 'The expression has redundant parentheses;'],
      [
        'scannedAt BETWEEN :100 AND :99',
        'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:100}, upper bound operand: AttributeValue: {N:99}',
      ],
      [
        'scannedAt BETWEEN :99 AND :a',
        'The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {N:99}, upper bound operand: AttributeValue: {S:a}',
      ],
      [
        'attribute_type(verdict, :re)',
        'Invalid attribute type name found; type: re, valid types: {S,N,B,SS,NS,BS,M,L,BOOL,NULL}',
      ],
    ])('cannot be written as %s', async (expression, problem) => {
      await expect(deleteIf(expression)).rejects.toMatchObject({
        name: 'ValidationException',
        message: `Invalid ConditionExpression: ${problem}`,
      });
    });
  });

  describe('updates', () => {
    it.each<{ expression: string; values?: Attributes; changed: Record<string, AttributeValue | undefined> }>(
      [
        {
          expression: 'SET verdict = :v, checkedAt = :n',
          values: { ':v': { S: 'pass' }, ':n': { N: '1.0' } },
          changed: { verdict: { S: 'pass' }, checkedAt: { N: '1' } },
        },
        {
          expression: 'SET scannedAt = scannedAt + :n, total = :n - scannedAt',
          values: { ':n': { N: '0.5' } },
          changed: { scannedAt: { N: '100.5' }, total: { N: '-99.5' } },
        },
        {
          expression: 'SET verdict = if_not_exists(verdict, :v), mode = if_not_exists(mode, :v)',
          values: { ':v': { S: 'observe' } },
          changed: { mode: { S: 'observe' } },
        },
        {
          expression:
            'SET history = list_append(history, :l), seen = list_append(if_not_exists(seen, :e), :l)',
          values: { ':l': { L: [{ S: 'block' }] }, ':e': { L: [] } },
          changed: {
            history: { L: [{ S: 'pass' }, { S: 'monitor' }, { S: 'block' }] },
            seen: { L: [{ S: 'block' }] },
          },
        },
        {
          expression: 'SET counts.LOW = :n, history[0] = :s, history[9] = :s',
          values: { ':n': { N: '1' }, ':s': { S: 'block' } },
          changed: {
            counts: { M: { HIGH: { N: '2' }, LOW: { N: '1' } } },
            history: { L: [{ S: 'block' }, { S: 'monitor' }, { S: 'block' }] },
          },
        },
        {
          expression: 'SET verdict = scannedAt, scannedAt = verdict',
          changed: { verdict: { N: '100' }, scannedAt: { S: 'review' } },
        },
        {
          expression: 'REMOVE history[0], verdict, counts.HIGH, history[1], absent',
          changed: { verdict: undefined, history: { L: [] }, counts: { M: {} } },
        },
        {
          expression: 'ADD scannedAt :n, hits :n, tags :s, labels :s',
          values: { ':n': { N: '2' }, ':s': { SS: ['b', 'c'] } },
          changed: {
            scannedAt: { N: '102' },
            hits: { N: '2' },
            tags: { SS: ['a', 'b', 'c'] },
            labels: { SS: ['b', 'c'] },
          },
        },
        {
          expression: 'DELETE tags :s SET verdict = :v',
          values: { ':s': { SS: ['a', 'z'] }, ':v': { S: 'pass' } },
          changed: { tags: { SS: ['b'] }, verdict: { S: 'pass' } },
        },
        {
          expression: 'DELETE tags :s',
          values: { ':s': { SS: ['a', 'b'] } },
          changed: { tags: undefined },
        },
      ],
    )('do $expression', async ({ expression, values, changed }) => {
      await put(item);
      const expected = { ...item, ...changed };
      for (const [name, value] of Object.entries(changed)) if (value === undefined) delete expected[name];
      const after = await update({
        UpdateExpression: expression,
        ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
      });
      expect(after).toEqual(expected);
      expect(await stored()).toEqual(expected);
    });

    it('make the item if there is none', async () => {
      expect(await update({})).toEqual(key);
      expect(await stored()).toEqual(key);
    });

    it.each([
      ['NONE', undefined],
      ['ALL_OLD', item],
      ['UPDATED_OLD', { counts: { M: { HIGH: { N: '2' } } }, verdict: { S: 'review' } }],
      ['UPDATED_NEW', { counts: { M: { HIGH: { N: '3' } } }, verdict: { S: 'block' } }],
    ] as const)('return for %s', async (ReturnValues, expected) => {
      await put(item);
      const returned = await update({
        ReturnValues,
        UpdateExpression: 'SET verdict = :v ADD counts.HIGH :one',
        ExpressionAttributeValues: { ':v': { S: 'block' }, ':one': { N: '1' } },
      });
      expect(returned).toEqual(expected);
    });

    it('change nothing when their condition fails', async () => {
      await put(item);
      const answer = update({
        UpdateExpression: 'SET scannedAt = :n',
        ConditionExpression: 'scannedAt < :n',
        ExpressionAttributeValues: { ':n': { N: '99' } },
      });
      await expect(answer).rejects.toBeInstanceOf(ConditionalCheckFailedException);
      expect(await stored()).toEqual(item);
    });

    it.each([
      ['SET digest = :n', 'Cannot update attribute digest. This attribute is part of the key'],
      ['SET a = missing + :n', 'refers to an attribute that does not exist in the item'],
      ['SET a = verdict + :n', 'An operand in the update expression has an incorrect data type'],
      ['SET missing.inner = :n', 'The document path provided in the update expression is invalid for update'],
      ['ADD verdict :n', 'An operand in the update expression has an incorrect data type'],
      ['SET a = :n SET b = :n', 'The "SET" section can only be used once in an update expression;'],
      [
        'SET counts = :n, counts.HIGH = :n',
        'Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [counts], path two: [counts, HIGH]',
      ],
      ['SET a :n', 'Syntax error; token: ":n", near: "a :n"'],
      ['CHANGE a = :n', 'Syntax error; token: "CHANGE", near: "CHANGE a"'],
      ['SET a = now(:n)', 'Invalid function name; function: now'],
      ['DELETE scannedAt :n', 'operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND'],
    ])('cannot do %s', async (UpdateExpression, problem) => {
      await put(item);
      const answer = update({ UpdateExpression, ExpressionAttributeValues: { ':n': { N: '1' } } });
      await expect(answer).rejects.toMatchObject({
        name: 'ValidationException',
        message: expect.stringContaining(problem),
      });
      expect(await stored()).toEqual(item);
    });
  });

  it('reads the parts of an item that a projection names', async () => {
    await put(item);
    const { Item } = await db.send(
      new GetItemCommand({
        TableName,
        Key: key,
        ProjectionExpression: '#c.HIGH, history[1], verdict, absent.inner',
        ExpressionAttributeNames: { '#c': 'counts' },
      }),
    );
    expect(Item).toEqual({
      counts: { M: { HIGH: { N: '2' } } },
      history: { L: [{ S: 'monitor' }] },
      verdict: { S: 'review' },
    });
  });

  it.each<{ problem: string; command: () => Promise<unknown> }>([
    {
      problem: 'Value provided in ExpressionAttributeValues unused in expressions: keys: {:b, :c}',
      command: () =>
        update({
          UpdateExpression: 'SET a = :a',
          ExpressionAttributeValues: { ':a': { N: '1' }, ':b': { N: '2' }, ':c': { N: '3' } },
        }),
    },
    {
      problem: 'Value provided in ExpressionAttributeNames unused in expressions: keys: {#v}',
      command: () => update({ ExpressionAttributeNames: { '#v': 'verdict' } }),
    },
    {
      problem: 'ExpressionAttributeValues must not be empty',
      command: () => update({ ExpressionAttributeValues: {} }),
    },
    {
      problem: 'ExpressionAttributeNames contains invalid key: Syntax error; key: "v"',
      command: () => update({ ExpressionAttributeNames: { v: 'verdict' } }),
    },
    {
      problem: 'One or more parameter values were invalid: Missing the key region in the item',
      command: () => put({ digest: { S: 'a' } }),
    },
    {
      problem:
        'One or more parameter values were invalid: Type mismatch for key digest expected: S actual: N',
      command: () => put({ ...key, digest: { N: '1' } }),
    },
    {
      problem:
        'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: region',
      command: () => put({ ...key, region: { S: '' } }),
    },
    {
      problem: 'The provided key element does not match the schema',
      command: () => db.send(new GetItemCommand({ TableName, Key: { digest: { S: 'a' } } })),
    },
    {
      problem: 'Item size has exceeded the maximum allowed size',
      command: () => put({ ...key, text: { S: 'x'.repeat(400 * 1024) } }),
    },
    {
      problem: 'One or more parameter values were invalid: An string set  may not be empty',
      command: () => put({ ...key, tags: { SS: [] } }),
    },
    {
      problem:
        'One or more parameter values were invalid: Null attribute value types must have the value of true',
      command: () => put({ ...key, reason: { NULL: false } }),
    },
    {
      problem: 'ReturnValues can only be ALL_OLD or NONE',
      command: () => db.send(new PutItemCommand({ TableName, Item: key, ReturnValues: 'ALL_NEW' })),
    },
  ])('refuses: $problem', async ({ problem, command }) => {
    await expect(command()).rejects.toMatchObject({ name: 'ValidationException', message: problem });
    expect(await stored()).toBeUndefined();
  });

  it('names a member that is not simulated', async () => {
    const query = new QueryCommand({
      TableName,
      ReturnConsumedCapacity: 'TOTAL',
      KeyConditionExpression: 'digest = :d',
    });
    await expect(db.send(query)).rejects.toThrow(
      'the simulated DynamoDB does not know ReturnConsumedCapacity of Query',
    );
  });

  describe('batches', () => {
    const keyOf = (index: number): Attributes => ({ ...key, digest: { S: `sha256:${index}` } });

    it('write and read many items', async () => {
      await put(item);
      const written = await db.send(
        new BatchWriteItemCommand({
          RequestItems: {
            [TableName]: [
              { PutRequest: { Item: { ...keyOf(1), verdict: { S: 'pass' } } } },
              { DeleteRequest: { Key: key } },
            ],
          },
        }),
      );
      expect(written.UnprocessedItems).toEqual({});
      const read = await db.send(
        new BatchGetItemCommand({
          RequestItems: {
            [TableName]: { Keys: [keyOf(1), key], ProjectionExpression: 'verdict', ConsistentRead: true },
          },
        }),
      );
      expect(read.Responses).toEqual({ [TableName]: [{ verdict: { S: 'pass' } }] });
      expect(read.UnprocessedKeys).toEqual({});
    });

    it('leave unprocessed what does not fit into 16 MB', () => {
      const call = { principal: role, region: 'us-east-1' };
      const Keys = Array.from({ length: 50 }, (_value, index) => keyOf(index));
      for (const one of Keys) {
        const Item = { ...one, text: { S: 'x'.repeat(390 * 1024) } };
        service.operations.PutItem({ TableName, Item }, call);
      }
      const { Responses, UnprocessedKeys } = service.operations.BatchGetItem(
        { RequestItems: { [TableName]: { Keys } } },
        call,
      );
      expect(Responses?.[TableName]).toHaveLength(42);
      expect(UnprocessedKeys?.[TableName]?.Keys).toEqual(Keys.slice(42));
    });

    it.each([
      [101, 'Too many items requested for the BatchGetItem call'],
      [0, "Value at 'requestItems.verdicts.member.keys' failed to satisfy constraint"],
    ])('refuse %i keys', async (count, problem) => {
      const Keys = Array.from({ length: count }, (_value, index) => keyOf(index));
      const answer = db.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } }));
      await expect(answer).rejects.toThrow(problem);
    });

    it('refuse a key that is there twice', async () => {
      const RequestItems = { [TableName]: { Keys: [key, keyOf(1), key] } };
      const answer = db.send(new BatchGetItemCommand({ RequestItems }));
      await expect(answer).rejects.toThrow('Provided list of item keys contains duplicates');
    });

    it('write nothing when one request is wrong', async () => {
      const answer = db.send(
        new BatchWriteItemCommand({
          RequestItems: {
            [TableName]: [{ PutRequest: { Item: item } }, { PutRequest: { Item: { digest: { S: 'a' } } } }],
          },
        }),
      );
      await expect(answer).rejects.toThrow('Missing the key region in the item');
      expect(await stored()).toBeUndefined();
    });

    it('refuse more than 25 writes', async () => {
      const requests = Array.from({ length: 26 }, (_value, index) => ({
        PutRequest: { Item: keyOf(index) },
      }));
      const answer = db.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
      await expect(answer).rejects.toThrow('Member must have length less than or equal to 25');
    });
  });
});
