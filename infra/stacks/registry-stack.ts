import { RemovalPolicy } from 'aws-cdk-lib';
import {
  CfnPullTimeUpdateExclusion,
  CfnRegistryScanningConfiguration,
  CfnReplicationConfiguration,
  CfnRepository,
} from 'aws-cdk-lib/aws-ecr';
import type { Construct } from 'constructs';
import { resourceName } from '../../shared/policy/resource.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import { RegistryKey } from '../constructs/registry-key.ts';
import { ReplicaTemplates } from '../constructs/replica-templates.ts';
import { repositorySettings } from '../constructs/repository-settings.ts';
import { OpsStack, type OpsStackProps } from '../ops-stack.ts';

/**
 * The Regions in which the policy leaves something of the registry to the stacks: none, where all of it exists.
 * Repositories are created in the primary Region, and ECR makes their replicas.
 */
export function registryStackRegions({ regions, services, images }: Policy): readonly string[] {
  if (images.registry.settings === 'create') return regions.registry;
  const creates = Object.values(services).some(({ repository }) => 'create' in repository);
  return creates ? [regions.primary] : [];
}

/**
 * The container registry of one Region, as far as the policy says `create`. What holds images or decides over their
 * safety stays when its stack goes, so that a team can take the registry over as it is.
 */
export class RegistryStack extends OpsStack {
  constructor(scope: Construct, props: OpsStackProps) {
    super(scope, 'registry', "The platform's container images in this Region.", props);
    const { regions, services, images } = props.policy;
    const { settings, mutableTags, pullTimeExclusions } = images.registry;
    const isPrimary = props.region === regions.primary;
    const repositories = Object.values(services).map(({ repository }) => resourceName(repository));

    if (isPrimary) this.createRepositories();
    if (settings === 'existing') return;

    this.scan(repositories);
    if (isPrimary) this.replicate(repositories);
    else
      new ReplicaTemplates(this, 'Replicas', {
        key: new RegistryKey(this, 'Key'),
        repositories,
        mutableTags,
      });
    for (const principalArn of pullTimeExclusions) {
      new CfnPullTimeUpdateExclusion(this, `PullTimeExclusion-${principalArn}`, { principalArn });
    }
  }

  private createRepositories(): void {
    const { services, images } = this.policy;
    const names = Object.values(services).flatMap(({ repository }) =>
      'create' in repository ? [repository.create] : [],
    );
    if (names.length === 0) return;
    const shared = repositorySettings(new RegistryKey(this, 'Key'), images.registry.mutableTags);
    for (const repositoryName of names) {
      new CfnRepository(this, `Repository-${repositoryName}`, {
        repositoryName,
        ...shared,
      }).applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    }
  }

  /**
   * A filter without a `*` would match every name that holds it. With one at its end it covers what replication covers.
   *
   * It is kept in every case, also when its stack could not be made: deleting it makes CloudFormation turn Amazon
   * Inspector off for the whole account and Region.
   * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html
   * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2516
   */
  private scan(repositories: readonly string[]): void {
    const enhanced = this.policy.images.registry.scanning === 'enhanced';
    new CfnRegistryScanningConfiguration(this, 'Scanning', {
      scanType: enhanced ? 'ENHANCED' : 'BASIC',
      rules: [
        {
          scanFrequency: enhanced ? 'CONTINUOUS_SCAN' : 'SCAN_ON_PUSH',
          repositoryFilters: repositories.map((name) => ({ filter: `${name}*`, filterType: 'WILDCARD' })),
        },
      ],
    }).applyRemovalPolicy(RemovalPolicy.RETAIN);
  }

  /**
   * ECR matches by the beginning of a name only: `aeon-dt-api` also replicates `aeon-dt-api-tools`. Images pushed
   * before are not replicated.
   * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html
   */
  private replicate(repositories: readonly string[]): void {
    const { primary, registry } = this.policy.regions;
    const replicas = registry.filter((region) => region !== primary);
    if (replicas.length === 0) return;
    new CfnReplicationConfiguration(this, 'Replication', {
      replicationConfiguration: {
        rules: [
          {
            destinations: replicas.map((region) => ({ region, registryId: this.account })),
            repositoryFilters: repositories.map((filter) => ({ filter, filterType: 'PREFIX_MATCH' })),
          },
        ],
      },
    }).applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  }
}
