import type {
  AttributeValue,
  DeleteItemCommandInput,
  DeleteItemOutput,
  PutItemCommandInput,
  PutItemOutput,
  UpdateItemCommandInput,
  UpdateItemOutput,
} from '@aws-sdk/client-dynamodb';
import { AwsError } from '../kernel.ts';
import { holds } from './dynamodb-condition.ts';
import { parseCondition } from './dynamodb-condition-parser.ts';
import { Placeholders } from './dynamodb-expression.ts';
import type { Path } from './dynamodb-path.ts';
import { project } from './dynamodb-projection.ts';
import type { Table } from './dynamodb-table.ts';
import { applyUpdate, parseUpdate } from './dynamodb-update.ts';
import { type Item, invalid } from './dynamodb-value.ts';

export function putItem(table: Table, region: string, input: PutItemCommandInput): PutItemOutput {
  refuseReturnValues(input.ReturnValues);
  const item = table.checkedItem(input.Item);
  const key = table.keyOf(item);
  const before = table.read(region, key, true);
  checkCondition(input, new Placeholders(input), before);
  table.write(region, key, item);
  return attributes(input.ReturnValues === 'ALL_OLD' ? before : undefined);
}

export function deleteItem(table: Table, region: string, input: DeleteItemCommandInput): DeleteItemOutput {
  refuseReturnValues(input.ReturnValues);
  const key = table.checkedKey(input.Key);
  const before = table.read(region, key, true);
  checkCondition(input, new Placeholders(input), before);
  if (before !== undefined) table.write(region, key, undefined);
  return attributes(input.ReturnValues === 'ALL_OLD' ? before : undefined);
}

/** Makes the item if there is none, even when the update sets nothing. */
export function updateItem(table: Table, region: string, input: UpdateItemCommandInput): UpdateItemOutput {
  const key = table.checkedKey(input.Key);
  const before = table.read(region, key, true);
  const placeholders = new Placeholders(input);
  const actions =
    input.UpdateExpression === undefined ? [] : parseUpdate(input.UpdateExpression, placeholders);
  const paths = actions.map(({ path }) => path);
  refuseKeyUpdates(table, paths);
  checkCondition(input, placeholders, before);
  const after = table.checkedItem(applyUpdate(actions, before ?? key));
  table.write(region, key, after);
  switch (input.ReturnValues) {
    case 'ALL_OLD':
      return attributes(before);
    case 'ALL_NEW':
      return attributes(after);
    case 'UPDATED_OLD':
      return attributes(project(before ?? {}, paths));
    case 'UPDATED_NEW':
      return attributes(project(after, paths));
    default:
      return {};
  }
}

interface ConditionInput {
  readonly ConditionExpression?: string | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
}

/**
 * The last expression of a write to be parsed.
 *
 * @throws AwsError ConditionalCheckFailedException, with the item where the caller asked for it
 */
function checkCondition(input: ConditionInput, placeholders: Placeholders, before: Item | undefined): void {
  const condition =
    input.ConditionExpression === undefined
      ? undefined
      : parseCondition('ConditionExpression', input.ConditionExpression, placeholders);
  placeholders.refuseUnused();
  if (condition === undefined || holds(condition, before ?? {})) return;
  const showItem = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && before !== undefined;
  throw new AwsError(
    'ConditionalCheckFailedException',
    'The conditional request failed',
    400,
    showItem ? { Item: before } : {},
  );
}

function refuseReturnValues(returnValues: string | undefined): void {
  if (returnValues !== undefined && returnValues !== 'NONE' && returnValues !== 'ALL_OLD') {
    throw invalid('ReturnValues can only be ALL_OLD or NONE');
  }
}

function refuseKeyUpdates(table: Table, paths: readonly Path[]): void {
  const key = table.keyAttributes.find(({ name }) => paths.some(([attribute]) => attribute === name));
  if (key !== undefined) {
    throw invalid(
      `One or more parameter values were invalid: Cannot update attribute ${key.name}. This attribute is part of the key`,
    );
  }
}

function attributes(item: Item | undefined): { Attributes?: Record<string, AttributeValue> } {
  return item === undefined || Object.keys(item).length === 0 ? {} : { Attributes: { ...item } };
}
