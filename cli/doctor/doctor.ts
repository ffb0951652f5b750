import { synthesize } from '../../infra/synthesize.ts';
import policyAsWritten from '../../ops.config.ts';
import { checkPolicy } from '../../shared/policy/check.ts';
import { assertCredentials, liveClients } from '../aws/clients.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Answer, toJson } from '../output.ts';
import { examineAws } from './aws/examine.ts';
import { warning } from './finding.ts';
import { doctorIamPolicy } from './iam.ts';
import { examineLocally } from './local/examine.ts';
import { diagnosis, isSick } from './render.ts';

/** What is configured, missing, or would not work, as far as this machine can tell. */
export async function doctor(): Promise<Answer> {
  return diagnosis(await examineLocally(policyAsWritten));
}

/**
 * The same, and what is deployed, asked with the caller's own credentials.
 *
 * @throws Error when there are no credentials
 */
export async function doctorAws(): Promise<Answer> {
  await assertCredentials(liveClients(policyAsWritten.regions.primary));
  const local = await examineLocally(policyAsWritten);
  if (isSick(local)) return diagnosis([...local, { title: 'AWS', findings: [notAsked] }]);
  const policy = checkPolicy(policyAsWritten);
  const templates = synthesize(policy);
  const aws = await examineAws({ policy, templates, clientsOf: liveClients, now: new Date() });
  return diagnosis([...local, ...aws]);
}

const notAsked = warning(
  'nothing was asked of AWS',
  'What belongs there is not known while something above is broken.',
  'Mend that first.',
);

/** The permissions that `doctorAws` needs. */
export async function doctorIam(): Promise<Answer> {
  const json = doctorIamPolicy(checkPolicy(policyAsWritten));
  return { exitCode: exitCodes.yes, json, text: toJson(json) };
}
