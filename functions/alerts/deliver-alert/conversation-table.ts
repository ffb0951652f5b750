import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { writeVersioned } from '../../../shared/aws/versioned-record.ts';
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
 * Key `conversation`. A write that is overtaken brings back what is there, so that nothing is ever read on its own: the
 * first alert of a condition costs one write, and so does its thousandth repeat.
 */
export function conversationTable(
  dynamodb: DynamoDBClient,
  tableName: string,
  now: () => Date,
): ConversationTable {
  return {
    async write(conversation) {
      const { key } = conversation;
      const result = await writeVersioned(dynamodb, {
        tableName,
        key: { conversation: { S: key } },
        record: conversation,
        schema: StoredConversation,
        attributes: { expiresAt: { N: String(Math.floor(now().getTime() / 1000) + keptSeconds) } },
      });
      if ('written' in result) return result;
      // Nothing there although a version was expected: DynamoDB's TTL has removed it meanwhile.
      return { found: result.found ?? { key, version: 0 } };
    },
  };
}

const StoredConversation = z.object({
  key: z.string(),
  version: z.number(),
  told: z.exactOptional(
    z.object({
      state: z.enum(['firing', 'resolved']),
      severity: z.enum(alertSeverities),
      condition: z.string(),
      occurredAt: z.string(),
    }),
  ),
  newest: z.exactOptional(z.object({ state: z.enum(['firing', 'resolved']), occurredAt: z.string() })),
  claim: z.exactOptional(z.object({ by: z.string(), until: z.string() })),
  doubtful: z.exactOptional(z.literal(true)),
});
