import { switchTableName } from '../../infra/names.ts';
import type { SwitchRow } from '../../shared/domain/standing.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import type { ClientsOf } from '../aws/clients.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Answer, table } from '../output.ts';
import { chosenRegions } from '../regions.ts';
import { everySwitch } from './area.ts';
import { eachRegion, failedRegions } from './each-region.ts';
import { readSwitches } from './switches.ts';

/** What would be read, and where. */
export function showList(policy: Policy, named?: readonly string[]): Answer {
  const regions = chosenRegions(policy, named);
  return {
    exitCode: exitCodes.yes,
    json: { read: false, table: switchTableName, regions, switches: everySwitch },
    text: `Nothing was read. With --aws the rows ${everySwitch.join(', ')} would be, from the table ${switchTableName} of ${regions.join(', ')}`,
  };
}

/** The pauses and the interlock that are set, Region by Region. A row that has run out is not. */
export async function listPauses(
  policy: Policy,
  named: readonly string[] | undefined,
  clientsOf: ClientsOf,
  now: Date,
): Promise<Answer> {
  const isSet = ({ until }: SwitchRow): boolean => until === undefined || new Date(until) > now;
  const results = await eachRegion(
    chosenRegions(policy, named),
    clientsOf,
    'dynamodb:BatchGetItem',
    async (dynamodb) => (await readSwitches(dynamodb, everySwitch)).filter(isSet),
  );
  const failed = failedRegions(results);
  const rows = results.flatMap((result) => {
    if ('error' in result) return [[result.region, 'not known', result.error]];
    if (result.done.length === 0) return [[result.region, 'nothing is set']];
    return result.done.map((row) => [result.region, row.switch, describe(row)]);
  });
  return {
    exitCode: failed.length === 0 ? exitCodes.yes : exitCodes.fault,
    json: { read: true, table: switchTableName, regions: results },
    text: table(rows),
    ...(failed.length > 0 && { trouble: `${failed.join(', ')} could not be read.` }),
  };
}

function describe({ by, until, reason }: SwitchRow): string {
  return `${until === undefined ? 'until it is removed' : `until ${until}`}, by ${by}: ${reason}`;
}
