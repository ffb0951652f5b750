import { type PolicyProblem, type PolicyRule, repeated } from './rule.ts';
import type { Policy } from './schema.ts';

/** The repositories and the registry they are in. */
export const registryRules: readonly PolicyRule[] = [
  repositoriesBelongToOneService,
];

function repositoriesBelongToOneService({ services }: Policy): readonly PolicyProblem[] {
  const names = Object.values(services).map(({ repository }) =>
    'existing' in repository ? repository.existing : repository.create,
  );
  return repeated(names).map((repository) => ({
    path: 'services',
    value: repository,
    fact: `two services name the repository '${repository}', so the rules of neither would be sure to hold for it`,
    remedy: 'give each service a repository of its own',
  }));
}
