import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { CapApproval, CappedFunction } from '../retention/caps.ts';

/** What persons agreed to beyond the caps of retention, in this Region. */
export interface ApprovalTable {
  /** Undefined where nobody has. One that has ended may still be there. */
  readonly of: (subject: string) => Promise<CapApproval | undefined>;
}

/** Rows of the switch table, under names that are none of a pause: `approval/prune-images/<repository>`. */
export function approvalTable(
  dynamodb: DynamoDBClient,
  tableName: string,
  asker: CappedFunction,
): ApprovalTable {
  return {
    async of(subject) {
      const { Item } = await dynamodb.send(
        new GetItemCommand({ TableName: tableName, Key: keyOf(asker, subject), ConsistentRead: true }),
      );
      if (Item === undefined) return undefined;
      return {
        subject,
        most: Number(Item.most?.N ?? 0),
        by: Item.by?.S ?? 'somebody',
        reason: Item.reason?.S ?? 'no reason given',
        until: Item.until?.S ?? '',
      };
    },
  };
}

/** Takes the place of an earlier approval for the same. */
export async function putApproval(
  dynamodb: DynamoDBClient,
  tableName: string,
  asker: CappedFunction,
  { subject, most, by, reason, until }: CapApproval,
): Promise<void> {
  await dynamodb.send(
    new PutItemCommand({
      TableName: tableName,
      Item: {
        ...keyOf(asker, subject),
        most: { N: String(most) },
        by: { S: by },
        reason: { S: reason },
        until: { S: until },
      },
    }),
  );
}

function keyOf(asker: CappedFunction, subject: string): { switch: { S: string } } {
  return { switch: { S: `approval/${asker}/${subject}` } };
}
