import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { opsBusName, verdictTableName } from '../../infra/names.ts';
import { putAllowance } from '../../shared/aws/admission-table.ts';
import { opsBus } from '../../shared/aws/ops-bus.ts';
import { type Allowance, longestAllowanceMs } from '../../shared/domain/allowance.ts';
import { type ImageReference, readEcrHost } from '../../shared/domain/image-reference.ts';
import type { ImageAllowed } from '../../shared/events/ops-events.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import { isDenied } from '../aws/clients.ts';
import { exitCodes } from '../exit-codes.ts';
import { MisuseError } from '../misuse.ts';
import type { Answer } from '../output.ts';
import type { RegionResult } from '../pause/each-region.ts';
import { fieldLines, resultLines } from '../pause/render.ts';
import { readUntil } from '../pause/until.ts';
import type { ImageClients, ImageClientsOf } from './clients.ts';
import { readEnvironmentName, readImageWithDigest } from './read.ts';

export interface AllowOptions {
  readonly image: string;
  readonly environment?: string | undefined;
  readonly until?: string | undefined;
  readonly reason?: string | undefined;
}

interface Plan {
  readonly reference: ImageReference & { readonly digest: string };
  /** Who allows it is asked of AWS, and not of them. */
  readonly allowance: Omit<Allowance, 'by'>;
  /** Where it is told: the first of these whose bus takes it tells everybody. */
  readonly tellIn: readonly string[];
  readonly writeIn: readonly string[];
}

const longest = {
  ms: longestAllowanceMs,
  said: '24 hours',
  remedy: 'Allow it for 24 hours at most. What has to run for longer needs a waiver in waivers.ts.',
} as const;

/** @throws MisuseError for what cannot be allowed as it was asked for */
export function planAllow(options: AllowOptions, policy: Policy, now: Date): Plan {
  const reference = readImageWithDigest(options.image);
  const environment = readEnvironmentName(options.environment, policy);
  const reason = options.reason?.trim();
  if (!reason)
    throw new MisuseError('No reason was given.', 'Add --reason: everybody on call is told of it.');
  if (options.until === undefined) {
    throw new MisuseError('No end was given.', 'Add --until with a moment or a duration, such as 4h.');
  }
  return {
    reference,
    allowance: {
      digest: reference.digest,
      environment,
      image: options.image,
      reason,
      since: now.toISOString(),
      until: readUntil(options.until, now, longest).toISOString(),
    },
    tellIn: policy.regions.alerts,
    writeIn: policy.regions.registry,
  };
}

/** What would be told and written, and where. */
export function showAllow({ allowance, tellIn, writeIn }: Plan): Answer {
  return {
    exitCode: exitCodes.yes,
    json: { written: false, table: verdictTableName, regions: writeIn, allowance },
    text: [
      'Nothing was written, and nobody was told. With --aws everybody on call would be told of this:',
      ...fieldLines(allowance),
      `by the bus ${opsBusName} of ${tellIn[0]}, and then it would be written into the table ${verdictTableName} of ${writeIn.join(', ')}`,
    ].join('\n'),
  };
}

/**
 * Tells people first, and writes only what they were told of: there is no break-glass in silence. It is written in each
 * Region on its own, so that a Region that is cut off from the others has it too.
 *
 * @throws Error when AWS does not say who is signed in, and when nobody could be told
 */
export async function allowImage(plan: Plan, clientsOf: ImageClientsOf): Promise<Answer> {
  const { allowance, tellIn, writeIn } = plan;
  const who = await inFirst(writeIn, clientsOf, 'AWS does not say who is signed in', ({ sts }) =>
    sts.send(new GetCallerIdentityCommand({})),
  );
  const { Arn: by = '', Account: account = '' } = who.done;
  const allowed = { ...allowance, by };
  const told = await inFirst(
    tellIn,
    clientsOf,
    'Nobody could be told, so nothing was written',
    ({ eventBridge }, region) =>
      opsBus(eventBridge, opsBusName, 'cli').publish({
        detailType: 'Image Allowed',
        detail: imageAllowed(allowed, plan, account, region),
      }),
  );

  const results: RegionResult<string>[] = [];
  for (const region of writeIn) {
    try {
      await putAllowance(clientsOf(region).dynamodb, verdictTableName, allowed);
      results.push({ region, done: 'allowed' });
    } catch (error) {
      results.push({ region, error: describe(error) });
    }
  }
  const failed = results.flatMap((result) => ('error' in result ? [result.region] : []));
  return {
    exitCode: failed.length === 0 ? exitCodes.yes : exitCodes.fault,
    json: {
      written: true,
      table: verdictTableName,
      allowance: allowed,
      toldIn: told.region,
      regions: results,
    },
    text: [
      `${allowed.image} may run in ${allowed.environment} until ${allowed.until}, by ${by}: ${allowed.reason}`,
      `Everybody on call is told, by the bus of ${told.region}.`,
      ...resultLines(results),
    ].join('\n'),
    ...(failed.length > 0 && {
      trouble: `It may not be allowed in ${failed.join(', ')}, unless DynamoDB replicates it there. Run it again to try once more.`,
    }),
  };
}

function imageAllowed(
  { image, digest, environment, by, reason, since, until }: Allowance,
  { reference }: Plan,
  account: string,
  region: string,
): ImageAllowed {
  return {
    identity: `${digest}/${environment}/${until}`,
    subject: subjectOf(reference, account, region) ?? image,
    environment,
    outcome: 'allowed',
    reason,
    occurredAt: since,
    facts: { image, digest, region, by, until },
  };
}

/** The ARN of an image in ECR; where no registry is written, ours is meant. */
function subjectOf(
  { registry, repository, digest }: Plan['reference'],
  account: string,
  region: string,
): string | undefined {
  const ecr = registry === undefined ? { account, region } : readEcrHost(registry);
  return ecr && `arn:aws:ecr:${ecr.region}:${ecr.account}:repository/${repository}/${digest}`;
}

/** Asks one Region after the other, until one answers. */
async function inFirst<Done>(
  regions: readonly string[],
  clientsOf: ImageClientsOf,
  failure: string,
  ask: (clients: ImageClients, region: string) => Promise<Done>,
): Promise<{ readonly region: string; readonly done: Done }> {
  const errors: string[] = [];
  for (const region of regions) {
    try {
      return { region, done: await ask(clientsOf(region), region) };
    } catch (error) {
      errors.push(`${region}: ${describe(error)}`);
    }
  }
  throw new Error(`${failure} (${errors.join('; ')}).`);
}

function describe(error: unknown): string {
  if (isDenied(error) && Error.isError(error)) return `your permissions do not allow it: ${error.message}`;
  return Error.isError(error) ? `${error.name}: ${error.message}` : String(error);
}
