import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { contract } from '../../functions/images/quarantine-image/contract.ts';
import { functionNameOf, scheduleNameOf, verdictTableName } from '../../infra/names.ts';
import { quarantineTable } from '../../shared/aws/quarantine-table.ts';
import type { ImageReference } from '../../shared/domain/image-reference.ts';
import { isOpen, type ReleaseRequest } from '../../shared/domain/quarantine.ts';
import { resourceName } from '../../shared/policy/resource.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import { isDenied } from '../aws/clients.ts';
import { exitCodes } from '../exit-codes.ts';
import { MisuseError } from '../misuse.ts';
import type { Answer } from '../output.ts';
import type { RegionResult } from '../pause/each-region.ts';
import { fieldLines, resultLines } from '../pause/render.ts';
import { readUntil } from '../pause/until.ts';
import { chosenRegions } from '../regions.ts';
import type { ImageClients, ImageClientsOf } from './clients.ts';
import { readImageWithDigest } from './read.ts';

export interface ReleaseOptions {
  readonly image: string;
  readonly reason?: string | undefined;
  readonly until?: string | undefined;
  readonly rescan?: true | undefined;
  readonly region?: string | undefined;
}

interface Plan {
  readonly reference: ImageReference & { readonly digest: string };
  /** Who asks for it is asked of AWS, and not of them. */
  readonly request: Omit<ReleaseRequest, 'by'>;
  readonly regions: readonly string[];
}

const longest = {
  ms: 7 * 24 * 60 * 60 * 1000,
  said: '7 days',
  remedy: 'Release it for 7 days at most. What has to run for longer needs a waiver in waivers.ts.',
} as const;

/** @throws MisuseError for what cannot be released as it was asked for */
export function planRelease(options: ReleaseOptions, policy: Policy, now: Date): Plan {
  const reference = readImageWithDigest(options.image);
  const repositories = Object.values(policy.services).map(({ repository }) => resourceName(repository));
  if (!repositories.includes(reference.repository)) {
    throw new MisuseError(
      `Nothing is quarantined in the repository '${reference.repository}': it is not in the policy.`,
      `Name an image in one of ${repositories.join(', ')}.`,
    );
  }
  const reason = options.reason?.trim();
  if (!reason) {
    throw new MisuseError(
      'No reason was given.',
      'Add --reason: everybody who looks after images is told of it.',
    );
  }
  const { registry } = policy.regions;
  return {
    reference,
    request: {
      reason,
      at: now.toISOString(),
      until: readUntil(options.until ?? '24h', now, longest).toISOString(),
      rescan: options.rescan === true,
    },
    regions: options.region === undefined ? registry : chosenRegions(policy, [options.region]),
  };
}

/** What would be written, and where. */
export function showRelease({ reference, request, regions }: Plan): Answer {
  const { repository, digest } = reference;
  return {
    exitCode: exitCodes.yes,
    json: { written: false, table: verdictTableName, regions, repository, digest, request },
    text: [
      'Nothing was written. With --aws this would be asked of quarantine-image:',
      ...fieldLines({ image: `${repository}@${digest}`, ...request }),
      `by the case of the image in the table ${verdictTableName} of ${regions.join(', ')}`,
    ].join('\n'),
  };
}

/**
 * Writes the request into the case of each Region, and has quarantine-image look at all cases there at once. Where it may
 * not be invoked its schedule finds the request within a quarter of an hour.
 *
 * @throws Error when AWS does not say who is signed in
 */
export async function releaseImage(plan: Plan, clientsOf: ImageClientsOf): Promise<Answer> {
  const { reference, request, regions } = plan;
  const { repository, digest } = reference;
  const [first = ''] = regions;
  const { Arn: by = '' } = await clientsOf(first).sts.send(new GetCallerIdentityCommand({}));
  const results: RegionResult<string>[] = [];
  let written = 0;
  for (const region of regions) {
    try {
      const done = await askIn(region, plan, { ...request, by }, clientsOf(region));
      if (done.isWritten) written += 1;
      results.push({ region, done: done.said });
    } catch (error) {
      results.push({ region, error: describe(error) });
    }
  }
  const hasFailed = results.some((result) => 'error' in result);
  return {
    exitCode: hasFailed ? exitCodes.fault : written > 0 ? exitCodes.yes : exitCodes.no,
    json: {
      written: written > 0,
      table: verdictTableName,
      repository,
      digest,
      request: { ...request, by },
      regions: results,
    },
    text: [
      `${repository}@${digest} is to be released until ${request.until}, by ${by}: ${request.reason}`,
      ...resultLines(results),
      'What is archived can be pulled again up to twenty minutes later.',
    ].join('\n'),
    ...(hasFailed && { trouble: 'It was not asked for in every Region. Run it again to try once more.' }),
  };
}

async function askIn(
  region: string,
  { reference: { repository, digest } }: Plan,
  request: ReleaseRequest,
  { dynamodb, lambda }: ImageClients,
): Promise<{ readonly isWritten: boolean; readonly said: string }> {
  const cases = quarantineTable(dynamodb, verdictTableName, region, [region]);
  const known = await cases.caseOf({ region, repository, digest });
  if (known === undefined || !isOpen(known))
    return { isWritten: false, said: 'nothing to release: no open case' };
  const isWritten = (await cases.write({ ...known, request })) !== undefined;
  if (!isWritten) throw new Error('quarantine-image worked on the case just now');
  try {
    await lambda.send(
      new InvokeCommand({
        FunctionName: functionNameOf(contract),
        InvocationType: 'Event',
        Payload: JSON.stringify({ schedule: scheduleNameOf(contract, 'all'), scheduledTime: request.at }),
      }),
    );
    return { isWritten, said: 'asked for, and begun' };
  } catch (error) {
    return { isWritten, said: `asked for; it begins within a quarter of an hour (${describe(error)})` };
  }
}

function describe(error: unknown): string {
  if (isDenied(error) && Error.isError(error)) return `your permissions do not allow it: ${error.message}`;
  return Error.isError(error) ? `${error.name}: ${error.message}` : String(error);
}
