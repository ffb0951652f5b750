import { switchTableName } from '../../infra/names.ts';
import { pauseSwitch } from '../../shared/domain/standing.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import type { ClientsOf } from '../aws/clients.ts';
import { exitCodes } from '../exit-codes.ts';
import { MisuseError } from '../misuse.ts';
import type { Answer } from '../output.ts';
import { chosenRegions } from '../regions.ts';
import { readArea } from './area.ts';
import { eachRegion, failedRegions } from './each-region.ts';
import { type Person, readPerson } from './person.ts';
import { fieldLines, resultLines } from './render.ts';
import { type PauseRow, setSwitch } from './switches.ts';
import { readUntil } from './until.ts';

export interface PauseOptions {
  readonly area: string;
  readonly reason?: string | undefined;
  readonly until?: string | undefined;
  readonly by?: string | undefined;
  /** The environment variable USER. */
  readonly user?: string | undefined;
  readonly region?: readonly string[] | undefined;
}

interface Plan {
  readonly row: PauseRow;
  readonly person: Person;
  readonly regions: readonly string[];
}

/** @throws MisuseError for a pause that cannot be set as it was asked for */
export function planPause(options: PauseOptions, policy: Policy, now: Date): Plan {
  const area = readArea(options.area);
  const reason = options.reason?.trim();
  if (!reason)
    throw new MisuseError('No reason was given.', 'Add --reason: whoever finds it paused wants to know why.');
  if (options.until === undefined) {
    throw new MisuseError(
      'No end was given.',
      'Add --until with a moment or a duration, such as 4h: a pause ends by itself.',
    );
  }
  const until = readUntil(options.until, now).toISOString();
  const person = readPerson(options.by, options.user);
  const row = { switch: pauseSwitch(area), reason, by: person.name, since: now.toISOString(), until };
  return { row, person, regions: chosenRegions(policy, options.region) };
}

/** What would be written, and where. */
export function showPause({ row, person, regions }: Plan): Answer {
  return {
    exitCode: exitCodes.yes,
    json: { written: false, table: switchTableName, regions, row, byFrom: person.from },
    text: [
      'Nothing was written. With --aws this row would be:',
      ...fieldLines({ ...row, by: `${row.by} (from ${person.from})` }),
      `into the table ${switchTableName} of ${regions.join(', ')}`,
    ].join('\n'),
  };
}

/** Writes the row in each Region. Where another pause of the same name is, it takes its place. */
export async function setPause({ row, person, regions }: Plan, clientsOf: ClientsOf): Promise<Answer> {
  const results = await eachRegion(regions, clientsOf, 'dynamodb:PutItem', async (dynamodb) =>
    (await setSwitch(dynamodb, row)) ? 'set, in place of an earlier one' : 'set',
  );
  const failed = failedRegions(results);
  return {
    exitCode: failed.length === 0 ? exitCodes.yes : exitCodes.fault,
    json: { written: true, table: switchTableName, row, byFrom: person.from, regions: results },
    text: [
      `${row.switch} until ${row.until}, by ${row.by} (from ${person.from}): ${row.reason}`,
      ...resultLines(results),
    ].join('\n'),
    ...(failed.length > 0 && {
      trouble: `It may not be paused in ${failed.join(', ')}. To finish:\n${commandToFinish(row, failed)}`,
    }),
  };
}

function commandToFinish({ switch: name, reason, until, by }: PauseRow, regions: readonly string[]): string {
  return `npm run ops -- pause ${name.replace('pause/', '')} --reason ${quoted(reason)} --until ${until} --by ${quoted(by)} --region ${regions.join(' ')} --aws`;
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
