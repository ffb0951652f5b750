import policyAsWritten from '../../ops.config.ts';
import { checkPolicy } from '../../shared/policy/check.ts';
import { assertCredentials, liveClients } from '../aws/clients.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Answer, toJson } from '../output.ts';
import { writeTextFile } from '../text-file.ts';
import { type ApproveOptions, planApproval, showApproval, writeApproval } from './approve.ts';
import { simulatedDeps } from './here.ts';
import { planIamPolicy } from './iam.ts';
import { liveDeps } from './on-aws.ts';
import { readRegistryRegion, readRepository } from './read.ts';
import { planRegion } from './region-plan.ts';
import { planAnswer } from './render.ts';

export interface PlanOptions {
  readonly region?: string | undefined;
  readonly repository?: string | undefined;
  /** Where the plan is written to as JSON. */
  readonly file?: string | undefined;
  /** Of what is deployed. Left out: of an example on the simulated AWS. */
  readonly aws?: true | undefined;
}

/** The `retention` commands, by the policy and the caller's own credentials. */
export const retention = {
  async plan({ aws, file, ...options }: PlanOptions): Promise<Answer> {
    const policy = checkPolicy(policyAsWritten);
    const region = readRegistryRegion(options.region, policy);
    const repository =
      options.repository === undefined ? undefined : readRepository(options.repository, policy);
    const clients = liveClients(region);
    if (aws) await assertCredentials(clients);
    const deps = aws ? await liveDeps(policy, region, clients) : simulatedDeps(policy, region, new Date());
    const plans = await planRegion(deps, (name) => repository === undefined || name === repository);
    const answer = planAnswer(region, plans, deps.now());
    if (file !== undefined) writeTextFile(file, toJson(answer.json));
    const text = file === undefined ? answer.text : `${answer.text}\n\nEvery image is in ${file}.`;
    const example =
      'This is an example, on the simulated AWS. Add --aws for the plan of what is there, and --iam for the permissions that takes.';
    return aws
      ? { ...answer, text }
      : { ...answer, text, trouble: [answer.trouble, example].filter(Boolean).join('\n') };
  },

  /** The permissions that a plan of what is deployed takes. */
  async iam(options: Pick<PlanOptions, 'region'>): Promise<Answer> {
    const policy = checkPolicy(policyAsWritten);
    const json = planIamPolicy(policy, readRegistryRegion(options.region, policy));
    return { exitCode: exitCodes.yes, json, text: toJson(json) };
  },

  async approve({ aws, ...options }: ApproveOptions & { readonly aws?: true | undefined }): Promise<Answer> {
    const plan = planApproval(options, checkPolicy(policyAsWritten), new Date());
    if (!aws) return showApproval(plan);
    await assertCredentials(liveClients(plan.region));
    return writeApproval(plan, liveClients);
  },
} as const;
