import type {
  AttributeValue,
  BatchGetItemCommandInput,
  BatchGetItemOutput,
  BatchWriteItemCommandInput,
  BatchWriteItemOutput,
  KeysAndAttributes,
  WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { itemReader } from './dynamodb-read.ts';
import type { Table } from './dynamodb-table.ts';
import { type Item, identity, invalid, itemSize } from './dynamodb-value.ts';

const maxKeys = 100;
const maxAnswerBytes = 16 * 1024 * 1024;
const maxWrites = 25;

/** Finds a table of the batch, once it is clear that the caller may use it so. */
export type TableFinder = (name: string, request: object) => Table;

/** Keys whose items no longer fit into 16 MB come back as unprocessed. */
export function batchGet(
  tableOf: TableFinder,
  region: string,
  input: BatchGetItemCommandInput,
): BatchGetItemOutput {
  const requests = Object.entries(input.RequestItems ?? {});
  refuseEmpty('requestItems', requests);
  const count = requests.reduce((total, [, { Keys = [] }]) => total + Keys.length, 0);
  const responses: Record<string, Record<string, AttributeValue>[]> = {};
  const unprocessed: Record<string, KeysAndAttributes> = {};
  let bytes = 0;
  for (const [name, request] of requests) {
    const table = tableOf(name, request);
    if (count > maxKeys) throw invalid('Too many items requested for the BatchGetItem call');
    const { Keys = [] } = request;
    refuseEmpty(`requestItems.${name}.member.keys`, Keys);
    const read = itemReader(table, region, request);
    refuseDuplicates(Keys.map((key) => table.checkedKey(key)));
    const items: Record<string, AttributeValue>[] = [];
    const left: Record<string, AttributeValue>[] = [];
    for (const key of Keys) {
      const item = read(key);
      if (item === undefined) continue;
      bytes += itemSize(item);
      if (bytes > maxAnswerBytes) left.push(key);
      else items.push(item);
    }
    responses[name] = items;
    if (left.length > 0) unprocessed[name] = { ...request, Keys: left };
  }
  return { Responses: responses, UnprocessedKeys: unprocessed };
}

/** All requests are checked before the first one is carried out. */
export function batchWrite(
  tableOf: TableFinder,
  region: string,
  input: BatchWriteItemCommandInput,
): BatchWriteItemOutput {
  const requests = Object.entries(input.RequestItems ?? {});
  refuseEmpty('requestItems', requests);
  const writes = requests.flatMap(([name, batch]) => {
    const table = tableOf(name, input);
    const checked = batch.map((request) => ({ table, ...checkedWrite(table, request) }));
    refuseDuplicates(checked.map(({ key }) => key));
    return checked;
  });
  if (writes.length < 1 || writes.length > maxWrites) {
    throw invalid(
      `1 validation error detected: Value at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to ${maxWrites}, Member must have length greater than or equal to 1]`,
    );
  }
  for (const { table, key, item } of writes) table.write(region, key, item);
  return { UnprocessedItems: {} };
}

function checkedWrite(
  table: Table,
  { PutRequest, DeleteRequest }: WriteRequest,
): { key: Item; item: Item | undefined } {
  if ((PutRequest === undefined) === (DeleteRequest === undefined)) {
    throw invalid('A WriteRequest must hold exactly one of PutRequest and DeleteRequest');
  }
  if (PutRequest === undefined) return { key: table.checkedKey(DeleteRequest?.Key), item: undefined };
  const item = table.checkedItem(PutRequest.Item);
  return { key: table.keyOf(item), item };
}

function refuseEmpty(member: string, given: readonly unknown[]): void {
  if (given.length === 0) {
    throw invalid(
      `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length greater than or equal to 1`,
    );
  }
}

function refuseDuplicates(keys: readonly Item[]): void {
  if (new Set(keys.map((key) => identity({ M: key }))).size < keys.length) {
    throw invalid('Provided list of item keys contains duplicates');
  }
}
