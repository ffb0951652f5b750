import { describe, expect, it } from '@jest/globals';
import opsPolicy from '../../../ops.config.ts';
import { checkPolicy } from '../../../shared/policy/check.ts';
import { databaseRules } from '../../../shared/policy/database-rules.ts';
import type { Policy } from '../../../shared/policy/schema.ts';

type Databases = Policy['databases'];

const [[name, instance] = []] = Object.entries(opsPolicy.databases.instances);
if (name === undefined || instance === undefined) throw new Error('ops.config.ts names no database');

const problems = (over: Partial<Databases>): string[] => {
  const policy = { ...opsPolicy, databases: { ...opsPolicy.databases, ...over } };
  return databaseRules.flatMap((rule) => rule(policy)).map(({ path }) => path);
};

const withProof = (proof: Partial<typeof instance.proof>): Partial<Databases> => ({
  instances: { [name]: { ...instance, proof: { ...instance.proof, ...proof } } },
});

const { network, isolated } = opsPolicy.databases;

describe('the rules of databases', () => {
  it('find nothing wrong with ours, nor where there are no databases', () => {
    expect(problems({})).toEqual([]);
    expect(problems({ instances: {}, isolated: {} })).toEqual([]);
  });

  it.each<[string, Partial<Databases>, string]>([
    [
      'a Region in which copies are restored and nothing could ask them',
      { isolated: { 'us-east-1': isolated['us-east-1'] ?? network } },
      'databases.isolated.us-west-2',
    ],
    [
      'security groups that lead from the isolated network to the databases themselves',
      { isolated: { ...isolated, 'us-west-2': { ...network, subnets: ['subnet-0aec0000000000a12'] } } },
      'databases.isolated.us-west-2.securityGroups',
    ],
    [
      'heartbeats that are called late before they can be',
      withProof({ heartbeatWithinSeconds: 179 }),
      `databases.instances.${name}.proof.heartbeatWithinSeconds`,
    ],
    [
      'a database of which no checksum is compared',
      withProof({ tables: { 'public.readings': { checksum: false, rowFloor: 0.9 } } }),
      `databases.instances.${name}.proof.tables`,
    ],
    [
      'a table that may be empty',
      withProof({
        tables: { ...instance.proof.tables, 'public.readings': { checksum: false, rowFloor: 0 } },
      }),
      `databases.instances.${name}.proof.tables.public.readings`,
    ],
  ])('find %s', (_what, over, path) => {
    expect(problems(over)).toEqual([path]);
  });

  it.each<[string, Partial<Databases>]>([
    ['a table without its schema', withProof({ tables: { readings: { checksum: true, rowFloor: 1 } } })],
    ['an address for a host', { instances: { [name]: { ...instance, host: 'https://db.example' } } }],
    ['a subnet by its name', { network: { ...network, subnets: ['database-a'] } }],
  ])('refuse %s', (_what, over) => {
    const policy = { ...opsPolicy, databases: { ...opsPolicy.databases, ...over } };
    expect(() => checkPolicy(policy)).toThrow(/databases/);
  });
});
