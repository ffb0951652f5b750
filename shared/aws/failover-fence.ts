import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { type FencedState, type Fencing, untouchedState } from '../failover/fence.ts';
import { RetryableError } from '../lambda/errors.ts';
import { stateKey } from './failover-state.ts';
import { readVersioned, writeVersioned } from './versioned-record.ts';

/** The state of the failover, for those who change it: a write replaces the version that it was decided by. */
export interface FailoverFence {
  /** @throws what DynamoDB answers */
  readonly read: () => Promise<FencedState>;
  /**
   * Decides by the present state, and writes what was decided unless somebody else has written meanwhile: then it is
   * decided anew.
   *
   * @returns why it was refused; undefined when it is as wanted
   * @throws RetryableError when others keep coming first
   */
  readonly change: (decide: (state: FencedState) => Fencing) => Promise<string | undefined>;
}

const mostTurns = 5;

const StoredState = z.object({
  epoch: z.number(),
  writer: z.enum(['primary', 'standby']),
  openRun: z.exactOptional(z.string()),
  openedBy: z.exactOptional(z.string()),
  halfway: z.exactOptional(z.string()),
  lastRunEnded: z.exactOptional(z.number()),
  version: z.number(),
});

export function failoverFence(dynamodb: DynamoDBClient, tableName: string): FailoverFence {
  const read = async (): Promise<FencedState> => {
    const { Item } = await dynamodb.send(
      new GetItemCommand({ TableName: tableName, Key: stateKey, ConsistentRead: true }),
    );
    return Item === undefined ? untouchedState : readVersioned(Item, StoredState);
  };
  return {
    read,
    async change(decide) {
      let state = await read();
      for (let turn = 0; turn < mostTurns; turn += 1) {
        const fencing = decide(state);
        if (fencing.end === 'done') return undefined;
        if (fencing.end === 'refused') return fencing.reason;
        const wrote = await writeVersioned(dynamodb, {
          tableName,
          key: stateKey,
          record: fencing.state,
          schema: StoredState,
        });
        if ('written' in wrote) return undefined;
        state = wrote.found ?? untouchedState;
      }
      throw new RetryableError(
        `The state of the failover in ${tableName} changed ${mostTurns} times in a row.`,
      );
    },
  };
}
