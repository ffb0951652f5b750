import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { contracts, contractsBy } from '../../infra/functions.ts';
import { opsApp } from '../../infra/ops-app.ts';
import { BackupStack } from '../../infra/stacks/backup-stack.ts';
import policy from '../../ops.config.ts';
import { IamPermissions } from '../../rehearsal/wiring/permissions.ts';
import { resolveTemplate } from '../../rehearsal/wiring/template.ts';
import { exportingPolicy } from './exporting-policy.ts';

const account = '111122223333';
const name = 'aeon-ops-export-database';

function deployedIn(region: string, given = exportingPolicy) {
  const app = opsApp();
  const code = () => Code.fromInline('// not looked at');
  const stack = new BackupStack(app, { region, policy: given, code });
  const { template } = app.synth().getStackByName(stack.stackName);
  return resolveTemplate(template, { region, account, stack: stack.stackName });
}

const acting = deployedIn('us-east-1');
const observing = deployedIn('us-east-1', {
  ...exportingPolicy,
  backups: { ...exportingPolicy.backups, mode: 'observe' },
});

const functionsOf = (deployed: typeof acting) =>
  deployed
    .filter(({ type, properties }) => type === 'AWS::Lambda::Function' && properties.FunctionName === name)
    .map(({ properties }) => properties.FunctionName);

function may(
  deployed: typeof acting,
  action: string,
  resource: string,
  context: Record<string, string> = {},
) {
  const lambda = deployed.find(({ properties }) => properties.FunctionName === name);
  const principal = { kind: 'role', arn: String(lambda?.properties.Role) } as const;
  try {
    new IamPermissions(deployed, account).authorize({ principal, action, resource, context });
    return true;
  } catch {
    return false;
  }
}

const role = (of: string) => `arn:aws:iam::${account}:role/${of}`;
const key = `arn:aws:kms:us-east-1:${account}:key/1`;
const viaRds = { 'kms:viaservice': 'rds.us-east-1.amazonaws.com', 'kms:grantisforawsresource': 'true' };

describe('export-database', () => {
  it('is deployed, and bundled, in the primary Region alone, and only where the archive is of exports', () => {
    expect(functionsOf(acting)).toEqual([name]);
    expect(functionsOf(deployedIn('us-west-2'))).toEqual([]);
    expect(functionsOf(deployedIn('us-east-1', policy))).toEqual([]);
    expect(contractsBy(policy)).toBe(contracts);
    expect(contractsBy(exportingPolicy).at(-1)?.name).toBe('export-database');
  });

  it('may begin exports where the policy lets it act, and can neither cancel one nor touch a file', () => {
    const acts = [
      ['rds:StartExportTask', '*', {}],
      [
        'iam:PassRole',
        role('aeon-ops-export-databases'),
        { 'iam:passedtoservice': 'export.rds.amazonaws.com' },
      ],
      ['kms:CreateGrant', key, viaRds],
    ] as const;
    for (const [action, resource, context] of acts) {
      expect([action, may(acting, action, resource, context)]).toEqual([action, true]);
      expect([action, may(observing, action, resource, context)]).toEqual([action, false]);
    }
    for (const [action, resource, context] of [
      [
        'iam:PassRole',
        role('aeon-ops-backup-us-east-1'),
        { 'iam:passedtoservice': 'export.rds.amazonaws.com' },
      ],
      ['iam:PassRole', role('aeon-ops-export-databases'), { 'iam:passedtoservice': 'lambda.amazonaws.com' }],
      ['kms:CreateGrant', key, { ...viaRds, 'kms:grantisforawsresource': 'false' }],
      ['rds:CancelExportTask', '*', {}],
      ['s3:DeleteObject', 'arn:aws:s3:::aeon-dt-archive/x', {}],
    ] as const) {
      expect([action, may(acting, action, resource, context)]).toEqual([action, false]);
    }
  });

  it('has a section in docs/runbook.md for each of its alarms', () => {
    const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
    const sections = [...runbook.matchAll(/^#+ (aeon-ops-export-database-\S+)$/gm)].map(([, found]) => found);
    const alarms = acting
      .filter(({ type }) => type === 'AWS::CloudWatch::Alarm')
      .map(({ properties }) => String(properties.AlarmName))
      .filter((found) => found.startsWith(`${name}-`));
    expect(alarms.length).toBeGreaterThan(4);
    expect(new Set(sections)).toEqual(new Set(alarms));
  });
});
