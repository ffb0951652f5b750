import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { workloadsStackRegions } from '../../infra/stacks/workloads-stack.ts';
import { synthesize } from '../../infra/synthesize.ts';
import opsPolicy from '../../ops.config.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import {
  named,
  ofType,
  permissionsOf,
  type Resource,
  resourcesOf,
  type Statement,
  statementsOf,
} from './templates.ts';

const other = '444455556666';
const theirReader = `arn:aws:iam::${other}:role/reader`;
const ourReader = 'arn:aws:iam::111122223333:role/aeon-ops-workload-reader';

type Sources = Policy['workloads']['sources'];

function withSources(sources: Sources): Policy {
  const isShared = sources.some(({ account }) => account === other);
  const readers = isShared ? { [other]: { role: theirReader, externalId: 'agreed' } } : {};
  return { ...opsPolicy, workloads: { sources, readers } };
}

const everything: Sources = [
  { type: 'eks', cluster: 'platform', region: 'us-east-1' },
  { type: 'eks', cluster: 'standby', region: 'us-west-2' },
  { type: 'ecs', region: 'eu-west-1' },
  { type: 'lambda', region: 'eu-west-1' },
  { type: 'eks', cluster: 'theirs', region: 'eu-west-1', account: other },
];

const resources = resourcesOf(synthesize(withSources(everything)));
const role = named('Role aeon-ops-workload-reader', resources);

function statementsOfRole({ properties }: Resource): Statement[] {
  const policies = (properties.Policies ?? []) as { PolicyDocument: unknown }[];
  return policies.flatMap(({ PolicyDocument }) => statementsOf(PolicyDocument));
}

describe('the reader of workloads', () => {
  it('only reads, and that of the sources alone', () => {
    expect(statementsOfRole(role).map(({ actions, resources: of }) => [actions, of])).toEqual([
      [
        ['eks:DescribeCluster'],
        [
          'arn:aws:eks:us-east-1:111122223333:cluster/platform',
          'arn:aws:eks:us-west-2:111122223333:cluster/standby',
        ],
      ],
      [
        [
          'ecs:DescribeTaskDefinition',
          'ecs:ListClusters',
          'ecs:ListServices',
          'ecs:ListTaskDefinitions',
          'ecs:ListTasks',
        ],
        ['*'],
      ],
      [['ecs:DescribeServices'], ['arn:aws:ecs:eu-west-1:111122223333:service/*']],
      [['ecs:DescribeTasks'], ['arn:aws:ecs:eu-west-1:111122223333:task/*']],
      [['lambda:ListFunctions'], ['*']],
      [['lambda:GetFunction'], ['arn:aws:lambda:eu-west-1:111122223333:function:*']],
    ]);
  });

  it('may do no more than its policy needs', () => {
    const [cluster] = everything;
    const small = resourcesOf(synthesize(withSources(cluster ? [cluster] : [])));
    const actions = statementsOfRole(named('Role aeon-ops-workload-reader', small)).flatMap(
      (each) => each.actions,
    );
    expect(actions).toEqual(['eks:DescribeCluster']);
  });

  it('trusts roles of the automation alone, as far as their own policies say so too', () => {
    expect(statementsOf(role.properties.AssumeRolePolicyDocument)).toEqual([
      {
        sid: '',
        effect: 'Allow',
        principal: 'root',
        actions: ['sts:AssumeRole'],
        resources: [],
        condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/aeon-ops-*' } },
      },
    ]);
  });

  it('may look at each cluster of our account from its own Region, and at no Secret there', () => {
    const entries = ofType('AWS::EKS::AccessEntry', resources);
    expect(entries.map(({ region, properties }) => [region, properties.ClusterName])).toEqual([
      ['us-east-1', 'platform'],
      ['us-west-2', 'standby'],
    ]);
    for (const { properties } of entries) {
      expect(properties).toMatchObject({
        PrincipalArn: ourReader,
        AccessPolicies: [
          {
            PolicyArn: expect.stringMatching(/:cluster-access-policy\/AmazonEKSViewPolicy$/),
            AccessScope: { Type: 'cluster' },
          },
        ],
      });
    }
  });

  it.each<[string, Sources, readonly string[]]>([
    ['nothing is named', [], []],
    ['all is in other accounts', everything.filter(({ account }) => account !== undefined), []],
    ['functions alone are named', [{ type: 'lambda', region: 'eu-west-1' }], ['us-east-1']],
    ['clusters are named', everything, ['us-east-1', 'us-west-2']],
  ])('is made where it is needed: %s', (_when, sources, regions) => {
    expect(workloadsStackRegions(withSources(sources))).toEqual(regions);
  });
});

describe('a function that reads workloads', () => {
  it('may take on the readers of all accounts, and no other role', () => {
    const sweep = resources.find(
      ({ name, region }) => name === 'Function aeon-ops-sweep-images' && region === 'us-east-1',
    );
    if (!sweep) throw new Error('there is no sweep in the primary Region');
    const assuming = permissionsOf(sweep, resources).filter(({ actions }) =>
      actions.includes('sts:AssumeRole'),
    );
    expect(assuming).toMatchObject([{ actions: ['sts:AssumeRole'], resources: [theirReader, ourReader] }]);
    expect(sweep.properties.Environment).toMatchObject({
      Variables: { WORKLOAD_READER_ROLE_ARN: ourReader },
    });
  });
});

describe('the reader that owners of another account deploy', () => {
  const file = join(import.meta.dirname, '../../deploy/workload-reader/template.json');
  const template = JSON.parse(readFileSync(file, 'utf8'));
  const theirs = template.Resources.Reader.Properties;
  const inOpsAccount = (what: string) => ({
    'Fn::Sub': `arn:\${AWS::Partition}:iam::\${OpsAccount}:${what}`,
  });

  it('may do what ours may', () => {
    const actionsOf = (statements: Statement[]) => statements.flatMap(({ actions }) => actions).toSorted();
    expect(actionsOf(statementsOf(theirs.Policies[0].PolicyDocument))).toEqual(
      actionsOf(statementsOfRole(role)),
    );
  });

  it('trusts roles of the automation in one account, with the external id that was agreed', () => {
    expect(theirs.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: inOpsAccount('root') },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'sts:ExternalId': { Ref: 'ExternalId' } },
          ArnLike: {
            'aws:PrincipalArn': inOpsAccount('role/aeon-ops-*'),
          },
        },
      },
    ]);
  });
});
