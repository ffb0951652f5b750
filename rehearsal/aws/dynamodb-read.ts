import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { Placeholders } from './dynamodb-expression.ts';
import { parseProjection, project } from './dynamodb-projection.ts';
import type { Table } from './dynamodb-table.ts';
import type { Item } from './dynamodb-value.ts';

interface ReadInput {
  readonly ConsistentRead?: boolean | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
}

/** Reads single items as the request wants them: checks the request once, then takes any number of keys. */
export function itemReader(
  table: Table,
  region: string,
  input: ReadInput,
): (key: Item | undefined) => Record<string, AttributeValue> | undefined {
  const { ConsistentRead, ProjectionExpression, ExpressionAttributeNames } = input;
  const placeholders = new Placeholders({ ExpressionAttributeNames });
  const paths =
    ProjectionExpression === undefined ? undefined : parseProjection(ProjectionExpression, placeholders);
  placeholders.refuseUnused();
  return (key) => {
    const item = table.read(region, table.checkedKey(key), ConsistentRead === true);
    return item && (paths === undefined ? { ...item } : project(item, paths));
  };
}
