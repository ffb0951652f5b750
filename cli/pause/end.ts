import { switchTableName } from '../../infra/names.ts';
import { pauseSwitch } from '../../shared/domain/standing.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import type { ClientsOf } from '../aws/clients.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Answer } from '../output.ts';
import { chosenRegions } from '../regions.ts';
import { type Pausable, readArea } from './area.ts';
import { eachRegion, failedRegions } from './each-region.ts';
import { resultLines } from './render.ts';
import { removeSwitch } from './switches.ts';

interface Plan {
  readonly area: Pausable;
  readonly regions: readonly string[];
}

/** @throws MisuseError for what cannot be paused, or a Region that the policy does not have */
export function planEnd(
  options: { readonly area: string; readonly region?: readonly string[] | undefined },
  policy: Policy,
): Plan {
  return { area: readArea(options.area), regions: chosenRegions(policy, options.region) };
}

/** What would be removed, and where. */
export function showEnd({ area, regions }: Plan): Answer {
  const name = pauseSwitch(area);
  return {
    exitCode: exitCodes.yes,
    json: { written: false, table: switchTableName, regions, switch: name },
    text: `Nothing was removed. With --aws the row ${name} would be, from the table ${switchTableName} of ${regions.join(', ')}`,
  };
}

/** Removes the row in each Region. Where there is none, that is well too. */
export async function endPause({ area, regions }: Plan, clientsOf: ClientsOf): Promise<Answer> {
  const name = pauseSwitch(area);
  const results = await eachRegion(regions, clientsOf, 'dynamodb:DeleteItem', async (dynamodb) =>
    (await removeSwitch(dynamodb, name)) ? 'ended' : 'was not paused',
  );
  const failed = failedRegions(results);
  return {
    exitCode: failed.length === 0 ? exitCodes.yes : exitCodes.fault,
    json: { written: true, table: switchTableName, switch: name, regions: results },
    text: [name, ...resultLines(results)].join('\n'),
    ...(failed.length > 0 && {
      trouble: `Whether it is paused in ${failed.join(', ')} is not known. To finish:\nnpm run ops -- pause end ${area} --region ${failed.join(' ')} --aws`,
    }),
  };
}
