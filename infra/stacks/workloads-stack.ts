import { ArnFormat } from 'aws-cdk-lib';
import { CfnAccessEntry } from 'aws-cdk-lib/aws-eks';
import { AccountRootPrincipal, PolicyDocument, type PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Policy } from '../../shared/policy/schema.ts';
import { acknowledgePattern } from '../acknowledge.ts';
import { workloadReaderArn } from '../arns.ts';
import { workloadReaderRoleName } from '../names.ts';
import { OpsStack, type OpsStackProps } from '../ops-stack.ts';
import { allow } from '../permissions.ts';

type Source = Policy['workloads']['sources'][number];

/** The sources in the account that all this is deployed to. Others are let in by their owners. */
function ownSources({ workloads }: Policy): readonly Source[] {
  return workloads.sources.filter(({ account }) => account === undefined);
}

/** Where the account's own sources ask for something: the primary Region for the role, and each that has a cluster. */
export function workloadsStackRegions(policy: Policy): readonly string[] {
  const own = ownSources(policy);
  if (own.length === 0) return [];
  const clusters = own.filter(({ type }) => type === 'eks').map(({ region }) => region);
  return [...new Set([policy.regions.primary, ...clusters])];
}

/** Lets the functions look what uses images: the role they look as, and its way into the clusters of the Region. */
export class WorkloadsStack extends OpsStack {
  constructor(scope: Construct, props: OpsStackProps) {
    super(scope, 'workloads', 'Lets the operations automation look what uses images.', props);
    if (props.region === props.policy.regions.primary) this.reader();
    for (const source of ownSources(props.policy)) {
      if (source.type === 'eks' && source.region === props.region) this.letInto(source.cluster);
    }
  }

  /**
   * Any role of ours may take this one on, as far as its own policy says so too: a trust policy that names the account
   * leaves it to both. CloudFormation names the functions' roles, so none of them can be written out here.
   */
  private reader(): void {
    const ours = this.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: 'aeon-ops-*' });
    const reading = [...this.readEks(), ...this.readEcs(), ...this.readLambda()];
    const role = new Role(this, 'Reader', {
      roleName: workloadReaderRoleName,
      description: 'Looks what uses images, for the operations automation. It can change nothing.',
      assumedBy: new AccountRootPrincipal().withConditions({ ArnLike: { 'aws:PrincipalArn': ours } }),
      inlinePolicies: { 'read-workloads': new PolicyDocument({ statements: reading }) },
    });
    for (const pattern of new Set(reading.flatMap(({ resources }) => resources).filter(isPattern))) {
      acknowledgePattern(
        role,
        pattern,
        'What uses images is asked of everything that is there; it is only read.',
      );
    }
  }

  private readEks(): PolicyStatement[] {
    const clusters = ownSources(this.policy).flatMap((source) =>
      source.type === 'eks' ? this.arnIn(source.region, 'eks', 'cluster', source.cluster) : [],
    );
    return clusters.length === 0 ? [] : [allow('ReadClusters', ['eks:DescribeCluster'], clusters)];
  }

  private readEcs(): PolicyStatement[] {
    const regions = this.regionsOf('ecs');
    if (regions.length === 0) return [];
    const every = (resource: string) => regions.map((region) => this.arnIn(region, 'ecs', resource, '*'));
    return [
      allow(
        'ListTasks',
        [
          'ecs:ListClusters',
          'ecs:ListServices',
          'ecs:ListTasks',
          'ecs:ListTaskDefinitions',
          'ecs:DescribeTaskDefinition',
        ],
        ['*'],
      ),
      allow('ReadServices', ['ecs:DescribeServices'], every('service')),
      allow('ReadTasks', ['ecs:DescribeTasks'], every('task')),
    ];
  }

  private readLambda(): PolicyStatement[] {
    const regions = this.regionsOf('lambda');
    if (regions.length === 0) return [];
    const functions = regions.map((region) =>
      this.arnIn(region, 'lambda', 'function', '*', ArnFormat.COLON_RESOURCE_NAME),
    );
    return [
      allow('ListFunctions', ['lambda:ListFunctions'], ['*']),
      allow('ReadFunctions', ['lambda:GetFunction'], functions),
    ];
  }

  private regionsOf(type: Source['type']): readonly string[] {
    const regions = ownSources(this.policy).filter((source) => source.type === type);
    return [...new Set(regions.map(({ region }) => region))];
  }

  private arnIn(
    region: string,
    service: string,
    resource: string,
    resourceName: string,
    arnFormat = ArnFormat.SLASH_RESOURCE_NAME,
  ): string {
    return this.formatArn({ region, service, resource, resourceName, arnFormat });
  }

  /**
   * AmazonEKSViewPolicy reads pods and all that makes pods, and no Secrets; AmazonEKSAdminViewPolicy would read those too.
   * @see https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
   */
  private letInto(clusterName: string): void {
    new CfnAccessEntry(this, `Reader-${clusterName}`, {
      clusterName,
      principalArn: workloadReaderArn(this),
      type: 'STANDARD',
      accessPolicies: [
        {
          policyArn: `arn:${this.partition}:eks::aws:cluster-access-policy/AmazonEKSViewPolicy`,
          accessScope: { type: 'cluster' },
        },
      ],
    });
  }
}

function isPattern(arn: string): boolean {
  return arn.endsWith('*');
}
