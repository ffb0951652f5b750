import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { switchTableName } from '../../infra/names.ts';
import { switchTable } from '../../shared/aws/switch-table.ts';
import type { SwitchRow } from '../../shared/domain/standing.ts';

/** A pause as it is kept: one row of the switch table, all attributes texts. */
export interface PauseRow extends SwitchRow {
  /** ISO 8601, UTC. */
  readonly since: string;
  readonly until: string;
}

/** @throws Error named as AWS's own */
export async function readSwitches(
  dynamodb: DynamoDBClient,
  names: readonly string[],
): Promise<readonly SwitchRow[]> {
  const reading = await switchTable(dynamodb, switchTableName).read(names);
  if ('rows' in reading) return reading.rows;
  const [name = '', ...message] = reading.unreadable.split(': ');
  const error = new Error(message.join(': '));
  error.name = name;
  throw error;
}

/** @returns whether the switch was set already, to something else or the same */
export async function setSwitch(dynamodb: DynamoDBClient, row: PauseRow): Promise<boolean> {
  const { Attributes } = await dynamodb.send(
    new PutItemCommand({
      TableName: switchTableName,
      Item: itemOf(row),
      ReturnValues: 'ALL_OLD',
    }),
  );
  return Attributes !== undefined;
}

/** @returns whether the switch was set */
export async function removeSwitch(dynamodb: DynamoDBClient, name: string): Promise<boolean> {
  const { Attributes } = await dynamodb.send(
    new DeleteItemCommand({
      TableName: switchTableName,
      Key: { switch: { S: name } },
      ReturnValues: 'ALL_OLD',
    }),
  );
  return Attributes !== undefined;
}

function itemOf(row: PauseRow): Record<string, { S: string }> {
  const { switch: name, reason, by, since, until } = row;
  return {
    switch: { S: name },
    reason: { S: reason },
    by: { S: by },
    since: { S: since },
    until: { S: until },
  };
}
