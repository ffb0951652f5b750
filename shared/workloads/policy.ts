import { PermanentError } from '../lambda/errors.ts';
import type { Policy } from '../policy/schema.ts';
import type { WorkloadSource } from './inventory.ts';
import type { Reader } from './reader.ts';

/** What a function has to name in its contract to ask what uses images. */
export const workloadPolicy = ['workloads'] as const;

export type WorkloadPolicy = Pick<Policy, 'workloads'>;

/** @param ownAccount that of sources which name none */
export function workloadSources(
  { workloads }: WorkloadPolicy,
  ownAccount: string,
): readonly WorkloadSource[] {
  return workloads.sources.map((source): WorkloadSource => {
    const place = { account: source.account ?? ownAccount, region: source.region };
    return source.type === 'eks'
      ? { kind: source.type, ...place, cluster: source.cluster }
      : { kind: source.type, ...place };
  });
}

/**
 * Who may look into the sources of an account.
 *
 * @param ownReader ARN of the role for our own account, by which that is known
 * @throws PermanentError for an account that the policy names no reader for
 */
export function readerOf({ workloads }: WorkloadPolicy, account: string, ownReader: string): Reader {
  if (account === accountOf(ownReader)) return { role: ownReader };
  const reader = workloads.readers[account];
  if (reader) return reader;
  throw new PermanentError(
    `nobody may look into the account ${account}: the policy names no reader for it in workloads.readers`,
  );
}

export function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}
