import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SwitchReading, SwitchRow } from '../domain/standing.ts';

/** The pauses and the interlock of this Region. */
export interface SwitchTable {
  /** Reads the named switches. Never rejects: what could not be read is said, and counts as set. */
  readonly read: (names: readonly string[]) => Promise<SwitchReading>;
}

export function switchTable(dynamodb: DynamoDBClient, tableName: string): SwitchTable {
  return {
    async read(names) {
      try {
        const Keys = names.map((name) => ({ switch: { S: name } }));
        const answer = await dynamodb.send(
          new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys, ConsistentRead: true } } }),
        );
        if (answer.UnprocessedKeys?.[tableName]) return { unreadable: 'DynamoDB left some switches unread' };
        return { rows: (answer.Responses?.[tableName] ?? []).map(switchRowFrom) };
      } catch (error) {
        return { unreadable: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
      }
    },
  };
}

type Item = Readonly<Record<string, { readonly S?: string | undefined } | undefined>>;

/** A row that lacks a field still counts as set: somebody meant to stop something. */
export function switchRowFrom(item: Item): SwitchRow {
  const until = item.until?.S;
  return {
    switch: item.switch?.S ?? 'unnamed',
    reason: item.reason?.S ?? 'no reason given',
    by: item.by?.S ?? 'somebody',
    ...(until !== undefined && { until }),
  };
}
