import policyAsWritten from '../../ops.config.ts';
import { checkPolicy } from '../../shared/policy/check.ts';
import { assertCredentials, type ClientsOf, liveClients } from '../aws/clients.ts';
import type { Answer } from '../output.ts';
import { endPause, planEnd, showEnd } from './end.ts';
import { listPauses, showList } from './list.ts';
import { type PauseOptions, planPause, setPause, showPause } from './set.ts';

interface Where {
  /** Do it. Left out: only say what would be done. */
  readonly aws?: true;
  readonly region?: readonly string[] | undefined;
}

/** The `pause` commands, by the policy and the caller's own credentials. */
export const pause = {
  async set(options: PauseOptions & Where): Promise<Answer> {
    const plan = planPause(options, checkPolicy(policyAsWritten), new Date());
    return options.aws ? setPause(plan, await signedIn()) : showPause(plan);
  },

  async end(options: { readonly area: string } & Where): Promise<Answer> {
    const plan = planEnd(options, checkPolicy(policyAsWritten));
    return options.aws ? endPause(plan, await signedIn()) : showEnd(plan);
  },

  async list({ aws, region }: Where): Promise<Answer> {
    const policy = checkPolicy(policyAsWritten);
    return aws ? listPauses(policy, region, await signedIn(), new Date()) : showList(policy, region);
  },
} as const;

async function signedIn(): Promise<ClientsOf> {
  await assertCredentials(liveClients(policyAsWritten.regions.primary));
  return liveClients;
}
