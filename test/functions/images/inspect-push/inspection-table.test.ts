import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { inspectionTable } from '../../../../functions/images/inspect-push/inspection-table.ts';
import type { InspectionRecord } from '../../../../functions/images/inspect-push/record.ts';
import { digest } from '../../../builders.ts';
import { answeredClient, inTurn, type WireAnswer } from '../../../shared/aws/answers.ts';

function tableOf(...answers: readonly WireAnswer[]) {
  const { client, requests } = answeredClient(DynamoDBClient, inTurn(...answers));
  return { table: inspectionTable(client, 'verdicts'), requests };
}

const record: InspectionRecord = {
  digest,
  region: 'us-east-1',
  repository: 'team/api',
  tags: ['latest'],
  observedAt: '2026-03-02T08:00:05.000Z',
  problems: [
    {
      about: 'tag',
      name: 'latest',
      environment: 'production',
      findings: [{ check: 'tag', problem: 'it is none', given: 'latest', action: 'Push it again.' }],
      told: true,
      since: 2,
    },
  ],
  version: 3,
};

const key = { digest: { S: digest }, copy: { S: 'inspection#us-east-1#team/api' } };
const row = (stored: unknown): object => ({
  ...key,
  version: { N: '3' },
  record: { S: JSON.stringify(stored) },
});

describe('a record of an inspection', () => {
  it('is read as it was written, beside the verdict on the same digest', async () => {
    const { table, requests } = tableOf({ body: { Item: row(record) } });
    expect(await table.read(record)).toEqual(record);
    expect(requests[0]).toMatchObject({
      operation: 'GetItem',
      input: { TableName: 'verdicts', Key: key, ConsistentRead: true },
    });
  });

  it('is none for an image that was never inspected', async () => {
    expect(await tableOf({ body: {} }).table.read(record)).toBeUndefined();
  });

  it.each([
    ['no record', key],
    ['another form', row({ ...record, problems: [{ about: 'weather' }] })],
  ])('is not passed over when it cannot be read: %s', async (_what, Item) => {
    await expect(tableOf({ body: { Item } }).table.read(record)).rejects.toThrow();
  });

  it.each([
    [0, { ConditionExpression: 'attribute_not_exists(#version)' }],
    [
      3,
      {
        ConditionExpression: '#version = :replaced',
        ExpressionAttributeValues: { ':replaced': { N: '3' } },
      },
    ],
  ])('replaces version %d and no other', async (version, condition) => {
    const { table, requests } = tableOf({ body: {} });
    const written = { ...record, version: version + 1 };
    expect(await table.write({ ...record, version })).toEqual({ written });
    expect(requests[0]?.input).toMatchObject({
      ...condition,
      Item: { ...key, version: { N: String(version + 1) }, record: { S: JSON.stringify(written) } },
    });
  });

  it('that another writer has overtaken is found as that one left it', async () => {
    const refused = { error: 'ConditionalCheckFailedException', body: { Item: row(record) } };
    expect(await tableOf(refused).table.write({ ...record, version: 0 })).toEqual({ found: record });
  });
});
