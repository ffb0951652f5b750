import { describe, expect, it } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { switchRoleNames } from '../../infra/names.ts';
import { opsApp } from '../../infra/ops-app.ts';
import { FailoverStack } from '../../infra/stacks/failover-stack.ts';
import opsPolicy from '../../ops.config.ts';
import { checkers } from '../../rehearsal/aws/route53-checkers.ts';
import { covers } from '../../rehearsal/wiring/policy-document.ts';
import { resourcePoliciesOf } from '../../rehearsal/wiring/resource-policies.ts';
import { resolveTemplate } from '../../rehearsal/wiring/template.ts';
import { canaryKey, tokenKeyOf } from '../../shared/failover/switch.ts';
import type { Policy } from '../../shared/policy/schema.ts';

type Resource = { readonly Type: string; readonly Properties: Record<string, never> } & Record<
  string,
  unknown
>;

const armed: Policy = { ...opsPolicy, failover: { ...opsPolicy.failover, armed: true } };

const templates = new Map<string, Record<string, Resource>>();

function templateOf(policy: Policy, region = policy.regions.standby): Record<string, Resource> {
  const key = JSON.stringify([policy.failover, region]);
  const template = templates.get(key) ?? synthesized(policy, region);
  templates.set(key, template);
  return template;
}

function synthesized(policy: Policy, region: string): Record<string, Resource> {
  const stack = new FailoverStack(opsApp(), { region, policy, code: () => Code.fromInline('// none') });
  return Template.fromStack(stack).toJSON().Resources;
}

function ofType(template: Record<string, Resource>, type: string): [id: string, Resource][] {
  return Object.entries(template).filter(([, { Type }]) => Type === type);
}

/** What CloudFormation makes a check anew for. */
function fixedOf(template: Record<string, Resource>) {
  return Object.fromEntries(
    ofType(template, 'AWS::Route53::HealthCheck').map(([id, { Properties }]) => {
      const { Type, RequestInterval, MeasureLatency } = Properties.HealthCheckConfig as unknown as Record<
        string,
        unknown
      >;
      return [id, { Type, RequestInterval, MeasureLatency }];
    }),
  );
}

describe('the health checks', () => {
  /** With every value below `failover` changed at once. */
  function changed(value: unknown): unknown {
    if (Array.isArray(value)) return [...value, ...value];
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([key, member]) => [key, key === 'type' ? member : changed(member)]),
      );
    }
    if (typeof value === 'number') return value + 10;
    return typeof value === 'boolean' ? !value : `${value}x`;
  }

  // A check made anew has seen nothing: an inverted one says that traffic has to move.
  it('that records use are never replaced, whatever changes in the policy', () => {
    const failover = changed(armed.failover) as Policy['failover'];
    const before = fixedOf(templateOf(armed));
    expect(fixedOf(templateOf({ ...armed, failover }))).toEqual(before);
    const cname = {
      type: 'cname',
      primary: 'a.example.com',
      standby: 'b.example.com',
      ttlSeconds: 30,
    } as const;
    const records = { ...armed.failover.records, targets: cname };
    expect(fixedOf(templateOf({ ...armed, failover: { ...armed.failover, records } }))).toEqual(before);
  });

  it('are the ones that were there when the records began to use them', () => {
    expect(fixedOf(templateOf(armed))).toMatchObject({
      CanarystandbyCheckF0CD226D: endpoint,
      CanarywitnessCheckB397D359: endpoint,
      EndpointCheck146C14C0: endpoint,
      SwitchdrillPrimaryCheck42CB02F0: { Type: 'CALCULATED' },
      SwitchdrillTokenstandbyCheck9C60BB2D: endpoint,
      SwitchdrillTokenwitnessCheck3869383D: endpoint,
      SwitchservicePrimaryCheckCB8364A5: { Type: 'CALCULATED' },
      SwitchserviceTokenstandbyCheckA7D52ACF: endpoint,
      SwitchserviceTokenwitnessCheck43D61E25: endpoint,
    });
  });

  const endpoint = { Type: 'HTTPS_STR_MATCH', RequestInterval: 10, MeasureLatency: false };

  it('have traffic with the primary only while neither bucket shows the token', () => {
    const template = templateOf(armed);
    const [, primary] = ofType(template, 'AWS::Route53::HealthCheck').find(([id]) =>
      id.startsWith('SwitchservicePrimary'),
    ) as [string, Resource];
    const { ChildHealthChecks, HealthThreshold } = primary.Properties.HealthCheckConfig as unknown as {
      ChildHealthChecks: { 'Fn::GetAtt': [string, string] }[];
      HealthThreshold: number;
    };
    const children = ChildHealthChecks.map(
      ({ 'Fn::GetAtt': [id] }) => template[id]?.Properties.HealthCheckConfig,
    );
    expect(HealthThreshold).toBe(2);
    expect(children).toEqual(
      [opsPolicy.regions.standby, opsPolicy.failover.witness].map((region) =>
        expect.objectContaining({
          Inverted: true,
          ResourcePath: '/switch/service/standby',
          SearchString: 'traffic: standby',
          FullyQualifiedDomainName: {
            'Fn::Join': [
              '',
              ['aeon-ops-switch-', { Ref: 'AWS::AccountId' }, `-${region}.s3.${region}.amazonaws.com`],
            ],
          },
        }),
      ),
    );
  });
});

describe('the records', () => {
  function recordsOf(policy: Policy) {
    return ofType(templateOf(policy), 'AWS::Route53::RecordSet').map(
      ([, { Properties }]) => Properties as Record<string, unknown>,
    );
  }

  it('follow the switch only once it is armed', () => {
    const names = (policy: Policy) => new Set(recordsOf(policy).map(({ Name }) => Name));
    const { service, drill } = opsPolicy.failover.records;
    const vote = 'aeon-ops-endpoint.aeon-dt.example.com';
    expect(names(opsPolicy)).toEqual(new Set([vote]));
    expect(names(armed)).toEqual(new Set([vote, service, drill]));
  });

  it.each(['service', 'drill'] as const)('of %s carry nothing but their own switch', (name) => {
    const records = recordsOf(armed).filter(({ Name }) => Name === armed.failover.records[name]);
    const { targets } = armed.failover.records;
    if (targets.type !== 'alias') throw new Error('the policy has another type of target');
    const alias = ({ dnsName, hostedZoneId }: { dnsName: string; hostedZoneId: string }) => ({
      DNSName: dnsName,
      HostedZoneId: hostedZoneId,
      EvaluateTargetHealth: false,
    });
    expect(records).toEqual([
      expect.objectContaining({
        Failover: 'PRIMARY',
        AliasTarget: alias(targets.primary),
        HealthCheckId: { 'Fn::GetAtt': [expect.stringMatching(`^Switch${name}Primary`), 'HealthCheckId'] },
      }),
      expect.objectContaining({ Failover: 'SECONDARY', AliasTarget: alias(targets.standby) }),
    ]);
    expect(records[1]).not.toHaveProperty('HealthCheckId');
  });
});

describe('what moves the platform', () => {
  it('names the primary Region only where it looks at it and where it leads to it', () => {
    const { primary } = opsPolicy.regions;
    const strings = [armed.regions.standby, armed.failover.witness].flatMap((region) =>
      [...JSON.stringify(templateOf(armed, region)).matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(
        ([, text = '']) => text,
      ),
    );
    const { endpoints, records } = armed.failover;
    const { targets } = records;
    const leads = targets.type === 'alias' ? targets.primary.dnsName : targets.primary;
    expect(new Set(strings.filter((text) => text.includes(primary)))).toEqual(
      new Set([endpoints.primary, leads]),
    );
  });

  it('keeps its state and its buckets, whatever becomes of the stack', () => {
    const kept = Object.values(templateOf(armed)).filter(({ DeletionPolicy }) =>
      String(DeletionPolicy).startsWith('Retain'),
    );
    expect(kept.map(({ Type }) => Type).toSorted()).toEqual([
      'AWS::DynamoDB::GlobalTable',
      // Runs that are under way go on with the version that they began with.
      'AWS::Lambda::Version',
      'AWS::S3::Bucket',
    ]);
    const [, table] = ofType(templateOf(armed), 'AWS::DynamoDB::GlobalTable')[0] as [string, Resource];
    expect(table.Properties.Replicas).toMatchObject([
      {
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    ]);
  });
});

describe('the buckets of the switch', () => {
  const account = '111122223333';
  const resources = [armed.regions.standby, armed.failover.witness].flatMap((region) =>
    resolveTemplate(
      { Resources: templateOf(armed, region) },
      { region, account, stack: `failover-${region}` },
    ),
  );
  const policies = resourcePoliciesOf(resources, account);
  const buckets = [armed.regions.standby, armed.failover.witness].map(
    (region) => `arn:aws:s3:::aeon-ops-switch-${account}-${region}`,
  );

  function verdict(bucket: string, action: string, key: string, context: Record<string, string>) {
    const request = { action, resource: `${bucket}/${key}` };
    const effects = (policies.get(bucket) ?? [])
      .filter((statement) => statement.principal({ kind: 'anonymous' }) === 'direct')
      .filter((statement) =>
        covers(statement, request, { 'aws:securetransport': 'true', 's3:tlsversion': '1.3', ...context }),
      )
      .map(({ effect }) => effect);
    return effects.includes('Deny') ? 'denied' : effects.includes('Allow') ? 'allowed' : 'not allowed';
  }

  it.each(buckets)('%s shows every checker the tokens and the canary, and nobody anything else', (bucket) => {
    for (const { address } of checkers) {
      for (const key of [tokenKeyOf('service'), tokenKeyOf('drill'), canaryKey]) {
        expect(verdict(bucket, 's3:GetObject', key, { 'aws:sourceip': address })).toBe('allowed');
      }
      expect(verdict(bucket, 's3:GetObject', 'other', { 'aws:sourceip': address })).toBe('not allowed');
      expect(verdict(bucket, 's3:PutObject', canaryKey, { 'aws:sourceip': address })).toBe('denied');
    }
    expect(verdict(bucket, 's3:GetObject', canaryKey, { 'aws:sourceip': '192.0.2.1' })).toBe('not allowed');
  });

  const by = (role: string) => ({ 'aws:principalarn': `arn:aws:iam::${account}:role/${role}` });
  const { runbook, failback, breakGlass } = switchRoleNames;
  it.each([
    [runbook, 's3:PutObject', tokenKeyOf('service'), true],
    [runbook, 's3:DeleteObject', tokenKeyOf('service'), false],
    [runbook, 's3:DeleteObject', tokenKeyOf('drill'), true],
    [failback, 's3:PutObject', tokenKeyOf('service'), false],
    [failback, 's3:DeleteObject', tokenKeyOf('service'), true],
    [breakGlass, 's3:PutObject', tokenKeyOf('service'), true],
    [breakGlass, 's3:DeleteObject', tokenKeyOf('service'), true],
    [breakGlass, 's3:PutObject', canaryKey, true],
    ['administrator', 's3:PutObject', tokenKeyOf('service'), false],
    ['administrator', 's3:DeleteObject', tokenKeyOf('drill'), false],
  ])('let %s %s %s: %j', (role, action, key, isLeft) => {
    for (const bucket of buckets) {
      expect(verdict(bucket, action, key, by(role))).toBe(isLeft ? 'not allowed' : 'denied');
    }
  });
});
