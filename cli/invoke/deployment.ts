import { contracts } from '../../infra/functions.ts';
import { functionIdOf, functionNameOf } from '../../infra/names.ts';
import { nameOf } from '../../rehearsal/account.ts';
import { sourceIdOf } from '../../rehearsal/functions.ts';
import type { ResolvedResource } from '../../rehearsal/wiring/template.ts';
import { MisuseError } from '../misuse.ts';

interface Wanted {
  /** The name in a contract, with or without its room: `judge-scan`, `images/judge-scan`. */
  readonly function: string;
  readonly region: string;
  /** Sets apart the deployments of a function that has one for each sink. */
  readonly sink?: string | undefined;
}

/**
 * The Lambda function of the templates that is meant.
 *
 * @throws MisuseError when there is none, or more than one
 */
export function deploymentOf(wanted: Wanted, resources: readonly ResolvedResource[]): ResolvedResource {
  const contract = contracts.find(
    (candidate) => wanted.function === candidate.name || wanted.function === functionIdOf(candidate),
  );
  if (contract === undefined) {
    throw new MisuseError(
      `There is no function '${wanted.function}'.`,
      `Use one of ${contracts.map(({ name }) => name).join(', ')}.`,
    );
  }
  const everywhere = resources.filter(
    (resource) =>
      resource.type === 'AWS::Lambda::Function' && sourceIdOf(resource) === functionIdOf(contract),
  );
  const here = everywhere.filter(({ region }) => region === wanted.region);
  if (here.length === 0) {
    throw new MisuseError(
      `${contract.name} is not deployed in ${wanted.region}.`,
      `Use --region with one of ${[...new Set(everywhere.map(({ region }) => region))].join(', ')}.`,
    );
  }
  const name = functionNameOf(contract, wanted.sink);
  const found = here.find((resource) => nameOf(resource) === name);
  if (found !== undefined) return found;
  const variants = here.map((resource) => nameOf(resource).slice(functionNameOf(contract).length + 1));
  if (wanted.sink === undefined) {
    throw new MisuseError(
      `${contract.name} is deployed once for each sink, and no sink was given.`,
      `Use --sink with one of ${variants.join(', ')}.`,
    );
  }
  throw variants.includes('')
    ? new MisuseError(`${contract.name} has no sinks; '${wanted.sink}' was given.`, 'Leave out --sink.')
    : new MisuseError(
        `There is no sink '${wanted.sink}' in ${wanted.region}.`,
        `Use --sink with one of ${variants.join(', ')}.`,
      );
}
