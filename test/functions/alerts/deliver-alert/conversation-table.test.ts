import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import type { Conversation } from '../../../../functions/alerts/deliver-alert/conversation.ts';
import { conversationTable } from '../../../../functions/alerts/deliver-alert/conversation-table.ts';
import { answeredClient, type WireAnswer } from '../../../shared/aws/answers.ts';

const now = new Date('2026-03-02T12:00:00Z');

function tableOf(answer: WireAnswer) {
  const { client, requests } = answeredClient(DynamoDBClient, () => answer);
  return { table: conversationTable(client, 'conversations', () => now), requests };
}

const full: Conversation = {
  key: 'ops/condition',
  version: 3,
  told: {
    state: 'firing',
    condition: 'review',
    severity: 'critical',
    occurredAt: '2026-03-02T08:00:00.000Z',
  },
  newest: { state: 'resolved', occurredAt: '2026-03-02T08:10:00.000Z' },
  claim: { by: 'm1', until: '2026-03-02T12:01:30.000Z' },
  doubtful: true,
};

const refusedWith = (item?: object): WireAnswer => ({
  error: 'ConditionalCheckFailedException',
  body: item ? { Item: item } : {},
});

describe('write', () => {
  it('writes a conversation that is new only where there is none', async () => {
    const { table, requests } = tableOf({ body: {} });
    expect(await table.write({ key: 'ops/condition', version: 0 })).toEqual({
      written: { key: 'ops/condition', version: 1 },
    });
    expect(requests).toMatchObject([
      {
        operation: 'PutItem',
        input: {
          TableName: 'conversations',
          Item: { conversation: { S: 'ops/condition' }, version: { N: '1' } },
          ConditionExpression: 'attribute_not_exists(#version)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
    ]);
    expect(requests[0]?.input).not.toHaveProperty('ExpressionAttributeValues');
  });

  it('writes over the version that it was made from, and over no other', async () => {
    const { table, requests } = tableOf({ body: {} });
    expect(await table.write(full)).toEqual({ written: { ...full, version: 4 } });
    expect(requests[0]?.input).toMatchObject({
      Item: { version: { N: '4' } },
      ConditionExpression: '#version = :replaced',
      ExpressionAttributeValues: { ':replaced': { N: '3' } },
    });
  });

  it('has it forgotten 90 days after it was last touched', async () => {
    const { table, requests } = tableOf({ body: {} });
    await table.write(full);
    const expiresAt = Date.parse('2026-05-31T12:00:00Z') / 1000;
    expect(requests[0]?.input).toMatchObject({ Item: { expiresAt: { N: String(expiresAt) } } });
  });

  it('brings back what another worker has written, just as it was written', async () => {
    const writer = tableOf({ body: {} });
    await writer.table.write(full);
    const { Item } = (writer.requests[0]?.input ?? {}) as { Item?: object };
    const { table } = tableOf(refusedWith(Item));
    expect(await table.write({ key: 'ops/condition', version: 0 })).toEqual({
      found: { ...full, version: 4 },
    });
  });

  it('takes what is no longer there for a new conversation: DynamoDB has removed it', async () => {
    const { table } = tableOf(refusedWith());
    expect(await table.write(full)).toEqual({ found: { key: 'ops/condition', version: 0 } });
  });

  it.each(['ProvisionedThroughputExceededException', 'ResourceNotFoundException', 'AccessDeniedException'])(
    '%s is thrown: nothing is known of the conversation',
    async (error) => {
      const { table } = tableOf({ error });
      await expect(table.write(full)).rejects.toMatchObject({ name: error });
    },
  );

  it('does not take for a conversation what is none', async () => {
    const { table } = tableOf(refusedWith({ record: { S: '{"key":"ops/condition"}' } }));
    await expect(table.write(full)).rejects.toThrow();
  });
});
