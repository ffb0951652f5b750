import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { switchTable } from '../../../shared/aws/switch-table.ts';
import { answeredClient, type WireAnswer } from './answers.ts';

function tableOf(answer: WireAnswer) {
  const { client, requests } = answeredClient(DynamoDBClient, () => answer);
  return { table: switchTable(client, 'switches'), requests };
}

const names = ['pause/images', 'pause/all', 'interlock'];

const rows = (...items: readonly object[]): WireAnswer => ({
  body: { Responses: { switches: items }, UnprocessedKeys: {} },
});

describe('read', () => {
  it('asks for the named switches as they are now', async () => {
    const { table, requests } = tableOf(rows());
    expect(await table.read(names)).toEqual({ rows: [] });
    expect(requests).toEqual([
      {
        operation: 'BatchGetItem',
        input: {
          RequestItems: {
            switches: { Keys: names.map((name) => ({ switch: { S: name } })), ConsistentRead: true },
          },
        },
      },
    ]);
  });

  it('reads what is set', async () => {
    const { table } = tableOf(
      rows(
        {
          switch: { S: 'pause/images' },
          by: { S: 'ann' },
          reason: { S: 'freeze' },
          until: { S: '2026-03-03T08:00:00Z' },
        },
        { switch: { S: 'interlock' }, by: { S: 'run-failover' }, reason: { S: 'a failover is open' } },
      ),
    );
    expect(await table.read(names)).toEqual({
      rows: [
        { switch: 'pause/images', by: 'ann', reason: 'freeze', until: '2026-03-03T08:00:00Z' },
        { switch: 'interlock', by: 'run-failover', reason: 'a failover is open' },
      ],
    });
  });

  it.each([
    ['fields are missing', { switch: { S: 'pause/all' } }],
    [
      'fields are of another type',
      { switch: { S: 'pause/all' }, by: { N: '7' }, until: { N: '1772438400' } },
    ],
  ])('takes a row for set although %s', async (_what, row) => {
    const { table } = tableOf(rows(row));
    expect(await table.read(names)).toEqual({
      rows: [{ switch: 'pause/all', by: 'somebody', reason: 'no reason given' }],
    });
  });

  describe('does not take for unset what it could not read', () => {
    it.each<[string, WireAnswer, RegExp]>([
      [
        'no permission',
        { error: 'AccessDeniedException', message: 'not allowed' },
        /AccessDeniedException: not allowed/,
      ],
      ['no table', { error: 'ResourceNotFoundException' }, /ResourceNotFoundException/],
      ['a fault of DynamoDB', { error: 'InternalServerError', status: 500 }, /InternalServerError/],
      [
        'a switch that DynamoDB left unread',
        {
          body: {
            Responses: { switches: [] },
            UnprocessedKeys: { switches: { Keys: [{ switch: { S: 'interlock' } }] } },
          },
        },
        /left some switches unread/,
      ],
    ])('%s', async (_what, answer, unreadable) => {
      expect(await tableOf(answer).table.read(names)).toEqual({
        unreadable: expect.stringMatching(unreadable),
      });
    });
  });
});
