import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** A table whose keys are texts. */
export async function createTable(
  dynamodb: DynamoDBClient,
  name: string,
  [partition, sort]: readonly [partition: string, sort?: string],
): Promise<void> {
  const keys = [partition, ...(sort === undefined ? [] : [sort])];
  await dynamodb.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys.map((AttributeName, index) => ({
        AttributeName,
        KeyType: index === 0 ? 'HASH' : 'RANGE',
      })),
    }),
  );
}
