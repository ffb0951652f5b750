import { restoreTableName } from '../infra/names.ts';
import type { Policy } from '../shared/policy/schema.ts';
import type { Account } from './account.ts';

/**
 * People were told of the tiers that no test restores when all this was deployed, which was long before the story. Else
 * it would be the first message of each. Where only some stacks are deployed there may be nobody to tell.
 */
export function furnishUntested({ dynamodb }: Account, { regions, backups }: Policy): void {
  if (!dynamodb.has(restoreTableName, regions.primary)) return;
  for (const [tier, { restoreTest }] of Object.entries(backups.tiers)) {
    if (restoreTest !== undefined) continue;
    dynamodb.operations.PutItem(
      { TableName: restoreTableName, Item: { of: { S: 'untested' }, at: { S: tier } } },
      { principal: { kind: 'scenario' }, region: regions.primary },
    );
  }
}
