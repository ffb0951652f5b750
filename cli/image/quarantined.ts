import { verdictTableName } from '../../infra/names.ts';
import { quarantineTable } from '../../shared/aws/quarantine-table.ts';
import type { QuarantineCase } from '../../shared/domain/quarantine.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Answer, table } from '../output.ts';
import { chosenRegions } from '../regions.ts';
import type { ImageClientsOf } from './clients.ts';

export interface QuarantinedOptions {
  readonly region?: string | undefined;
}

/** The open cases of the Regions: what is blocked, what was done about it, and by when people have to have replaced it. */
export async function listQuarantined(
  { region }: QuarantinedOptions,
  policy: Policy,
  clientsOf: ImageClientsOf,
): Promise<Answer> {
  const regions = region === undefined ? policy.regions.registry : chosenRegions(policy, [region]);
  const found: QuarantineCase[] = [];
  for (const each of regions) {
    const cases = quarantineTable(clientsOf(each).dynamodb, verdictTableName, each, [each]);
    for (const copy of await cases.concerned()) {
      const open = copy.hasCase ? await cases.caseOf(copy) : undefined;
      if (open !== undefined) found.push(open);
    }
  }
  const inOrder = found.toSorted((one, other) => Date.parse(one.fixBy) - Date.parse(other.fixBy));
  return {
    exitCode: exitCodes.yes,
    json: inOrder,
    text:
      inOrder.length === 0
        ? 'No image has an open case.'
        : table([
            ['REGION', 'IMAGE', 'STATE', 'SINCE', 'FIX BY', 'WHY'],
            ...inOrder.map((each) => [
              each.region,
              `${each.repository}@${each.digest}`,
              each.heldBy === undefined ? each.state : `${each.state} (${each.heldBy})`,
              each.blockedSince.slice(0, 16),
              each.fixBy.slice(0, 10),
              each.blockReason,
            ]),
          ]),
  };
}
