import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Validations } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import { buildStacks } from '../../infra/build-stacks.ts';
import { opsApp } from '../../infra/ops-app.ts';
import { OpsStack } from '../../infra/ops-stack.ts';
import { type Synthesized, synthesize } from '../../infra/synthesize.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import { policy } from '../builders.ts';
import { ofType, permissionsOf, type Resource, resourcesOf, statementsOf } from './templates.ts';

type Service = Policy['services'][string];
type Registry = Policy['images']['registry'];

const scanner = 'arn:aws:iam::111122223333:role/scanner';

function service(repository: Service['repository']): Service {
  return { repository, platforms: ['linux/amd64'] };
}

function withRegistry(registry: Partial<Registry>, services: Record<string, Service>): Policy {
  const { images } = policy;
  return { ...policy, services, images: { ...images, registry: { ...images.registry, ...registry } } };
}

const created = { api: service({ create: 'api' }), worker: service({ create: 'team/worker' }) };
const mixed = { ...created, theirs: service({ existing: 'theirs' }) };
const ours = withRegistry(
  { settings: 'create', mutableTags: ['*-dev-latest', 'edge'], pullTimeExclusions: [scanner] },
  mixed,
);

/** The registry's resources, and the Regions that have a stack for them, in the policy's order. */
function registryOf(given: Policy): { readonly regions: string[]; readonly resources: Resource[] } {
  const stacks = registryStacksOf(given);
  return { regions: [...stacks.values()].map(({ region }) => region), resources: resourcesOf(stacks) };
}

function registryStacksOf(given: Policy): Map<string, Synthesized> {
  const templates = synthesize(given);
  return new Map(
    given.regions.registry.flatMap((region) => {
      const stack = `aeon-ops-registry-${region}`;
      const synthesized = templates.get(stack);
      return synthesized === undefined ? [] : [[stack, synthesized] as const];
    }),
  );
}

function typesIn(region: string, resources: readonly Resource[]): string[] {
  const ecr = resources.filter((resource) => resource.region === region && resource.type.includes('::ECR::'));
  return [...new Set(ecr.map(({ type }) => type.replace('AWS::ECR::', '')))].toSorted();
}

describe('what exists is not made', () => {
  it('there is no registry stack where the policy only refers to repositories and settings', () => {
    const given = withRegistry({ settings: 'existing' }, { api: service({ existing: 'api' }) });
    expect(registryOf(given).regions).toEqual([]);
  });

  it('the settings stay as they are where only repositories are created: in the primary Region, and these alone', () => {
    const { regions, resources } = registryOf(withRegistry({ settings: 'existing' }, mixed));
    expect(regions).toEqual(['us-east-1']);
    expect(typesIn('us-east-1', resources)).toEqual(['Repository']);
    expect(ofType('AWS::ECR::Repository', resources).map(({ name }) => name)).toEqual([
      'Repository api',
      'Repository team/worker',
    ]);
  });

  it('no repository and no key of theirs is made where only the settings are ours', () => {
    const { resources } = registryOf(
      withRegistry({ settings: 'create' }, { api: service({ existing: 'api' }) }),
    );
    expect(ofType('AWS::ECR::Repository', resources)).toEqual([]);
    expect(typesIn('us-east-1', resources)).toEqual([
      'RegistryScanningConfiguration',
      'ReplicationConfiguration',
    ]);
    expect(ofType('AWS::KMS::Key', resources).map(({ region }) => region)).toEqual([
      'us-west-2',
      'eu-west-1',
    ]);
  });
});

describe('each registry Region has its part of the registry', () => {
  const { resources } = registryOf(ours);

  it.each([
    [
      'us-east-1',
      ['PullTimeUpdateExclusion', 'RegistryScanningConfiguration', 'ReplicationConfiguration', 'Repository'],
    ],
    ['us-west-2', ['PullTimeUpdateExclusion', 'RegistryScanningConfiguration', 'RepositoryCreationTemplate']],
    ['eu-west-1', ['PullTimeUpdateExclusion', 'RegistryScanningConfiguration', 'RepositoryCreationTemplate']],
  ])('%s: %j', (region, types) => {
    expect(typesIn(region, resources)).toEqual(types);
  });

  it('every repository of the policy is replicated to every other Region, also one that exists', () => {
    const [replication] = ofType('AWS::ECR::ReplicationConfiguration', resources);
    expect(replication?.properties.ReplicationConfiguration).toEqual({
      Rules: [
        {
          Destinations: [
            { Region: 'us-west-2', RegistryId: '111122223333' },
            { Region: 'eu-west-1', RegistryId: '111122223333' },
          ],
          RepositoryFilters: [
            { Filter: 'api', FilterType: 'PREFIX_MATCH' },
            { Filter: 'team/worker', FilterType: 'PREFIX_MATCH' },
            { Filter: 'theirs', FilterType: 'PREFIX_MATCH' },
          ],
        },
      ],
    });
  });

  it('nothing is replicated where there is nowhere to replicate to', () => {
    const alone = { ...ours, regions: { ...ours.regions, registry: ['us-east-1'] } };
    expect(ofType('AWS::ECR::ReplicationConfiguration', registryOf(alone).resources)).toEqual([]);
  });

  it('a scanner is left out of the pull times in each of them', () => {
    const exclusions = ofType('AWS::ECR::PullTimeUpdateExclusion', resources);
    expect(exclusions.map(({ properties }) => properties.PrincipalArn)).toEqual([scanner, scanner, scanner]);
  });

  it('so is every role of ours that reads manifests or layers, or nothing would ever have gone unused', () => {
    const all = resourcesOf(synthesize(ours));
    const excluded = ofType('AWS::ECR::PullTimeUpdateExclusion', all).map(
      ({ region, properties }) => `${region} ${properties.PrincipalArn}`,
    );
    const readers = ofType('AWS::Lambda::Function', all).filter((lambda) =>
      permissionsOf(lambda, all).some(({ actions }) =>
        ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'].some((action) => actions.includes(action)),
      ),
    );
    expect(readers.length).toBeGreaterThan(9);
    expect(excluded).toEqual(
      expect.arrayContaining(readers.map(({ region, properties }) => `${region} ${properties.Role}`)),
    );
  });
});

describe('scanning', () => {
  it.each([
    ['basic', 'BASIC', 'SCAN_ON_PUSH'],
    ['enhanced', 'ENHANCED', 'CONTINUOUS_SCAN'],
  ] as const)('%s covers what is replicated, in every Region', (scanning, scanType, frequency) => {
    const given = withRegistry({ settings: 'create', scanning }, mixed);
    const configurations = ofType('AWS::ECR::RegistryScanningConfiguration', registryOf(given).resources);
    expect(configurations.map(({ region }) => region)).toEqual(['us-east-1', 'us-west-2', 'eu-west-1']);
    for (const { properties } of configurations) {
      expect(properties).toEqual({
        ScanType: scanType,
        Rules: [
          {
            ScanFrequency: frequency,
            RepositoryFilters: ['api*', 'team/worker*', 'theirs*'].map((filter) => ({
              Filter: filter,
              FilterType: 'WILDCARD',
            })),
          },
        ],
      });
    }
  });
});

describe('a repository and its replicas', () => {
  const { resources } = registryOf(ours);
  const settings = ({ properties }: Resource): unknown => {
    const { EncryptionConfiguration, ImageTagMutability, ImageTagMutabilityExclusionFilters } = properties;
    return { EncryptionConfiguration, ImageTagMutability, ImageTagMutabilityExclusionFilters };
  };
  const holders = (given: readonly Resource[]): Resource[] => [
    ...ofType('AWS::ECR::Repository', given),
    ...ofType('AWS::ECR::RepositoryCreationTemplate', given),
  ];

  it('are encrypted with the key of their own Region', () => {
    for (const holder of holders(resources)) {
      const keys = ofType('AWS::KMS::Key', resources).filter(({ region }) => region === holder.region);
      expect(keys).toHaveLength(1);
      expect(holder.properties.EncryptionConfiguration).toEqual({
        EncryptionType: 'KMS',
        KmsKey: keys[0]?.name,
      });
      expect(keys[0]?.properties.EnableKeyRotation).toBe(true);
    }
  });

  it('have immutable tags but for those of the policy', () => {
    expect(holders(resources).map(settings)).toHaveLength(6);
    for (const holder of holders(resources)) {
      expect(settings(holder)).toMatchObject({
        ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        ImageTagMutabilityExclusionFilters: ['*-dev-latest', 'edge'].map((filter) => ({
          ImageTagMutabilityExclusionFilterType: 'WILDCARD',
          ImageTagMutabilityExclusionFilterValue: filter,
        })),
      });
    }
  });

  it('have no filters at all where no tag may move: ECR refuses an exclusion of nothing', () => {
    const given = withRegistry({ settings: 'create', mutableTags: [] }, mixed);
    for (const holder of holders(registryOf(given).resources)) {
      expect(holder.properties.ImageTagMutability).toBe('IMMUTABLE');
      expect(holder.properties).not.toHaveProperty('ImageTagMutabilityExclusionFilters');
    }
  });

  it('share a template by namespace, and by ROOT without one, since a prefix never names one repository', () => {
    const given = withRegistry(
      { settings: 'create' },
      { ...mixed, web: service({ create: 'team/web' }), deep: service({ create: 'team/deep/er' }) },
    );
    const templates = ofType('AWS::ECR::RepositoryCreationTemplate', registryOf(given).resources);
    const inRegion = templates.filter(({ region }) => region === 'eu-west-1');
    expect(inRegion.map(({ properties }) => properties.Prefix)).toEqual(['ROOT', 'team', 'team/deep']);
    expect(templates.map(({ properties }) => properties.AppliedFor)).toEqual(
      templates.map(() => ['REPLICATION']),
    );
  });
});

describe('the role by which ECR makes replicas', () => {
  const { resources } = registryOf(withRegistry({ settings: 'create' }, { worker: created.worker }));
  const roles = ofType('AWS::IAM::Role', resources);

  it('is there where there are templates, and each template has it', () => {
    expect(roles.map(({ region }) => region)).toEqual(['us-west-2', 'eu-west-1']);
    for (const template of ofType('AWS::ECR::RepositoryCreationTemplate', resources)) {
      expect(roles.map(({ name }) => name)).toContain(template.properties.CustomRoleArn);
    }
  });

  it('may make what its templates are for, with the one key, and nothing else', () => {
    const role = roles[0] as Resource;
    const policies = role.properties.Policies as { PolicyDocument: unknown }[];
    expect(policies.flatMap(({ PolicyDocument }) => statementsOf(PolicyDocument))).toMatchObject([
      {
        effect: 'Allow',
        actions: ['ecr:CreateRepository', 'ecr:ReplicateImage'],
        resources: ['arn:aws:ecr:us-west-2:111122223333:repository/team/*'],
      },
      {
        effect: 'Allow',
        actions: ['kms:CreateGrant', 'kms:DescribeKey', 'kms:RetireGrant'],
        resources: [ofType('AWS::KMS::Key', resources)[0]?.name],
      },
    ]);
    expect(statementsOf(role.properties.AssumeRolePolicyDocument)).toMatchObject([
      { principal: 'ecr.amazonaws.com', actions: ['sts:AssumeRole'] },
    ]);
  });
});

describe('taking the registry out of the stacks', () => {
  const deletionPolicies = new Map(
    [...registryStacksOf(ours).values()].flatMap(({ template }) =>
      Object.values(template.Resources).map(({ Type, DeletionPolicy }) => [Type, DeletionPolicy] as const),
    ),
  );

  it.each([
    ['AWS::ECR::Repository', 'RetainExceptOnCreate'],
    ['AWS::ECR::ReplicationConfiguration', 'RetainExceptOnCreate'],
    ['AWS::ECR::RepositoryCreationTemplate', 'RetainExceptOnCreate'],
    ['AWS::IAM::Role', 'RetainExceptOnCreate'],
    ['AWS::KMS::Key', 'RetainExceptOnCreate'],
    ['AWS::ECR::RegistryScanningConfiguration', 'Retain'],
  ])('leaves %s as it is', (type, kept) => {
    expect(deletionPolicies.get(type)).toBe(kept);
  });

  it('a scanner that is taken off the list is taken off in ECR too', () => {
    expect(deletionPolicies.has('AWS::ECR::PullTimeUpdateExclusion')).toBe(true);
    expect(deletionPolicies.get('AWS::ECR::PullTimeUpdateExclusion')).toBeUndefined();
  });
});

it("the primary's registry waits for the replicas' templates, and the replicas for nothing", () => {
  const app = opsApp();
  buildStacks(app, ours, () => Code.fromInline('// not looked at'));
  const waits = app.node
    .findAll()
    .filter((construct) => construct instanceof OpsStack)
    .map((stack) => [stack.stackName, stack.dependencies.map(({ stackName }) => stackName)] as const);
  expect(Object.fromEntries(waits)).toMatchObject({
    'aeon-ops-registry-us-east-1': ['aeon-ops-registry-us-west-2', 'aeon-ops-registry-eu-west-1'],
    'aeon-ops-registry-us-west-2': [],
    'aeon-ops-registry-eu-west-1': [],
  });
});

it.each([
  ['all of it ours, basic', ours],
  ['all of it ours, enhanced', withRegistry({ settings: 'create', scanning: 'enhanced' }, mixed)],
  ['the repositories alone', withRegistry({ settings: 'existing' }, created)],
])("cdk-nag's AwsSolutions pack finds nothing that is not acknowledged: %s", (_what, given) => {
  const outdir = mkdtempSync(join(tmpdir(), 'aeon-ops-registry-'));
  try {
    const app = opsApp({
      outdir,
      stackTraces: false,
      treeMetadata: false,
      builtinCloudFormationValidation: false,
    });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    buildStacks(app, given, () => Code.fromInline('// not looked at'));
    expect(() => app.synth()).not.toThrow();
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
});
