import { describe, expect, it } from '@jest/globals';
import { restoreStackRegions } from '../../infra/stacks/restore-stack.ts';
import { synthesize } from '../../infra/synthesize.ts';
import policy from '../../ops.config.ts';
import { IamPermissions } from '../../rehearsal/wiring/permissions.ts';
import { resolveTemplate } from '../../rehearsal/wiring/template.ts';

const account = '111122223333';

function deployedIn(mode: 'observe' | 'act') {
  const synthesized = synthesize({ ...policy, backups: { ...policy.backups, mode } });
  return [...synthesized].flatMap(([stack, { region, template }]) =>
    resolveTemplate(template, { region, account, stack }),
  );
}

const acting = deployedIn('act');

/** Whether the role of verify-restore in us-west-2 may do something to a resource that has these tags. */
function may(
  action: string,
  resource: string,
  tags: Readonly<Record<string, string>> = {},
  deployed = acting,
): boolean {
  const lambda = deployed.find(
    ({ region, properties }) =>
      region === 'us-west-2' && properties.FunctionName === 'aeon-ops-verify-restore',
  );
  const context = Object.fromEntries(
    Object.entries(tags).map(([key, value]) => [`aws:resourcetag/${key.toLowerCase()}`, value]),
  );
  try {
    new IamPermissions(deployed, account).authorize({
      principal: { kind: 'role', arn: String(lambda?.properties.Role) },
      action,
      resource,
      context,
    });
    return true;
  } catch {
    return false;
  }
}

const database = (id: string, region = 'us-west-2') => `arn:aws:rds:${region}:${account}:db:${id}`;
const restored = database('awsbackup-restore-test-0b5c');
const tagged = { 'awsbackup-restore-test': 'job' };

describe('the role of verify-restore', () => {
  it('may give a password to what a restore test has made', () => {
    expect(may('rds:ModifyDBInstance', restored, tagged)).toBe(true);
  });

  it.each([
    ['that has the name and not the tag', restored, {}],
    ['that has the tag and not the name', database('aeon-dt-metadata'), tagged],
    ['of another Region', database('awsbackup-restore-test-0b5c', 'us-east-1'), tagged],
  ])('may change no database %s', (_what, resource, tags) => {
    expect(may('rds:ModifyDBInstance', resource, tags)).toBe(false);
  });

  it('may ask in the isolated network, and not where the databases are', () => {
    const ask = (name: string) => `arn:aws:lambda:us-west-2:${account}:function:aeon-ops-${name}`;
    expect(may('lambda:InvokeFunction', ask('ask-database'))).toBe(true);
    expect(may('lambda:InvokeFunction', ask('ask-database-source'))).toBe(false);
  });

  it('may delete nothing, and start no restore', () => {
    for (const action of ['rds:DeleteDBInstance', 'backup:StartRestoreJob', 'backup:DeleteRecoveryPoint']) {
      expect(may(action, restored, tagged)).toBe(false);
    }
    expect(may('ec2:DeleteVolume', `arn:aws:ec2:us-west-2:${account}:volume/vol-1`, tagged)).toBe(false);
  });

  it('may say what a restore is worth only where the policy has backups act', () => {
    expect(may('backup:PutRestoreValidationResult', '*')).toBe(true);
    expect(may('backup:PutRestoreValidationResult', '*', {}, deployedIn('observe'))).toBe(false);
  });

  it('writes its evidence, and can neither read nor unlock it', () => {
    const evidence = `arn:aws:s3:::aeon-ops-evidence-${account}-us-west-2/restores/databases/one.json`;
    expect(may('s3:PutObject', evidence)).toBe(true);
    for (const action of ['s3:GetObject', 's3:DeleteObject', 's3:PutObjectRetention']) {
      expect(may(action, evidence)).toBe(false);
    }
    expect(may('s3:BypassGovernanceRetention', evidence)).toBe(false);
  });
});

it('evidence is locked for the days of the policy, in each Region that proves restores', () => {
  const buckets = acting.filter(
    ({ type, ref }) => type === 'AWS::S3::Bucket' && ref?.startsWith('aeon-ops-evidence-') === true,
  );
  expect(buckets.map(({ region }) => region).toSorted()).toEqual(['us-east-1', 'us-west-2']);
  for (const { properties } of buckets) {
    expect(properties).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: {
        Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: policy.retention.evidence } },
      },
    });
  }
});

it('is nowhere where nothing is restored', () => {
  const tiers = Object.fromEntries(
    Object.entries(policy.backups.tiers).map(([name, { restoreTest: _none, ...tier }]) => [name, tier]),
  );
  expect(restoreStackRegions({ ...policy, backups: { ...policy.backups, tiers } })).toEqual([]);
  expect(restoreStackRegions(policy)).toEqual(['us-east-1', 'us-west-2']);
});
