import policyAsWritten from '../../ops.config.ts';
import { checkPolicy } from '../../shared/policy/check.ts';
import { assertCredentials, liveClients } from '../aws/clients.ts';
import type { Answer } from '../output.ts';
import { type AdmitOptions, admitHere, admitOnAws, planAdmit } from './admit.ts';
import { type AllowOptions, allowImage, planAllow, showAllow } from './allow.ts';
import { type ImageClientsOf, liveImageClients } from './clients.ts';
import { listQuarantined, type QuarantinedOptions } from './quarantined.ts';
import { planRelease, type ReleaseOptions, releaseImage, showRelease } from './release.ts';

interface Where {
  /** Do it. Left out: nothing outside this machine is asked or changed. */
  readonly aws?: true;
}

/** The `image` commands, by the policy and the caller's own credentials. */
export const image = {
  async admit(options: AdmitOptions & Where): Promise<Answer> {
    const policy = checkPolicy(policyAsWritten);
    const plan = planAdmit(options, policy);
    return options.aws ? admitOnAws(plan, await signedIn()) : admitHere(plan, policy);
  },

  async allow(options: AllowOptions & Where): Promise<Answer> {
    const plan = planAllow(options, checkPolicy(policyAsWritten), new Date());
    return options.aws ? allowImage(plan, await signedIn()) : showAllow(plan);
  },

  async release(options: ReleaseOptions & Where): Promise<Answer> {
    const plan = planRelease(options, checkPolicy(policyAsWritten), new Date());
    return options.aws ? releaseImage(plan, await signedIn()) : showRelease(plan);
  },

  async quarantined(options: QuarantinedOptions): Promise<Answer> {
    return listQuarantined(options, checkPolicy(policyAsWritten), await signedIn());
  },
} as const;

async function signedIn(): Promise<ImageClientsOf> {
  await assertCredentials(liveClients(policyAsWritten.regions.primary));
  return liveImageClients;
}
