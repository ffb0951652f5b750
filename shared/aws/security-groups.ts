import {
  DescribeSecurityGroupRulesCommand,
  type EC2Client,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';

/** What a security group lets in. */
export interface Ingress {
  readonly count: number;
  /** As EC2 tells of them: enough to let the same in again. */
  readonly rules: readonly SecurityGroupRule[];
}

export interface SecurityGroups {
  readonly ingress: (groupId: string) => Promise<Ingress>;
  /** Removes these rules. What is gone already is none of them. */
  readonly revoke: (groupId: string, ingress: Ingress) => Promise<void>;
}

/**
 * Connections that are established outlast the rule that let them in where their security group tracks them.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html
 */
export function securityGroups(ec2: EC2Client): SecurityGroups {
  return {
    async ingress(groupId) {
      const rules: SecurityGroupRule[] = [];
      let token: string | undefined;
      do {
        const page = await ec2.send(
          new DescribeSecurityGroupRulesCommand({
            Filters: [{ Name: 'group-id', Values: [groupId] }],
            ...(token !== undefined && { NextToken: token }),
          }),
        );
        rules.push(...(page.SecurityGroupRules ?? []).filter(({ IsEgress }) => IsEgress === false));
        token = page.NextToken;
      } while (token !== undefined);
      return { count: rules.length, rules };
    },

    async revoke(groupId, { rules }) {
      const ids = rules.flatMap(({ SecurityGroupRuleId: id }) => (id === undefined ? [] : [id]));
      if (ids.length === 0) return;
      await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: groupId, SecurityGroupRuleIds: ids }));
    },
  };
}
