import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnRepositoryCreationTemplate } from 'aws-cdk-lib/aws-ecr';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { acknowledgePattern } from '../acknowledge.ts';
import { repositoryArn } from '../arns.ts';
import { allow } from '../permissions.ts';
import { repositorySettings } from './repository-settings.ts';

export interface ReplicaTemplatesProps {
  readonly key: IKey;
  readonly repositories: readonly string[];
  readonly mutableTags: readonly string[];
}

/** The prefix of a template for what no other template is for. */
const everythingElse = 'ROOT';

/**
 * How ECR makes a repository when the first image of it is replicated into this Region: without a template it would
 * have mutable tags, and no key of ours. Repositories that are there already stay as they are.
 *
 * A template is for the repositories below a namespace, never for one repository: ECR reads the prefix `team` as
 * `team/`. One without a namespace therefore takes the template for everything else, which is also for the repositories
 * that others replicate into this Region.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepositoryCreationTemplate.html
 */
export class ReplicaTemplates extends Construct {
  constructor(scope: Construct, id: string, { key, repositories, mutableTags }: ReplicaTemplatesProps) {
    super(scope, id);
    const prefixes = [...new Set(repositories.map(prefixFor))];
    const role = this.roleFor(prefixes, key);
    for (const prefix of prefixes) {
      new CfnRepositoryCreationTemplate(this, `Template-${prefix}`, {
        prefix,
        appliedFor: ['REPLICATION'],
        description: 'Replicas with the settings of the primary Region.',
        customRoleArn: role.roleArn,
        ...repositorySettings(key, mutableTags),
      }).applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    }
  }

  /**
   * A template with a key needs a role of its own: the service-linked role of replication may not grant the use of a
   * key. AWS's trust policy for it has no condition, and whether ECR would meet one is not documented; only a caller
   * who may pass the role can put it into a template.
   * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates-create-iam.html
   * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates-custom.html
   */
  private roleFor(prefixes: readonly string[], key: IKey): Role {
    const names = prefixes.includes(everythingElse) ? ['*'] : prefixes.map((prefix) => `${prefix}/*`);
    const repositories = names.map((name) => repositoryArn(this, name));
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('ecr.amazonaws.com'),
      description: 'Lets ECR make the repositories that images are replicated into.',
      inlinePolicies: {
        replicate: new PolicyDocument({
          statements: [
            allow('MakeReplicas', ['ecr:CreateRepository', 'ecr:ReplicateImage'], repositories),
            allow('EncryptReplicas', ['kms:DescribeKey', 'kms:CreateGrant', 'kms:RetireGrant'], [key.keyArn]),
          ],
        }),
      },
    });
    role.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    for (const pattern of repositories) {
      acknowledgePattern(
        role,
        pattern,
        "ECR makes with this role whatever repository is replicated below its template's prefix; a name it may not use would stop that replication.",
      );
    }
    return role;
  }
}

function prefixFor(repository: string): string {
  const end = repository.lastIndexOf('/');
  return end === -1 ? everythingElse : repository.slice(0, end);
}
