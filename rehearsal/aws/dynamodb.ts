import type {
  BatchGetItemCommandInput,
  BatchWriteItemCommandInput,
  DeleteItemCommandInput,
  GetItemCommandInput,
  GetItemOutput,
  PutItemCommandInput,
  QueryCommandInput,
  ScanCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Call, Kernel, Operations } from '../kernel.ts';
import { authorize } from './authorize.ts';
import { batchGet, batchWrite } from './dynamodb-batch.ts';
import { query, scan } from './dynamodb-query.ts';
import { itemReader } from './dynamodb-read.ts';
import { Table, type TableDefinition, type Timing, tableNotFound } from './dynamodb-table.ts';
import { type Item, invalid } from './dynamodb-value.ts';
import { deleteItem, putItem, updateItem } from './dynamodb-write.ts';

/** Members that would change an answer and are not simulated. */
const unsimulated = [
  'AttributesToGet',
  'AttributeUpdates',
  'ConditionalOperator',
  'Expected',
  'KeyConditions',
  'QueryFilter',
  'ReturnConsumedCapacity',
  'ReturnItemCollectionMetrics',
  'ScanFilter',
  'Segment',
  'TotalSegments',
] as const;

/**
 * Amazon DynamoDB: tables with a partition key and perhaps a sort key, and global secondary indexes that are
 * queried and not scanned, without streams and transactions.
 * Reserved words are not checked. Capacity is unlimited: throttling comes from faults.
 */
export class DynamoDb {
  readonly #kernel: Kernel;
  readonly #timing: Timing;
  readonly #tables: Table[] = [];

  constructor(kernel: Kernel, timing: Timing = { staleMs: 0 }) {
    this.#kernel = kernel;
    this.#timing = timing;
  }

  /** @throws RangeError when one of the Regions has a table of this name */
  createTable(definition: TableDefinition): void {
    const table = new Table(this.#kernel, this.#timing, definition);
    for (const region of table.regions) {
      if (this.#find(table.name, region) !== undefined) {
        throw new RangeError(`there is a DynamoDB table '${table.name}' in ${region} already`);
      }
    }
    this.#tables.push(table);
  }

  has(name: string, region: string): boolean {
    return this.#find(name, region) !== undefined;
  }

  /**
   * The items of a table as a consistent read sees them in one Region, for invariants. Nothing is authorized.
   *
   * @throws RangeError when there is no such table
   */
  peek(name: string, region: string): readonly Item[] {
    const table = this.#find(name, region);
    if (table === undefined) throw new RangeError(`there is no DynamoDB table '${name}' in ${region}`);
    return table.readAll(region, true);
  }

  readonly operations = {
    GetItem: (input: GetItemCommandInput, call: Call): GetItemOutput => {
      const table = this.#authorized(call, 'GetItem', input.TableName, input);
      const item = itemReader(table, call.region, input)(input.Key);
      return item === undefined ? {} : { Item: item };
    },

    PutItem: (input: PutItemCommandInput, call: Call) =>
      putItem(this.#authorized(call, 'PutItem', input.TableName, input), call.region, input),

    UpdateItem: (input: UpdateItemCommandInput, call: Call) =>
      updateItem(this.#authorized(call, 'UpdateItem', input.TableName, input), call.region, input),

    DeleteItem: (input: DeleteItemCommandInput, call: Call) =>
      deleteItem(this.#authorized(call, 'DeleteItem', input.TableName, input), call.region, input),

    Query: (input: QueryCommandInput, call: Call) =>
      query(this.#authorized(call, 'Query', input.TableName, input, input.IndexName), call.region, input),

    Scan: (input: ScanCommandInput, call: Call) =>
      scan(this.#authorized(call, 'Scan', input.TableName, input), call.region, input),

    BatchGetItem: (input: BatchGetItemCommandInput, call: Call) =>
      batchGet((name, request) => this.#authorized(call, 'BatchGetItem', name, request), call.region, input),

    BatchWriteItem: (input: BatchWriteItemCommandInput, call: Call) =>
      batchWrite(
        (name, request) => this.#authorized(call, 'BatchWriteItem', name, request),
        call.region,
        input,
      ),
  } satisfies Operations;

  /** Who queries an index needs to be allowed that, and not to query its table. */
  #authorized(
    call: Call,
    operation: string,
    name: string | undefined,
    request: object,
    index?: string,
  ): Table {
    if (name === undefined) {
      throw invalid(
        "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null",
      );
    }
    const table = `arn:aws:dynamodb:${call.region}:${this.#kernel.account}:table/${name}`;
    const resource = index === undefined ? table : `${table}/index/${index}`;
    const found = this.#find(name, call.region);
    const context = leadingKeyOf(found, request);
    authorize(
      this.#kernel,
      { principal: call.principal, action: `dynamodb:${operation}`, resource, context },
      'AccessDeniedException',
    );
    refuseUnsimulated(operation, request);
    if (found === undefined) throw tableNotFound();
    return found;
  }

  #find(name: string, region: string): Table | undefined {
    return this.#tables.find((table) => table.name === name && table.regions.includes(region));
  }
}

/**
 * The condition key `dynamodb:LeadingKeys`, of the operations on one item. The others have none here: a policy that asks
 * for it refuses them.
 */
function leadingKeyOf(table: Table | undefined, request: object): Readonly<Record<string, string>> {
  const item: unknown = Reflect.get(request, 'Item') ?? Reflect.get(request, 'Key');
  const [partition] = table?.keyAttributes ?? [];
  if (partition === undefined || typeof item !== 'object' || item === null) return {};
  const value: unknown = Reflect.get(item, partition.name);
  const text: unknown = typeof value === 'object' && value !== null ? Object.values(value)[0] : undefined;
  return typeof text === 'string' ? { 'dynamodb:leadingkeys': text } : {};
}

function refuseUnsimulated(operation: string, request: object): void {
  const members = unsimulated.filter((name) => Reflect.get(request, name) !== undefined);
  if (members.length > 0) {
    throw new RangeError(
      `the simulated DynamoDB does not know ${members.join(', ')} of ${operation}: leave it out or teach it in rehearsal/aws`,
    );
  }
}
