import { STSClient } from '@aws-sdk/client-sts';
import { workloadReaderRoleName } from '../../../infra/names.ts';
import { composeWorkloads } from '../../../shared/workloads/compose.ts';
import {
  describeSource,
  type WorkloadInventory,
  type WorkloadSource,
} from '../../../shared/workloads/inventory.ts';
import { readerOf, workloadSources } from '../../../shared/workloads/policy.ts';
import { readerCredentials } from '../../../shared/workloads/reader.ts';
import { isDenied } from '../../aws/clients.ts';
import { regionsOf } from '../../regions.ts';
import { type Finding, ok, problem, warning } from '../finding.ts';
import { type Check, notAllowed, type Place } from './check.ts';

/** Whether everything that may use images can be asked, as the functions ask it: as the reader of each account. */
export const workloadsCheck: Check = {
  subject: 'what uses images',
  permissions: ({ workloads }) => {
    const isOurs = workloads.sources.some(({ account }) => account === undefined);
    const readers = Object.values(workloads.readers).map(({ role }) => role);
    const resources = [...(isOurs ? [ownReader('*')] : []), ...readers];
    return resources.length === 0 ? [] : [{ actions: ['sts:AssumeRole'], resources }];
  },
  async run(place) {
    const { account, policy, clients, now } = place;
    if (account === undefined) return [notAllowed('what uses images', 'ecr:DescribeRegistry')];
    const reader = ownReader(account);
    const sources = workloadSources(policy, account).filter((source) => isAskedFrom(source, place));
    const barred = await whoBars(new Set(sources.map((source) => source.account)), reader, place);
    const asked = sources.filter((source) => !barred.has(source.account));
    const world = { policy, now: () => now, client: clients.client, get: clients.get };
    const inventory = await composeWorkloads(world, reader).survey(asked);
    return [...barred.values(), ...asked.map((source) => findingOf(source, inventory))];
  },
};

function ownReader(account: string): string {
  return `arn:aws:iam::${account}:role/${workloadReaderRoleName}`;
}

/** Each source is asked once: from its own Region, or from the primary where the policy has nothing else there. */
function isAskedFrom({ region }: WorkloadSource, place: Place): boolean {
  const { policy } = place;
  const isExamined = regionsOf(policy).includes(region);
  return place.region === (isExamined ? region : policy.regions.primary);
}

/** The accounts whose reader the caller may not take on: that tells nothing of whether the functions may. */
async function whoBars(
  accounts: Iterable<string>,
  reader: string,
  { policy, clients, now }: Place,
): Promise<ReadonlyMap<string, Finding>> {
  const barred = new Map<string, Finding>();
  for (const account of accounts) {
    const readerThere = readerOf(policy, account, reader);
    try {
      await readerCredentials(clients.client(STSClient), readerThere, () => now)();
    } catch (error) {
      if (Error.isError(error) && isDenied(error.cause)) barred.set(account, notTakenOn(readerThere.role));
    }
  }
  return barred;
}

function notTakenOn(role: string): Finding {
  return warning(
    `what uses images could not be checked: needs sts:AssumeRole on ${role}`,
    'The role trusts roles alone whose names begin with aeon-ops-, or it is not there; the functions may be able to take it on or not.',
    'Look from such a role, with the policy that ops doctor --iam prints. What the functions themselves could not ask they tell as image gaps.',
  );
}

function findingOf(source: WorkloadSource, { uses, missing }: WorkloadInventory): Finding {
  const about = describeSource(source);
  const reason = missing.find((one) => one.source === source)?.reason;
  if (reason !== undefined) {
    return problem(
      `${about} could not be asked: ${reason}`,
      'All images count as used until it can be: none is archived or deleted.',
      'Mend what the reason says, and look again.',
    );
  }
  const count = uses.filter((use) => use.source === source).length;
  return ok(`${about} can be asked, and names images ${count} times`);
}
