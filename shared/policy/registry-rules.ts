import { resourceName } from './resource.ts';
import { type PolicyProblem, type PolicyRule, repeated } from './rule.ts';
import type { Policy } from './schema.ts';

/** The repositories, and the settings of the registry that they are in. */
export const registryRules: readonly PolicyRule[] = [
  repositoriesBelongToOneService,
  repositoryNamesAreValid,
  scanningCanNameEveryRepository,
  settingsNameSomeRepositories,
  replicationReachesEveryRegion,
  mutableTagsAreFiltersOfEcr,
  mutableTagsLeaveOthersImmutable,
  pullTimeExclusionsArePrincipals,
  pullTimeExclusionsHaveAnOwner,
];

function repositoriesBelongToOneService({ services }: Policy): readonly PolicyProblem[] {
  const names = Object.values(services).map(({ repository }) => resourceName(repository));
  return repeated(names).map((repository) => ({
    path: 'services',
    value: repository,
    fact: `two services name the repository '${repository}', so the rules of neither would be sure to hold for it`,
    remedy: 'give each service a repository of its own',
  }));
}

/** @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
const repositoryName =
  /^(?=.{2,256}$)[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

function repositoryNamesAreValid({ services }: Policy): readonly PolicyProblem[] {
  return repositoriesOf(services)
    .filter(({ name }) => !repositoryName.test(name))
    .map(({ path, name }) => ({
      path,
      value: name,
      fact: 'ECR has no repository of such a name',
      remedy:
        "use the repository's name alone, without the registry's address or an ARN: 2 to 256 lower-case letters and digits, in parts joined by '-', '_', '.' or '/'",
    }));
}

/**
 * A filter of the scanning configuration, which the stacks make of a repository's name and a `*`.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ScanningRepositoryFilter.html
 */
const scanningFilter = /^(?=.{1,255}$)[a-z0-9*](?:[._\-/a-z0-9*]?[a-z0-9*]+)*$/;

function scanningCanNameEveryRepository({ services, images }: Policy): readonly PolicyProblem[] {
  if (images.registry.settings === 'existing') return [];
  return repositoriesOf(services)
    .filter(({ name }) => repositoryName.test(name) && !scanningFilter.test(`${name}*`))
    .map(({ path, name }) => ({
      path,
      value: name,
      fact: "ECR's scanning rules cannot name a repository with two separators in a row, or with more than 254 characters",
      remedy: "name it without, or leave the registry's settings 'existing' and scan all repositories there",
    }));
}

/** Filters in one scanning rule, and in one replication rule. */
const mostFilters = 100;

/** A rule without a filter is a rule for every repository there is. */
function settingsNameSomeRepositories({ services, images }: Policy): readonly PolicyProblem[] {
  const count = Object.keys(services).length;
  if (images.registry.settings === 'existing' || (count > 0 && count <= mostFilters)) return [];
  return [
    {
      path: 'services',
      value: count,
      fact:
        count === 0
          ? 'scanning and replication that name no repository would cover every repository of the registry'
          : `ECR takes at most ${mostFilters} repositories in one rule for scanning or replication`,
      remedy:
        count === 0
          ? "name at least one service, or leave the registry's settings 'existing'"
          : `name at most ${mostFilters} services, or leave the registry's settings 'existing'`,
    },
  ];
}

/** @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ReplicationRule.html */
const mostDestinations = 25;

function replicationReachesEveryRegion({ regions, images }: Policy): readonly PolicyProblem[] {
  const destinations = regions.registry.filter((region) => region !== regions.primary);
  if (images.registry.settings === 'existing' || destinations.length <= mostDestinations) return [];
  return [
    {
      path: 'regions.registry',
      value: destinations.length,
      fact: `ECR replicates to at most ${mostDestinations} destinations`,
      remedy: `name at most ${mostDestinations} Regions beside the primary`,
    },
  ];
}

/**
 * ECR's documentation gives the characters and the length; that a filter holds at most two `*` only shows in its answer.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageTagMutabilityExclusionFilter.html
 * @see https://github.com/hashicorp/terraform-provider-aws/pull/43642
 */
const tagFilter = /^(?!(?:[^*]*\*){3})[0-9a-zA-Z._*-]{1,128}$/;

function mutableTagsAreFiltersOfEcr({ images }: Policy): readonly PolicyProblem[] {
  return images.registry.mutableTags.flatMap((filter, index) =>
    tagFilter.test(filter)
      ? []
      : [
          {
            path: `images.registry.mutableTags[${index}]`,
            value: filter,
            fact: 'ECR refuses it as a filter for tags, and with it the repository',
            remedy: "use at most 128 letters, digits, '.', '_', '-', and at most two '*'",
          },
        ],
  );
}

function mutableTagsLeaveOthersImmutable({ images }: Policy): readonly PolicyProblem[] {
  return images.registry.mutableTags.flatMap((filter, index) =>
    /^\*+$/.test(filter)
      ? [
          {
            path: `images.registry.mutableTags[${index}]`,
            value: filter,
            fact: 'it matches every tag, so that no tag would be immutable and a release could become another image',
            remedy: 'name only the tags that have to move',
          },
        ]
      : [],
  );
}

/** @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_RegisterPullTimeUpdateExclusion.html */
const principalArn = /^(?=.{1,200}$)arn:aws(-[a-z]+)*:iam::\d{12}:(role|user)(\/[\w+=,.@-]+)+$/;

function pullTimeExclusionsArePrincipals({ images }: Policy): readonly PolicyProblem[] {
  const { pullTimeExclusions } = images.registry;
  const strangers = pullTimeExclusions.flatMap((principal, index) =>
    principalArn.test(principal)
      ? []
      : [
          {
            path: `images.registry.pullTimeExclusions[${index}]`,
            value: principal,
            fact: 'ECR leaves out the pulls of IAM roles and users only',
            remedy:
              "use the role's own ARN, such as arn:aws:iam::111122223333:role/scanner, not that of a session",
          },
        ],
  );
  const twice = repeated(pullTimeExclusions).map((principal) => ({
    path: 'images.registry.pullTimeExclusions',
    value: principal,
    fact: 'it is listed twice, and ECR takes a principal once',
    remedy: 'list each principal once',
  }));
  return [...strangers, ...twice];
}

function pullTimeExclusionsHaveAnOwner({ images }: Policy): readonly PolicyProblem[] {
  const { settings, pullTimeExclusions } = images.registry;
  if (settings === 'create' || pullTimeExclusions.length === 0) return [];
  return [
    {
      path: 'images.registry.pullTimeExclusions',
      value: pullTimeExclusions,
      fact: "the registry's settings are not ours, so these principals would not be registered and what they pull would count as used",
      remedy: "remove them here, and register them where the registry's settings are made",
    },
  ];
}

function repositoriesOf(
  services: Policy['services'],
): readonly { readonly path: string; readonly name: string }[] {
  return Object.entries(services).map(([service, { repository }]) => ({
    path: `services.${service}.repository`,
    name: resourceName(repository),
  }));
}
