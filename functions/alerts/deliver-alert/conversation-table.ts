import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { alertSeverities } from '../../../shared/domain/alert.ts';
import type { Conversation } from './conversation.ts';

export interface ConversationTable {
  /**
   * Writes a conversation over the version it was made from.
   *
   * @returns what is in the table now: `written`, or what another worker had written before and was `found`
   */
  readonly write: (
    conversation: Conversation,
  ) => Promise<{ written: Conversation } | { found: Conversation }>;
}

/** A conversation is forgotten 90 days after it was last touched; DynamoDB does that by the table's TTL. */
const keptSeconds = 90 * 24 * 60 * 60;

/**
 * Key `conversation`. The conversation is one JSON text in `record`; only `version` takes part in a condition. A write
 * that is refused brings back what is there (ReturnValuesOnConditionCheckFailure), so that nothing is ever read on its
 * own: the first alert of a condition costs one write, and so does its thousandth repeat.
 */
export function conversationTable(
  dynamodb: DynamoDBClient,
  tableName: string,
  now: () => Date,
): ConversationTable {
  return {
    async write(conversation) {
      const replaced = conversation.version;
      const written = { ...conversation, version: replaced + 1 };
      try {
        await dynamodb.send(
          new PutItemCommand({
            TableName: tableName,
            Item: {
              conversation: { S: conversation.key },
              version: { N: String(written.version) },
              record: { S: JSON.stringify(written) },
              expiresAt: { N: String(Math.floor(now().getTime() / 1000) + keptSeconds) },
            },
            ConditionExpression: replaced === 0 ? 'attribute_not_exists(#version)' : '#version = :replaced',
            ExpressionAttributeNames: { '#version': 'version' },
            ...(replaced > 0 && { ExpressionAttributeValues: { ':replaced': { N: String(replaced) } } }),
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        return { written };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        const record = error.Item?.record?.S;
        // Nothing there although a version was expected: DynamoDB's TTL has removed it meanwhile.
        return {
          found: record === undefined ? { key: conversation.key, version: 0 } : readConversation(record),
        };
      }
    },
  };
}

function readConversation(record: string): Conversation {
  return StoredConversation.parse(JSON.parse(record));
}

const StoredConversation = z.object({
  key: z.string(),
  version: z.number(),
  told: z.exactOptional(
    z.object({
      state: z.enum(['firing', 'resolved']),
      severity: z.enum(alertSeverities),
      occurredAt: z.string(),
    }),
  ),
  resolvedUntold: z.exactOptional(z.object({ occurredAt: z.string() })),
  claim: z.exactOptional(z.object({ by: z.string(), until: z.string() })),
  doubtful: z.exactOptional(z.literal(true)),
});
