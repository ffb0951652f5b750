import { describe, expect, it } from '@jest/globals';
import { synthesize } from '../../infra/synthesize.ts';
import policy from '../../ops.config.ts';
import { checkPolicy } from '../../shared/policy/check.ts';
import { ofType, permissionsOf, type Resource, resourcesOf } from './templates.ts';

const { primary, standby } = policy.regions;
const { witness } = policy.failover;

const acting = checkPolicy({
  ...policy,
  failover: { ...policy.failover, mode: 'act', start: 'automatic', armed: true },
});
const resources = resourcesOf(synthesize(acting));

function functionIn(region: string, name: string, among = resources): Resource {
  const found = ofType('AWS::Lambda::Function', among).find(
    (lambda) => lambda.region === region && lambda.name === `Function aeon-ops-${name}`,
  );
  if (found === undefined) throw new Error(`there is no ${name} in ${region}`);
  return found;
}

const voices = [
  ['standby-probe', standby, 'probe-endpoint', ['vote/standby-probe', 'watch', 'readiness', 'approval']],
  ['witness-probe', witness, 'probe-endpoint', ['vote/witness-probe']],
  ['route-53', standby, 'hear-checkers', ['vote/route-53']],
] as const;

describe.each(voices)('the voice %s', (_voice, region, name, keys) => {
  const lambda = functionIn(region, name);
  const statements = permissionsOf(lambda, resources);

  it('writes its own rows in the standby Region, and no others', () => {
    const writes = statements.filter(({ actions }) =>
      actions.some((action) => /^dynamodb:(Put|Update|Delete|BatchWrite|Transact|PartiQL)/.test(action)),
    );
    expect(writes).toEqual([
      expect.objectContaining({
        actions: ['dynamodb:PutItem'],
        resources: [`arn:aws:dynamodb:${standby}:111122223333:table/aeon-ops-failover`],
        condition: { 'ForAnyValue:StringEquals': { 'dynamodb:LeadingKeys': keys } },
      }),
    ]);
  });

  it('may do nothing in the primary Region, and nothing with Route 53', () => {
    expect(JSON.stringify(statements)).not.toContain(primary);
    expect(JSON.stringify(statements)).not.toContain('route53');
    expect(statements.flatMap(({ resources: on }) => on)).not.toContain('*');
  });

  it('lasts longer than the minute to the next run, with room for those that overlap', () => {
    expect(lambda.properties).toMatchObject({ Timeout: 75, ReservedConcurrentExecutions: 3 });
  });
});

describe('the standby probe', () => {
  const actionsOf = (among: Resource[]): readonly string[] =>
    permissionsOf(functionIn(standby, 'probe-endpoint', among), among).flatMap(({ actions }) => actions);

  it('raises nodes and starts the runbook by its alias where the policy has it act', () => {
    const statements = permissionsOf(functionIn(standby, 'probe-endpoint'), resources);
    expect(statements.find(({ sid }) => sid === 'StartRunbook')?.resources).toEqual([
      `arn:aws:lambda:${standby}:111122223333:function:aeon-ops-run-failover:live`,
    ]);
    expect(statements.find(({ sid }) => sid === 'RaiseNodes')?.resources).toEqual([
      `arn:aws:eks:${standby}:111122223333:nodegroup/aeon-dt-standby-cluster/workers/*`,
    ]);
  });

  it('can do neither while it observes', () => {
    const observing = resourcesOf(synthesize(checkPolicy(policy)));
    expect(actionsOf(observing)).not.toContain('eks:UpdateNodegroupConfig');
    expect(actionsOf(resources)).toContain('eks:UpdateNodegroupConfig');
    expect(
      permissionsOf(functionIn(standby, 'probe-endpoint', observing), observing).map(({ sid }) => sid),
    ).not.toContain('StartRunbook');
  });
});
