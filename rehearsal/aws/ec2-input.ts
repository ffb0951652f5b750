import type { Filter } from '@aws-sdk/client-ec2';
import { AwsError } from '../kernel.ts';
import { pageOf } from './paging.ts';

/** All at once, unless pages are asked for: EC2 has no usual length of a page. */
export function page<Thing>(all: readonly Thing[], size: number | undefined, token: string | undefined) {
  const { things, nextToken } = pageOf(all, size ?? all.length + 1, token) ?? {};
  if (things === undefined) throw new AwsError('InvalidParameterValue', 'Invalid value for NextToken');
  return nextToken === undefined ? { things } : { things, NextToken: nextToken };
}

/** @throws RangeError unless only what the account owns is asked for */
export function onlyOwn(operation: string, owners: readonly string[] | undefined): void {
  if (owners?.length !== 1 || owners[0] !== 'self') {
    throw new RangeError(`EC2 ${operation}: only what the account owns ('self') is simulated`);
  }
}

/**
 * The values of the one filter that an operation knows here.
 *
 * @throws RangeError for any other filter, by name
 */
export function filterOf(
  operation: string,
  filters: readonly Filter[] = [],
  known: string,
): readonly string[] | undefined {
  const other = filters.find(({ Name }) => Name !== known);
  if (other !== undefined) throw new RangeError(`EC2 ${operation}: filter '${other.Name}' is not simulated`);
  return filters[0]?.Values;
}
