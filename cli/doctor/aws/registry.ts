import {
  BatchGetRepositoryScanningConfigurationCommand,
  DescribeRepositoriesCommand,
  GetLifecyclePolicyCommand,
  GetRegistryScanningConfigurationCommand,
  LifecyclePolicyNotFoundException,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import { resourceName } from '../../../shared/policy/resource.ts';
import type { Policy } from '../../../shared/policy/schema.ts';
import { type Finding, ok, problem, warning } from '../finding.ts';
import type { Check, Place } from './check.ts';
import { question, questions } from './question.ts';

/** The repositories of the policy, and whether what is pushed there is scanned. */
export const registryCheck: Check = {
  subject: 'images',
  permissions: () => [
    { actions: ['ecr:GetRegistryScanningConfiguration'], resources: ['*'] },
    {
      actions: [
        'ecr:DescribeRepositories',
        'ecr:BatchGetRepositoryScanningConfiguration',
        'ecr:GetLifecyclePolicy',
      ],
      resources: ['arn:aws:ecr:*:*:repository/*'],
    },
  ],
  async run(place) {
    const { policy, region } = place;
    if (!policy.regions.registry.includes(region)) return [];
    const repositories = repositoriesOf(policy);
    return questions([
      engine(place),
      ...repositories.flatMap((name) => [exists(place, name), scanning(place, name), lifecycle(place, name)]),
    ]);
  },
};

function repositoriesOf({ services }: Policy): readonly string[] {
  return Object.values(services).map(({ repository }) => resourceName(repository));
}

/** The two engines' findings are kept apart: after a change of engine, images have none until they are scanned anew. */
function engine({ clients, policy }: Place): Promise<readonly Finding[]> {
  const expected = policy.images.registry.scanning.toUpperCase();
  return question({
    about: "the registry's scanning",
    action: 'ecr:GetRegistryScanningConfiguration',
    ask: () => clients.ecr.send(new GetRegistryScanningConfigurationCommand({})),
    judge: ({ scanningConfiguration: { scanType = 'BASIC' } = {} }) => [
      scanType === expected
        ? ok(`the registry's scanning is ${scanType}, as the policy has it`)
        : problem(
            `the registry's scanning is ${scanType}, and the policy has ${expected}`,
            'Images are judged by what the other engine finds, or not at all.',
            'Change the scanning type of the registry, or images.registry.scanning in ops.config.ts.',
          ),
    ],
  });
}

function exists({ clients, region, policy }: Place, name: string): Promise<readonly Finding[]> {
  const isPrimary = region === policy.regions.primary;
  const missing = `the repository ${name} is not there`;
  return question({
    about: `the repository ${name}`,
    action: 'ecr:DescribeRepositories',
    ask: () => clients.ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] })),
    judge: () => [ok(`the repository ${name} is there`)],
    absent: [
      {
        error: RepositoryNotFoundException,
        means: isPrimary
          ? problem(
              missing,
              'Images cannot be pushed to it.',
              'Create it, or correct its name under services in ops.config.ts.',
            )
          : warning(
              missing,
              'ECR makes it when the first image is replicated. Until then this Region has nothing to run.',
              `See that the registry of ${policy.regions.primary} replicates it to ${region}.`,
            ),
      },
    ],
  });
}

/**
 * A repository that no rule of the registry covers is MANUAL: basic scanning then waits to be asked, and enhanced
 * scanning is off.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_RepositoryScanningConfiguration.html
 */
function scanning({ clients }: Place, name: string): Promise<readonly Finding[]> {
  return question({
    about: `the scanning of the repository ${name}`,
    action: 'ecr:BatchGetRepositoryScanningConfiguration',
    ask: () =>
      clients.ecr.send(new BatchGetRepositoryScanningConfigurationCommand({ repositoryNames: [name] })),
    judge: ({ scanningConfigurations = [] }) => {
      const [found] = scanningConfigurations;
      if (found === undefined) return [];
      const { scanFrequency = 'MANUAL' } = found;
      return [
        scanFrequency === 'MANUAL'
          ? problem(
              `images in ${name} are not scanned when they are pushed`,
              'They get no verdict, which counts as unknown.',
              "Cover the repository by a rule of the registry's scanning configuration.",
            )
          : ok(`images in ${name} are scanned: ${scanFrequency}`),
      ];
    },
  });
}

/**
 * Rules of ECR's own know neither what is in use nor what a release to go back to is.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 */
function lifecycle({ clients }: Place, name: string): Promise<readonly Finding[]> {
  const none = ok(`no lifecycle rule of ECR works on the images in ${name}`);
  return question({
    about: `the lifecycle rules of the repository ${name}`,
    action: 'ecr:GetLifecyclePolicy',
    ask: () => clients.ecr.send(new GetLifecyclePolicyCommand({ repositoryName: name })),
    judge: () => [
      problem(
        `lifecycle rules of ECR work on the images in ${name}`,
        'They expire or archive images by age or number alone, also those that are in use, and break what prune-images and quarantine-image promise.',
        'Delete the lifecycle policy of the repository, in every Region; how long images are kept stands under retention in ops.config.ts.',
      ),
    ],
    absent: [
      { error: LifecyclePolicyNotFoundException, means: none },
      { error: RepositoryNotFoundException, means: none },
    ],
  });
}
