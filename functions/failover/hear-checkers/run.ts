import type { VoteTable } from '../../../shared/aws/vote-table.ts';
import { lookTimeoutSeconds } from '../../../shared/failover/budget.ts';
import { endpointVoteName } from '../../../shared/failover/names.ts';
import type { Vote } from '../../../shared/failover/vote.ts';
import type { Resolve } from '../../../shared/lambda/dns.ts';
import { within } from '../../../shared/lambda/within.ts';
import type { PolicySlice } from '../../../shared/policy/slice.ts';
import type { contract } from './contract.ts';

export interface HearDeps {
  readonly votes: VoteTable;
  readonly resolve: Resolve;
  readonly policy: PolicySlice<(typeof contract.policy)[number]>;
}

export const voice = 'route-53';

/** @throws what DynamoDB answers */
export async function hearAt(mark: number, deps: HearDeps): Promise<void> {
  await deps.votes.write(await voteAt(mark, deps));
}

/** No answer, and one that is neither of the two, says nothing of the endpoint. */
async function voteAt(at: number, { resolve, policy }: HearDeps): Promise<Vote> {
  const name = endpointVoteName(policy.failover);
  try {
    const texts = await within(lookTimeoutSeconds * 1000, `the TXT record of ${name}`, () =>
      resolve(name, 'TXT'),
    );
    const [text, ...others] = texts;
    const isSight = others.length === 0 && (text === 'up' || text === 'down');
    return {
      voice,
      at,
      endpoint: isSight ? text : 'blind',
      saw: `DNS says ${texts.join(', ') || 'nothing'}`,
    };
  } catch (error) {
    return { voice, at, endpoint: 'blind', saw: Error.isError(error) ? error.message : String(error) };
  }
}
