import { describe, expect, it } from '@jest/globals';
import { lintPolicy } from '../../../shared/policy/lint.ts';
import type { Policy } from '../../../shared/policy/schema.ts';
import { policy } from '../../builders.ts';

type Registry = Policy['images']['registry'];
type Repository = Policy['services'][string]['repository'];

const scanner = 'arn:aws:iam::111122223333:role/scanner';

function withRegistry(registry: Partial<Registry>, given: Policy = policy): Policy {
  return {
    ...given,
    images: { ...given.images, registry: { ...given.images.registry, ...registry } },
  };
}

function withRepository(repository: Repository, settings: Registry['settings'] = 'create'): Policy {
  const [any] = Object.values(policy.services);
  if (any === undefined) throw new Error('the policy has no service');
  return withRegistry({ settings }, { ...policy, services: { api: { ...any, repository } } });
}

function withServices(count: number): Policy {
  const [any] = Object.values(policy.services);
  if (any === undefined) throw new Error('the policy has no service');
  const services = Array.from({ length: count }, (_, index) => [
    `s-${index}`,
    { ...any, repository: { existing: `s-${index}` } },
  ]);
  return { ...policy, services: Object.fromEntries(services) };
}

function withReplicas(count: number): Policy {
  const registry = ['us-east-1', ...Array.from({ length: count }, (_, index) => `xx-south-${index}`)];
  return { ...policy, regions: { ...policy.regions, registry } };
}

function problemsOf(given: Policy): [path: string, value: unknown, remedy: string][] {
  return lintPolicy(given).map(({ path, value, remedy }) => [path, value, remedy]);
}

describe('names of repositories', () => {
  it.each([
    'ab',
    'aeon-dt-api',
    'team/api',
    'a.b_c',
    'a'.repeat(256),
    // Two separators in a row are valid here, though no scanning rule can name them.
    'a--b',
    'a__b',
  ])('ECR has a repository called %s', (name) => {
    expect(problemsOf(withRepository({ existing: name }, 'existing'))).toEqual([]);
  });

  it.each([
    'a',
    'a'.repeat(257),
    'Aeon',
    '-api',
    'api-',
    'api/',
    'a..b',
    'a___b',
    'team//api',
    'aeon dt',
    '111122223333.dkr.ecr.us-east-1.amazonaws.com/aeon-dt-api:latest',
    'arn:aws:ecr:us-east-1:111122223333:repository/aeon-dt-api',
  ])('ECR has none called %s', (name) => {
    const remedy = expect.stringContaining("the repository's name alone");
    for (const repository of [{ existing: name }, { create: name }]) {
      expect(problemsOf(withRepository(repository))).toEqual([['services.api.repository', name, remedy]]);
    }
  });

  it.each<[string, boolean]>([
    ['aeon-dt-api', true],
    ['team/a.b_c', true],
    ['a'.repeat(254), true],
    ['a'.repeat(255), false],
    ['a--b', false],
    ['a__b', false],
  ])('a scanning rule of ours can name %s: %j', (name, can) => {
    const problem = ['services.api.repository', name, expect.stringContaining("'existing'")];
    expect(problemsOf(withRepository({ existing: name }, 'create'))).toEqual(can ? [] : [problem]);
    expect(problemsOf(withRepository({ existing: name }, 'existing'))).toEqual([]);
  });
});

describe('settings that are ours', () => {
  it.each<[string, Policy, string | undefined]>([
    ['no repository', withServices(0), 'name at least one service'],
    ['one', withServices(1), undefined],
    ['100', withServices(100), undefined],
    ['101', withServices(101), 'name at most 100 services'],
  ])('name from 1 to 100 repositories: %s', (_what, given, remedy) => {
    const count = Object.keys(given.services).length;
    expect(problemsOf(withRegistry({ settings: 'create' }, given))).toEqual(
      remedy === undefined ? [] : [['services', count, expect.stringContaining(remedy)]],
    );
    expect(problemsOf(withRegistry({ settings: 'existing' }, given))).toEqual([]);
  });

  it('replicate to 25 other Regions and no more', () => {
    expect(problemsOf(withRegistry({ settings: 'create' }, withReplicas(25)))).toEqual([]);
    expect(problemsOf(withRegistry({ settings: 'create' }, withReplicas(26)))).toEqual([
      ['regions.registry', 26, expect.stringContaining('at most 25')],
    ]);
    expect(problemsOf(withRegistry({ settings: 'existing' }, withReplicas(26)))).toEqual([]);
  });
});

describe('tags that may move', () => {
  it.each(['latest', '*-dev-latest', '*-dev-*', 'a'.repeat(128), '**a'])('%s is a filter', (filter) => {
    expect(problemsOf(withRegistry({ mutableTags: [filter] }))).toEqual([]);
  });

  it.each(['*-*-*', 'dev latest', 'dev/latest', 'dev?', 'a'.repeat(129)])('%s is none', (filter) => {
    expect(problemsOf(withRegistry({ mutableTags: ['latest', filter] }))).toEqual([
      ['images.registry.mutableTags[1]', filter, expect.stringContaining("at most two '*'")],
    ]);
  });

  it.each(['*', '**'])('%s would let every tag move', (filter) => {
    expect(problemsOf(withRegistry({ mutableTags: [filter] }))).toEqual([
      ['images.registry.mutableTags[0]', filter, 'name only the tags that have to move'],
    ]);
  });
});

describe('principals whose pulls do not count', () => {
  const path = 'images.registry.pullTimeExclusions';

  it.each([
    scanner,
    'arn:aws:iam::111122223333:role/team/scanner',
    'arn:aws:iam::111122223333:user/scanner',
    'arn:aws-cn:iam::111122223333:role/scanner',
  ])('%s', (principal) => {
    const given = withRegistry({ settings: 'create', pullTimeExclusions: [principal] });
    expect(problemsOf(given)).toEqual([]);
  });

  it.each([
    'arn:aws:sts::111122223333:assumed-role/scanner/session',
    'arn:aws:iam::111122223333:root',
    'arn:aws:iam::111122223333:role/',
    'arn:aws:iam::1111:role/scanner',
    `arn:aws:iam::111122223333:role/${'a'.repeat(200)}`,
  ])('not %s', (principal) => {
    const given = withRegistry({ settings: 'create', pullTimeExclusions: [scanner, principal] });
    expect(problemsOf(given)).toEqual([
      [`${path}[1]`, principal, expect.stringContaining("the role's own ARN")],
    ]);
  });

  it('are listed once', () => {
    const given = withRegistry({ settings: 'create', pullTimeExclusions: [scanner, scanner] });
    expect(problemsOf(given)).toEqual([[path, scanner, 'list each principal once']]);
  });

  it('are not listed where nobody would register them', () => {
    const given = withRegistry({ settings: 'existing', pullTimeExclusions: [scanner] });
    expect(problemsOf(given)).toEqual([[path, [scanner], expect.stringContaining('remove them here')]]);
  });
});
