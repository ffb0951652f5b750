import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
  paginateQuery,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { votesOf } from '../failover/rows.ts';
import { type Voice, type Vote, voices } from '../failover/vote.ts';
import type { ClientConfig } from '../lambda/world.ts';

/** The votes, in the standby Region: rows of the failover table with the key `vote/<voice>` and the mark. */
export interface VoteTable {
  /**
   * The first vote of a voice for a mark stays.
   *
   * @returns false when there was one already: another run of the same probe was as early
   * @throws what DynamoDB answers
   */
  readonly write: (vote: Vote) => Promise<boolean>;
  /** The votes of a voice for this mark and all after it, also for marks that have not come yet. */
  readonly since: (voice: Voice, mark: number) => Promise<readonly Vote[]>;
}

/** Days for which a vote can be replayed. */
const keptDays = 7;

/** For work that has to be over before the next mark: two attempts of two seconds each. */
export class PromptDynamoDBClient extends DynamoDBClient {
  constructor(config: ClientConfig) {
    super({
      ...config,
      maxAttempts: 2,
      requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
    });
  }
}

export function voteTable(dynamodb: DynamoDBClient, tableName: string): VoteTable {
  return {
    async write(vote) {
      try {
        await dynamodb.send(
          new PutItemCommand({
            TableName: tableName,
            Item: {
              of: { S: votesOf(vote.voice) },
              at: { S: timeOf(vote.at) },
              record: { S: JSON.stringify(vote) },
              expiresAt: { N: String(vote.at / 1000 + keptDays * 86_400) },
            },
            ConditionExpression: 'attribute_not_exists(#of)',
            ExpressionAttributeNames: { '#of': 'of' },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    async since(voice, mark) {
      const votes: Vote[] = [];
      const pages = paginateQuery(
        { client: dynamodb },
        {
          TableName: tableName,
          KeyConditionExpression: '#of = :of AND #at >= :at',
          ExpressionAttributeNames: { '#of': 'of', '#at': 'at' },
          ExpressionAttributeValues: { ':of': { S: votesOf(voice) }, ':at': { S: timeOf(mark) } },
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages) {
        for (const { record } of Items) votes.push(StoredVote.parse(JSON.parse(record?.S ?? 'null')));
      }
      return votes;
    },
  };
}

function timeOf(mark: number): string {
  return new Date(mark).toISOString();
}

const Sight = z.enum(['up', 'down', 'blind']);

export const StoredVote = z.object({
  voice: z.enum(voices),
  at: z.number(),
  endpoint: Sight,
  canary: z.exactOptional(Sight),
  saw: z.exactOptional(z.string()),
});
