import { describe, expect, it } from '@jest/globals';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildStacks } from '../../infra/build-stacks.ts';
import { opsApp } from '../../infra/ops-app.ts';
import { OpsStack } from '../../infra/ops-stack.ts';
import policy from '../../ops.config.ts';
import { named, ofType, type Resource, resources, statementsOf, synthesized } from './templates.ts';

function regionsOf(name: string): string[] {
  return resources.filter((resource) => resource.name === name).map(({ region }) => region);
}

describe('home Regions', () => {
  it.each([
    ['Function aeon-ops-judge-scan', ['us-east-1', 'us-west-2', 'eu-west-1']],
    ['Function aeon-ops-sweep-images', ['us-east-1', 'us-west-2', 'eu-west-1']],
    ['Function aeon-ops-quarantine-image', ['us-east-1', 'us-west-2', 'eu-west-1']],
    ['Function aeon-ops-inspect-push', ['us-east-1']],
    ['Function aeon-ops-prune-images', ['us-east-1', 'us-west-2', 'eu-west-1']],
    ['Function aeon-ops-watch-backups', ['us-east-1', 'us-west-2']],
    ['Function aeon-ops-verify-restore', ['us-east-1', 'us-west-2']],
    ['Function aeon-ops-take-manifest', ['us-east-1']],
    ['Function aeon-ops-route-alert', ['us-east-1', 'us-west-2']],
    ['Function aeon-ops-deliver-alert-slack-oncall', ['us-east-1', 'us-west-2']],
    ['Function aeon-ops-deliver-alert-slack-ops', ['us-east-1', 'us-west-2']],
    ['Function aeon-ops-deliver-alert-mail-oncall', ['us-east-1', 'us-west-2']],
    ['Role aeon-ops-workload-reader', ['us-east-1']],
    ['GlobalTable aeon-ops-backups', ['us-east-1', 'us-west-2']],
    ['GlobalTable aeon-ops-conversations', ['us-east-1', 'us-west-2']],
    ['GlobalTable aeon-ops-failover', ['us-west-2']],
    ['Role aeon-ops-break-glass', ['us-west-2']],
    ['Role aeon-ops-run-failover', ['us-west-2']],
    ['Function aeon-ops-run-failover', ['us-west-2']],
    ['Function aeon-ops-fence-primary', ['us-east-1']],
    ['EventBus aeon-ops', ['us-east-1', 'us-west-2', 'eu-west-1']],
    ['GlobalTable aeon-ops-switches', ['us-east-1', 'us-west-2', 'eu-west-1']],
    ['Topic aeon-ops-last-resort', ['us-east-1', 'us-west-2', 'eu-west-1']],
  ])('has %s in %j', (name, regions) => {
    expect(new Set(regionsOf(name))).toEqual(new Set(regions));
    expect(regionsOf(name)).toHaveLength(regions.length);
  });

  it('keeps the verdicts in one table, owned by the primary Region and held by every registry Region', () => {
    const tables = resources.filter(({ name }) => name === 'GlobalTable aeon-ops-verdicts');
    expect(tables.map(({ stack }) => stack)).toEqual(['aeon-ops-images-us-east-1']);
    const replicas = tables[0]?.properties.Replicas as { Region: string }[];
    expect(new Set(replicas.map(({ Region }) => Region))).toEqual(
      new Set(['us-east-1', 'us-west-2', 'eu-west-1']),
    );
  });
});

describe('a Region stands alone', () => {
  /**
   * What the replicas, the forwarding, the copies of backups and the switch of the failover are made of, and who looks
   * into all Regions.
   */
  const bridges = [
    'Role aeon-ops-workload-reader',
    'GlobalTable aeon-ops-verdicts',
    'GlobalTable aeon-ops-restores',
    'BackupPlan Plan',
    'Rule aeon-ops-forward-ops-events',
    'Rule aeon-ops-forward-alarms',
    'Role ForwardingRole',
    'Role aeon-ops-break-glass',
    'HealthCheck ',
    // The witness votes in the standby's table.
    'Role ProbeFunctionRole',
    // The runbook writes the token of the witness Region too.
    'Function aeon-ops-run-failover',
    // The primary asks the standby who the writer is.
    'Role FenceFunctionRole',
  ];

  it('no stack refers to another Region, but for replicas, forwarding, copies of backups, the switch and the reader of workloads', () => {
    const regions = [...new Set(resources.map(({ region }) => region))];
    const strays = resources
      .filter(({ name }) => !bridges.some((bridge) => name.startsWith(bridge)))
      .filter(({ region, properties: { AlarmDescription: _text, ...wiring } }) =>
        regions.some((other) => other !== region && JSON.stringify(wiring).includes(other)),
      );
    expect(strays.map(({ stack, name }) => `${stack}: ${name}`)).toEqual([]);
  });

  it('no stack imports from or exports to another', () => {
    const templates = JSON.stringify([...synthesized.values()].map(({ template }) => template));
    expect(templates).not.toMatch(/Fn::ImportValue|Fn::GetStackOutput|"Export"/);
  });

  it('the alerts stacks wait for nothing but the base of their own Region', () => {
    const app = opsApp();
    buildStacks(app, policy, () => Code.fromInline('// not looked at'));
    const waits = app.node
      .findAll()
      .filter((construct) => construct instanceof OpsStack)
      .map((stack) => [stack.stackName, stack.dependencies.map(({ stackName }) => stackName)] as const);
    expect(Object.fromEntries(waits)).toMatchObject({
      'aeon-ops-alerts-us-east-1': ['aeon-ops-base-us-east-1'],
      'aeon-ops-alerts-us-west-2': ['aeon-ops-base-us-west-2'],
      'aeon-ops-restores-us-east-1': ['aeon-ops-base-us-east-1'],
      'aeon-ops-restores-us-west-2': ['aeon-ops-base-us-west-2', 'aeon-ops-restores-us-east-1'],
      'aeon-ops-images-us-east-1': ['aeon-ops-base-us-east-1'],
      'aeon-ops-images-us-west-2': ['aeon-ops-base-us-west-2', 'aeon-ops-images-us-east-1'],
      'aeon-ops-images-eu-west-1': [
        'aeon-ops-base-eu-west-1',
        'aeon-ops-images-us-east-1',
        'aeon-ops-base-us-west-2',
      ],
    });
  });
});

describe('a Region without alert functions', () => {
  function targetOf(rule: Resource): { Arn: string; RoleArn: string } {
    const [target] = rule.properties.Targets as { Arn: string; RoleArn: string }[];
    if (!target) throw new Error(`${rule.name} has no target`);
    return target;
  }

  it('forwards ops events and our own alarms to the standby Region', () => {
    expect(targetOf(named('Rule aeon-ops-forward-ops-events')).Arn).toBe(
      'arn:aws:events:us-west-2:111122223333:event-bus/aeon-ops',
    );
    expect(targetOf(named('Rule aeon-ops-forward-alarms')).Arn).toBe(
      'arn:aws:events:us-west-2:111122223333:event-bus/default',
    );
    expect(named('Rule aeon-ops-forward-ops-events').properties.EventPattern).toEqual({
      source: [{ prefix: 'aeon-ops.' }],
    });
  });

  it('is the only one that forwards, so that no event crosses a second Region border', () => {
    const forwarding = ofType('AWS::Events::Rule').filter((rule) =>
      targetOf(rule).Arn.includes(':event-bus/'),
    );
    expect(new Set(forwarding.map(({ region }) => region))).toEqual(new Set(['eu-west-1']));
  });

  it('forwards with a role that may put events on those two buses and nothing else', () => {
    const roleName = targetOf(named('Rule aeon-ops-forward-alarms')).RoleArn;
    const policies = named(roleName).properties.Policies as { PolicyDocument: unknown }[];
    expect(policies.flatMap(({ PolicyDocument }) => statementsOf(PolicyDocument))).toMatchObject([
      {
        effect: 'Allow',
        actions: ['events:PutEvents'],
        resources: [
          'arn:aws:events:us-west-2:111122223333:event-bus/aeon-ops',
          'arn:aws:events:us-west-2:111122223333:event-bus/default',
        ],
        condition: {},
      },
    ]);
  });
});
