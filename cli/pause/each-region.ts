import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { switchTableName } from '../../infra/names.ts';
import { type ClientsOf, isDenied } from '../aws/clients.ts';

/** How one Region's part of the work ended. */
export type RegionResult<Done> =
  | { readonly region: string; readonly done: Done }
  | { readonly region: string; readonly error: string };

/**
 * Does the same in each Region, one after the other. A Region that fails does not stop the others.
 *
 * @param action the IAM action that it takes
 */
export async function eachRegion<Done>(
  regions: readonly string[],
  clientsOf: ClientsOf,
  action: string,
  work: (dynamodb: DynamoDBClient) => Promise<Done>,
): Promise<readonly RegionResult<Done>[]> {
  const results: RegionResult<Done>[] = [];
  for (const region of regions) {
    try {
      results.push({ region, done: await work(clientsOf(region).dynamodb) });
    } catch (error) {
      results.push({ region, error: describe(error, action) });
    }
  }
  return results;
}

/** The Regions where it was not done. */
export function failedRegions(results: readonly RegionResult<unknown>[]): readonly string[] {
  return results.flatMap((result) => ('error' in result ? [result.region] : []));
}

function describe(error: unknown, action: string): string {
  if (isDenied(error)) return `needs ${action} on the table ${switchTableName}`;
  return Error.isError(error) ? `${error.name}: ${error.message}` : String(error);
}
