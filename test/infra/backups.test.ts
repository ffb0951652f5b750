import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type App, Validations } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import { buildStacks } from '../../infra/build-stacks.ts';
import { opsApp } from '../../infra/ops-app.ts';
import { OpsStack } from '../../infra/ops-stack.ts';
import { BackupStack } from '../../infra/stacks/backup-stack.ts';
import type { Synthesized } from '../../infra/synthesize.ts';
import { plannedRules } from '../../shared/policy/backup-plan.ts';
import { checkPolicy } from '../../shared/policy/check.ts';
import { resourceName } from '../../shared/policy/resource.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import { policy } from '../builders.ts';
import { ofType, type Resource, resourcesOf, statementsOf } from './templates.ts';

type Backups = Policy['backups'];
type Tier = Backups['tiers'][string];

const { backups } = policy;

function withBackups(changed: Partial<Backups>): Policy {
  return { ...policy, backups: { ...backups, ...changed } };
}

function tierOf(name: string, among: Backups = backups): Tier {
  const tier = among.tiers[name];
  if (tier === undefined) throw new Error(`the policy has no tier '${name}'`);
  return tier;
}

const outdir = mkdtempSync(join(tmpdir(), 'aeon-ops-backups-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

/** An app with the backups alone: the stacks of other concerns take their time, and have nothing to say here. */
function appOf(given: Policy): App {
  const app = opsApp({
    outdir: mkdtempSync(join(outdir, 'app-')),
    stackTraces: false,
    treeMetadata: false,
    builtinCloudFormationValidation: false,
  });
  for (const region of [given.regions.primary, given.regions.standby]) {
    new BackupStack(app, { region, policy: given, code: () => Code.fromInline('// there is none') });
  }
  return app;
}

function stacksOf(given: Policy): Map<string, Synthesized> {
  return new Map(
    appOf(given)
      .synth()
      .stacks.map(({ stackName, environment, template }) => [
        stackName,
        { region: environment.region, template },
      ]),
  );
}

const stacks = stacksOf(policy);
const resources = resourcesOf(stacks);

function inRegion(region: string, type: string, among: readonly Resource[] = resources): Resource[] {
  return ofType(type, among).filter((resource) => resource.region === region);
}

interface PlannedByAws {
  BackupPlanName: string;
  BackupPlanRule: {
    RuleName: string;
    TargetBackupVault: string;
    ScheduleExpression: string;
    ScheduleExpressionTimezone: string;
    StartWindowMinutes: number;
    CompletionWindowMinutes: number;
    EnableContinuousBackup?: boolean;
    Lifecycle: Record<string, unknown>;
    CopyActions?: { DestinationBackupVaultArn: string; Lifecycle: Record<string, unknown> }[];
  }[];
}

function plansOf(among: readonly Resource[]): PlannedByAws[] {
  return ofType('AWS::Backup::BackupPlan', among).map(
    ({ properties }) => properties.BackupPlan as PlannedByAws,
  );
}

/** Of the project's own policy, with one tier in its place. */
function withTier(name: string, changed: Partial<Tier>): Policy {
  return withBackups({ tiers: { ...backups.tiers, [name]: { ...tierOf(name), ...changed } } });
}

describe('home Regions', () => {
  it('are the primary and the standby, each with its own vaults', () => {
    expect([...stacks.values()].map(({ region }) => region).toSorted()).toEqual(['us-east-1', 'us-west-2']);
    for (const region of ['us-east-1', 'us-west-2']) {
      const vaults = inRegion(region, 'AWS::Backup::BackupVault');
      expect(vaults.map(({ properties }) => properties.BackupVaultName)).toEqual(
        Object.values(backups.vaults).map(({ vault }) => resourceName(vault)),
      );
    }
  });

  it('have plans only where the resources are', () => {
    const plans = ofType('AWS::Backup::BackupPlan', resources);
    expect(new Set(plans.map(({ region }) => region))).toEqual(new Set(['us-east-1']));
    expect(plans).toHaveLength(Object.keys(backups.tiers).length);
  });

  it('test restores where the policy says', () => {
    const tests = ofType('AWS::Backup::RestoreTestingPlan', resources).map(
      ({ region, properties }) => `${properties.RestoreTestingPlanName} in ${region}`,
    );
    expect(new Set(tests)).toEqual(
      new Set([
        'aeon_ops_databases in us-east-1',
        'aeon_ops_databases in us-west-2',
        'aeon_ops_volumes in us-east-1',
        'aeon_ops_volumes in us-west-2',
        'aeon_ops_application_data in us-east-1',
      ]),
    );
  });

  it('wait for each other in one direction alone: copies need the vault that they go to', () => {
    const app = opsApp();
    buildStacks(app, policy, () => Code.fromInline('// not looked at'));
    const waits = app.node
      .findAll()
      .filter((construct) => construct instanceof OpsStack)
      .map((stack) => [stack.stackName, stack.dependencies.map(({ stackName }) => stackName)] as const);
    expect(Object.fromEntries(waits)).toMatchObject({
      'aeon-ops-backups-us-east-1': ['aeon-ops-backups-us-west-2', 'aeon-ops-base-us-east-1'],
      'aeon-ops-backups-us-west-2': ['aeon-ops-base-us-west-2'],
    });
  });
});

describe('a vault', () => {
  it('is encrypted with the key of its own Region, which is rotated and outlives its stack', () => {
    for (const vault of ofType('AWS::Backup::BackupVault', resources)) {
      const [key, ...others] = inRegion(vault.region, 'AWS::KMS::Key');
      expect(others).toEqual([]);
      expect(vault.properties.EncryptionKeyArn).toBe(key?.name);
      expect(key?.properties.EnableKeyRotation).toBe(true);
    }
    for (const { template } of stacks.values()) {
      for (const { Type, DeletionPolicy } of Object.values(template.Resources)) {
        if (Type === 'AWS::DynamoDB::GlobalTable') continue;
        const kept = Type === 'AWS::KMS::Key' || Type === 'AWS::Backup::BackupVault';
        const policies = kept ? ['RetainExceptOnCreate'] : [undefined, 'Delete'];
        expect({ Type, isAsMeant: policies.includes(DeletionPolicy) }).toEqual({ Type, isAsMeant: true });
      }
    }
  });

  it('has a key that AWS Backup itself may use for copies, and grant to AWS services alone', () => {
    const role =
      'arn:aws:iam::111122223333:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup';
    for (const { properties } of ofType('AWS::KMS::Key', resources)) {
      const [, ...statements] = statementsOf(properties.KeyPolicy);
      expect(statements.map(({ condition }) => condition)).toEqual([
        { ArnEquals: { 'aws:PrincipalArn': role } },
        { ArnEquals: { 'aws:PrincipalArn': role }, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      ]);
      expect(statements.map(({ actions }) => actions.includes('kms:CreateGrant'))).toEqual([false, true]);
    }
  });

  it('is locked as the policy says, in governance mode, which has no days to change it', () => {
    for (const region of ['us-east-1', 'us-west-2']) {
      const locks = inRegion(region, 'AWS::Backup::BackupVault').map(
        ({ properties }) => properties.LockConfiguration,
      );
      expect(locks).toEqual([
        { MinRetentionDays: 7, MaxRetentionDays: 35 },
        { MinRetentionDays: 2557, MaxRetentionDays: 3653 },
      ]);
    }
  });

  it('is locked for ever only where the policy explains why', () => {
    const because = 'The auditors of 2027 ask for records that nobody could have deleted.';
    const lock = {
      mode: 'compliance',
      minKeepDays: 2557,
      maxKeepDays: 3653,
      changeableForDays: 5,
      because,
    } as const;
    const vaults = { ...backups.vaults, archive: { vault: { create: 'aeon-ops-archive' }, lock } };
    const locked = resourcesOf(stacksOf(withBackups({ vaults })));
    expect(
      ofType('AWS::Backup::BackupVault', locked).map(
        ({ properties }) =>
          (properties.LockConfiguration as { ChangeableForDays?: number }).ChangeableForDays,
      ),
    ).toEqual([undefined, 5, undefined, 5]);
  });
});

describe('a plan', () => {
  it.each(Object.keys(backups.tiers))(
    'of %s has the rules of its tier, with their windows and copies',
    (name) => {
      const tier = tierOf(name);
      const plan = plansOf(resources).find(
        ({ BackupPlanName }) => BackupPlanName === resourceName(tier.plan),
      );
      const vaultOf = (key: string): string => resourceName(backups.vaults[key]?.vault ?? { existing: '' });
      expect(plan?.BackupPlanRule).toEqual(
        plannedRules(name, tier).map((rule) => ({
          RuleName: rule.name,
          TargetBackupVault: vaultOf(rule.vault),
          ScheduleExpression: rule.cron,
          ScheduleExpressionTimezone: 'UTC',
          StartWindowMinutes: rule.startWindowMinutes,
          CompletionWindowMinutes: rule.completionWindowMinutes,
          Lifecycle: { DeleteAfterDays: rule.keepDays },
          CopyActions:
            rule.copies.length === 0
              ? undefined
              : rule.copies.map((copy) => ({
                  DestinationBackupVaultArn: `arn:aws:backup:us-west-2:111122223333:backup-vault:${vaultOf(rule.vault)}`,
                  Lifecycle: { DeleteAfterDays: copy.keepDays },
                })),
        })),
      );
    },
  );

  it('of the databases keeps 30 days, and seven years from the first of each month, twice', () => {
    const [databases] = plansOf(resources);
    expect(
      databases?.BackupPlanRule.map(({ RuleName, Lifecycle, CopyActions }) => [
        RuleName,
        Lifecycle.DeleteAfterDays,
        CopyActions?.[0]?.Lifecycle.DeleteAfterDays,
      ]),
    ).toEqual([
      ['hourly', 30, 30],
      ['daily', 30, 30],
      ['archive', 2557, 2557],
    ]);
  });

  it('takes the resources that have both the type and the tag of its tier', () => {
    const selections = ofType('AWS::Backup::BackupSelection', resources).map(
      ({ properties }) => properties.BackupSelection as Record<string, unknown>,
    );
    expect(
      selections.map(({ SelectionName, Resources, Conditions, ListOfTags }) => ({
        SelectionName,
        Resources,
        Conditions,
        ListOfTags,
      })),
    ).toEqual(
      [
        ['databases', 'arn:aws:rds:*:*:db:*'],
        ['volumes', 'arn:aws:ec2:*:*:volume/*'],
        ['cluster-state', 'arn:aws:eks:*:*:cluster/*'],
        ['application-data', 'arn:aws:s3:::*'],
      ].map(([tier, arn]) => ({
        SelectionName: tier,
        Resources: [arn],
        Conditions: {
          StringEquals: [{ ConditionKey: 'aws:ResourceTag/aeon-ops-backup-tier', ConditionValue: tier }],
        },
        ListOfTags: undefined,
      })),
    );
  });

  it('asks for cold storage apart, since EBS moves nothing there otherwise', () => {
    const rules = { daily: { ...tierOf('application-data').rules.daily, keepDays: 120, coldAfterDays: 30 } };
    const given = withTier('volumes', { rules } as Partial<Tier>);
    const plan = plansOf(resourcesOf(stacksOf(given))).find(
      ({ BackupPlanName }) => BackupPlanName === 'aeon-ops-volumes',
    );
    expect(plan?.BackupPlanRule[0]?.Lifecycle).toEqual({
      DeleteAfterDays: 120,
      MoveToColdStorageAfterDays: 30,
      OptInToArchiveForSupportedResources: true,
    });
  });

  it('keeps the moments between the backups where the policy says continuous', () => {
    const rules = { daily: { ...tierOf('application-data').rules.daily, continuous: true } };
    const continuous = resourcesOf(stacksOf(withTier('application-data', { rules } as Partial<Tier>)));
    const plan = plansOf(continuous).find(
      ({ BackupPlanName }) => BackupPlanName === 'aeon-ops-application-data',
    );
    expect(plan?.BackupPlanRule[0]?.EnableContinuousBackup).toBe(true);
    const types = ofType('AWS::Backup::RestoreTestingPlan', continuous).map(({ properties }) => [
      properties.RestoreTestingPlanName,
      (properties.RecoveryPointSelection as { RecoveryPointTypes: string[] }).RecoveryPointTypes,
    ]);
    expect(types).toContainEqual(['aeon_ops_application_data', ['SNAPSHOT', 'CONTINUOUS']]);
    expect(types).toContainEqual(['aeon_ops_volumes', ['SNAPSHOT']]);
  });
});

describe('a restore test', () => {
  function selectionsIn(region: string): Record<string, unknown>[] {
    return inRegion(region, 'AWS::Backup::RestoreTestingSelection').map(({ properties }) => properties);
  }

  it('looks into the vault of its own Region', () => {
    for (const { region, properties } of ofType('AWS::Backup::RestoreTestingPlan', resources)) {
      expect(properties.RecoveryPointSelection).toMatchObject({
        Algorithm: 'LATEST_WITHIN_WINDOW',
        IncludeVaults: [`arn:aws:backup:${region}:111122223333:backup-vault:aeon-ops-operational`],
      });
    }
  });

  it('asks for the tag of the tier where the resource is, and takes every copy where it is not', () => {
    for (const selection of selectionsIn('us-east-1')) {
      expect(selection.ProtectedResourceArns).toEqual(['*']);
      const { StringEquals } = selection.ProtectedResourceConditions as { StringEquals: { Key: string }[] };
      expect(StringEquals.map(({ Key }) => Key)).toEqual(['aws:ResourceTag/aeon-ops-backup-tier']);
    }
    for (const selection of selectionsIn('us-west-2')) {
      expect(selection.ProtectedResourceArns).toEqual(['*']);
      expect(selection).not.toHaveProperty('ProtectedResourceConditions');
    }
  });

  it.each(['us-east-1', 'us-west-2'])(
    'puts databases apart from everything in %s, and nothing else',
    (region) => {
      const network = backups.restoreNetworks[region];
      const overrides = selectionsIn(region).map(({ ProtectedResourceType, RestoreMetadataOverrides }) => [
        ProtectedResourceType,
        RestoreMetadataOverrides,
      ]);
      expect(overrides).toContainEqual([
        'RDS',
        {
          dbSubnetGroupName: network?.dbSubnetGroup,
          vpcSecurityGroupIds: JSON.stringify(network?.securityGroups),
        },
      ]);
      expect(overrides.filter(([, override]) => override !== undefined)).toHaveLength(1);
    },
  );

  it('has names of letters, digits and underscores', () => {
    for (const { properties } of ofType('AWS::Backup::RestoreTestingSelection', resources)) {
      expect(properties.RestoreTestingSelectionName).toMatch(/^\w{1,50}$/);
      expect(properties.RestoreTestingPlanName).toMatch(/^\w{1,50}$/);
    }
  });
});

describe('a role', () => {
  it('is assumed by AWS Backup and by nobody else', () => {
    const roles = ofType('AWS::IAM::Role', resources).filter(({ name }) => !name.startsWith('Role Watching'));
    expect(roles.map(({ name }) => name).toSorted()).toEqual([
      'Role aeon-ops-backup-us-east-1',
      'Role aeon-ops-restore-us-east-1',
      'Role aeon-ops-restore-us-west-2',
    ]);
    for (const { properties } of roles) {
      expect(statementsOf(properties.AssumeRolePolicyDocument)).toMatchObject([
        { effect: 'Allow', principal: 'backup.amazonaws.com', actions: ['sts:AssumeRole'] },
      ]);
    }
  });

  it.each([
    [
      'Role aeon-ops-backup-us-east-1',
      ['service-role/AWSBackupServiceRolePolicyForBackup', 'AWSBackupServiceRolePolicyForS3Backup'],
    ],
    [
      'Role aeon-ops-restore-us-east-1',
      ['service-role/AWSBackupServiceRolePolicyForRestores', 'AWSBackupServiceRolePolicyForS3Restore'],
    ],
    ['Role aeon-ops-restore-us-west-2', ['service-role/AWSBackupServiceRolePolicyForRestores']],
  ])('%s has the policies of AWS for its job, those for S3 only with a tier of it', (name, policies) => {
    const role = resources.find((resource) => resource.name === name);
    expect(role?.properties.ManagedPolicyArns).toEqual(
      policies.map((path) => `arn:aws:iam::aws:policy/${path}`),
    );
    expect(role?.properties).not.toHaveProperty('Policies');
  });
});

const archive = {
  as: 'export',
  bucket: { create: 'aeon-dt-database-archive' },
  keepDays: 2557,
  deepArchiveAfterDays: 1,
} as const;

const exporting = withTier('databases', { archive });

describe('an archive of exports', () => {
  const among = resourcesOf(stacksOf(exporting));

  it('is accepted by the rules once the daily run takes the hour that the archive had', () => {
    const rules = {
      hourly: tierOf('databases').rules.hourly,
      daily: { ...tierOf('databases').rules.daily, cron: 'cron(0 5 ? * * *)' },
    };
    expect(() => checkPolicy(withTier('databases', { archive, rules } as Partial<Tier>))).not.toThrow();
  });

  it('is not there unless the policy asks for it', () => {
    expect(ofType('AWS::S3::Bucket', resources)).toEqual([]);
    expect(plansOf(among)[0]?.BackupPlanRule.map(({ RuleName }) => RuleName)).toEqual(['hourly', 'daily']);
  });

  it('is a bucket whose objects are locked for seven years, and move to Deep Archive', () => {
    const [bucket, ...others] = ofType('AWS::S3::Bucket', among);
    expect(others).toEqual([]);
    expect(bucket?.region).toBe('us-east-1');
    expect(bucket?.properties).toMatchObject({
      BucketName: 'aeon-dt-database-archive',
      ObjectLockEnabled: true,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 2557 } },
      },
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
    });
    const { Rules } = (bucket as Resource).properties.LifecycleConfiguration as {
      Rules: { ExpirationInDays?: number; Transitions?: unknown }[];
    };
    expect(Rules[0]).toMatchObject({
      ExpirationInDays: 2557,
      Transitions: [{ StorageClass: 'DEEP_ARCHIVE', TransitionInDays: 1 }],
    });
  });

  it('is written by RDS, with a role for this bucket alone', () => {
    const role = among.find(({ name }) => name === 'Role aeon-ops-export-databases');
    expect(statementsOf(role?.properties.AssumeRolePolicyDocument)).toMatchObject([
      { principal: 'export.rds.amazonaws.com', actions: ['sts:AssumeRole'] },
    ]);
    const policies = role?.properties.Policies as { PolicyDocument: unknown }[];
    const bucket = 'arn:aws:s3:::aeon-dt-database-archive';
    expect(
      policies.flatMap(({ PolicyDocument }) => statementsOf(PolicyDocument)).map(({ resources: on }) => on),
    ).toEqual([[bucket], [`${bucket}/*`], [ofType('AWS::KMS::Key', among)[0]?.name]]);
  });

  it('is not made where the bucket is there, and its role still writes to it', () => {
    const existing = resourcesOf(
      stacksOf(withTier('databases', { archive: { ...archive, bucket: { existing: 'theirs' } } })),
    );
    expect(ofType('AWS::S3::Bucket', existing)).toEqual([]);
    const role = existing.find(({ name }) => name === 'Role aeon-ops-export-databases');
    expect(JSON.stringify(role?.properties.Policies)).toContain('arn:aws:s3:::theirs/*');
  });
});

describe('what exists is not made', () => {
  it('neither vaults nor their key, where all vaults are there', () => {
    const vaults = Object.fromEntries(
      Object.entries(backups.vaults).map(([name, { lock }]) => [name, { vault: { existing: name }, lock }]),
    );
    const given = resourcesOf(stacksOf(withBackups({ vaults })));
    expect(ofType('AWS::Backup::BackupVault', given)).toEqual([]);
    expect(ofType('AWS::KMS::Key', given)).toEqual([]);
    expect(plansOf(given)[0]?.BackupPlanRule[0]?.TargetBackupVault).toBe('operational');
  });

  it('no plan and no selection of a tier whose plan is there, though its restores are tested', () => {
    const given = resourcesOf(stacksOf(withTier('volumes', { plan: { existing: 'theirs' } })));
    expect(plansOf(given).map(({ BackupPlanName }) => BackupPlanName)).toEqual([
      'aeon-ops-databases',
      'aeon-ops-cluster-state',
      'aeon-ops-application-data',
    ]);
    expect(ofType('AWS::Backup::BackupSelection', given)).toHaveLength(3);
    expect(ofType('AWS::Backup::RestoreTestingPlan', given)).toHaveLength(5);
  });
});

it("cdk-nag's AwsSolutions pack finds nothing in an archive of exports that is not acknowledged", () => {
  const app = appOf(exporting);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(() => app.synth()).not.toThrow();
});
