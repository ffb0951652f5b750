import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { interlockSwitch } from '../domain/standing.ts';

/** The interlock of a Region: while it is set, no automation there changes anything but those of the failover. */
export interface Interlock {
  readonly region: string;
  /**
   * @param by the run that sets it, which alone may release it
   * @returns false when another one has set it already: then it stays as it is
   */
  readonly set: (by: string, reason: string) => Promise<boolean>;
  /** Also where it is not set, or was by another. */
  readonly release: (by: string) => Promise<void>;
}

export function interlock(dynamodb: DynamoDBClient, tableName: string, region: string): Interlock {
  const key = { switch: { S: interlockSwitch } };
  return {
    region,

    async set(by, reason) {
      try {
        await dynamodb.send(
          new PutItemCommand({
            TableName: tableName,
            Item: { ...key, by: { S: by }, reason: { S: reason } },
            ConditionExpression: 'attribute_not_exists(#by) OR #by = :by',
            ExpressionAttributeNames: { '#by': 'by' },
            ExpressionAttributeValues: { ':by': { S: by } },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    async release(by) {
      try {
        await dynamodb.send(
          new DeleteItemCommand({
            TableName: tableName,
            Key: key,
            ConditionExpression: '#by = :by',
            ExpressionAttributeNames: { '#by': 'by' },
            ExpressionAttributeValues: { ':by': { S: by } },
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}
