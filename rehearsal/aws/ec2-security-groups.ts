import type {
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult,
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult,
  SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { AwsError, type Call, type Kernel, type Operations } from '../kernel.ts';
import { authorize } from './authorize.ts';

/** Security groups of Amazon EC2, as far as what they let in. The scenario makes them. */
export class SecurityGroups {
  readonly #kernel: Kernel;
  /** By Region and id. */
  readonly #groups = new Map<string, SecurityGroupRule[]>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** @param sources CIDR blocks that reach the port */
  create(region: string, groupId: string, sources: readonly string[], port: number): void {
    this.#groups.set(
      `${region}/${groupId}`,
      sources.map((cidr, index) => ({
        SecurityGroupRuleId: `sgr-${groupId.slice(3)}${index}`,
        GroupId: groupId,
        IsEgress: false,
        IpProtocol: 'tcp',
        FromPort: port,
        ToPort: port,
        CidrIpv4: cidr,
      })),
    );
  }

  /** What is let in. */
  sources(region: string, groupId: string): readonly string[] {
    return (this.#groups.get(`${region}/${groupId}`) ?? []).flatMap(({ CidrIpv4 }) => CidrIpv4 ?? []);
  }

  readonly operations = {
    /** Of groups by their ids alone. */
    DescribeSecurityGroupRules: (
      { Filters = [] }: DescribeSecurityGroupRulesRequest,
      { region, principal }: Call,
    ): DescribeSecurityGroupRulesResult => {
      authorize(
        this.#kernel,
        { principal, action: 'ec2:DescribeSecurityGroupRules', resource: '*' },
        'UnauthorizedOperation',
      );
      const ids = Filters.flatMap(({ Name, Values = [] }) => (Name === 'group-id' ? Values : []));
      return { SecurityGroupRules: ids.flatMap((id) => this.#groups.get(`${region}/${id}`) ?? []) };
    },

    RevokeSecurityGroupIngress: (
      { GroupId = '', SecurityGroupRuleIds = [] }: RevokeSecurityGroupIngressRequest,
      { region, principal }: Call,
    ): RevokeSecurityGroupIngressResult => {
      const { account } = this.#kernel;
      const resource = `arn:aws:ec2:${region}:${account}:security-group/${GroupId}`;
      authorize(
        this.#kernel,
        { principal, action: 'ec2:RevokeSecurityGroupIngress', resource },
        'UnauthorizedOperation',
      );
      const rules = this.#groups.get(`${region}/${GroupId}`);
      if (rules === undefined) {
        throw new AwsError('InvalidGroup.NotFound', `The security group '${GroupId}' does not exist`);
      }
      const unknown = SecurityGroupRuleIds.find((id) =>
        rules.every((rule) => rule.SecurityGroupRuleId !== id),
      );
      if (unknown !== undefined) {
        throw new AwsError(
          'InvalidSecurityGroupRuleId.NotFound',
          `The security group rule ID '${unknown}' does not exist`,
        );
      }
      this.#groups.set(
        `${region}/${GroupId}`,
        rules.filter(({ SecurityGroupRuleId }) => !SecurityGroupRuleIds.includes(SecurityGroupRuleId ?? '')),
      );
      return { Return: true };
    },
  } satisfies Operations;
}
