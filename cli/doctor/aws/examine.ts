import { DescribeRegistryCommand } from '@aws-sdk/client-ecr';
import type { Synthesized } from '../../../infra/synthesize.ts';
import { resolveTemplate } from '../../../rehearsal/wiring/template.ts';
import type { Policy } from '../../../shared/policy/schema.ts';
import { type ClientsOf, isDenied } from '../../aws/clients.ts';
import { regionsOf } from '../../regions.ts';
import { ok, problem, type Section } from '../finding.ts';
import { notAllowed, type Place } from './check.ts';
import { checks } from './checks.ts';

export interface Examination {
  readonly policy: Policy;
  /** What belongs in each Region. */
  readonly templates: ReadonlyMap<string, Synthesized>;
  readonly clientsOf: ClientsOf;
  readonly now: Date;
}

/** Looks at every Region of the policy, all at the same time. Only reads. */
export async function examineAws(examination: Examination): Promise<readonly Section[]> {
  const sections = await Promise.all(
    regionsOf(examination.policy).map((region) => examineRegion(region, examination)),
  );
  return sections.flat();
}

async function examineRegion(
  region: string,
  { policy, templates, clientsOf, now }: Examination,
): Promise<readonly Section[]> {
  const clients = clientsOf(region);
  const { account, finding } = await reach(region, clients.ecr);
  const reached: Section = { title: `${region}: reached`, findings: [finding] };
  if (finding.level === 'problem') return [reached];

  const resources = [...templates].flatMap(([stack, { region: home, template }]) =>
    resolveTemplate(template, { region: home, account: account ?? unknownAccount, stack }),
  );
  const place: Place = { region, account, clients, policy, resources, now };
  const sections = await Promise.all(
    checks.map(async (check) => ({
      title: `${region}: ${check.subject}`,
      findings: await check.run(place),
    })),
  );
  return [reached, ...sections.filter(({ findings }) => findings.length > 0)];
}

/** Templates cannot be resolved without an account; where it is not known, nothing is asked by ARN. */
const unknownAccount = '000000000000';

/** The registry's id is the account's: this asks both whether the Region answers and who the caller is. */
async function reach(
  region: string,
  ecr: ReturnType<ClientsOf>['ecr'],
): Promise<{ readonly account: string | undefined; readonly finding: Section['findings'][number] }> {
  try {
    const { registryId } = await ecr.send(new DescribeRegistryCommand({}));
    return { account: registryId, finding: ok(`${region} answers, for the account ${registryId}`) };
  } catch (error) {
    if (isDenied(error))
      return { account: undefined, finding: notAllowed('the account', 'ecr:DescribeRegistry') };
    const message = Error.isError(error) ? `${error.name}: ${error.message}` : String(error);
    return {
      account: undefined,
      finding: problem(
        `${region} cannot be reached: ${message}`,
        'Nothing else was asked there.',
        "See that the credentials hold, that the account has the Region enabled, and that this machine reaches the Region's endpoints.",
      ),
    };
  }
}
