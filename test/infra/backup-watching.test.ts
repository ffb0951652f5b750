import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { opsApp } from '../../infra/ops-app.ts';
import { BackupStack } from '../../infra/stacks/backup-stack.ts';
import policy from '../../ops.config.ts';
import { named, permissionsOf, resources, resourcesOf, type Statement } from './templates.ts';

const outdir = mkdtempSync(join(tmpdir(), 'aeon-ops-watching-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

/** What the role of watch-backups may do in a Region where backups act. */
function actingIn(region: string): readonly Statement[] {
  const app = opsApp({
    outdir: mkdtempSync(join(outdir, 'app-')),
    stackTraces: false,
    treeMetadata: false,
    builtinCloudFormationValidation: false,
  });
  const acting = { ...policy, backups: { ...policy.backups, mode: 'act' as const } };
  new BackupStack(app, { region, policy: acting, code: () => Code.fromInline('// not looked at') });
  const [stack] = app.synth().stacks;
  if (stack === undefined) throw new Error('there is no stack');
  const made = resourcesOf(new Map([[stack.stackName, { region, template: stack.template }]]));
  return permissionsOf(named('Function aeon-ops-watch-backups', made), made);
}

const acts = ['StartBackups', 'StartCopies', 'PassBackupRole'];
const sidsOf = (statements: readonly Statement[]) => statements.map(({ sid }) => sid);

describe('the role of watch-backups', () => {
  it('can only read backups while the policy has them observe, in both Regions', () => {
    const functions = resources.filter(({ name }) => name === 'Function aeon-ops-watch-backups');
    expect(functions).toHaveLength(2);
    for (const lambda of functions) {
      const others = permissionsOf(lambda)
        .flatMap(({ actions }) => actions)
        .filter((action) => /^(backup|iam|tag):/.test(action) && !/:(List|Get)/.test(action));
      expect(others).toEqual([]);
    }
  });

  it('may, where they act, ask for backups into our vaults and for copies of recovery points, with the role of the plans', () => {
    const statements = actingIn('us-east-1').filter(({ sid }) => acts.includes(sid));
    const arn = (service: string, resource: string) =>
      `arn:aws:${service}:us-east-1:111122223333:${resource}`;
    expect(statements).toMatchObject([
      {
        actions: ['backup:StartBackupJob'],
        resources: ['aeon-ops-archive', 'aeon-ops-operational'].map((name) =>
          arn('backup', `backup-vault:${name}`),
        ),
      },
      {
        actions: ['backup:StartCopyJob'],
        resources: [
          'arn:aws:ec2:us-east-1::snapshot/*',
          arn('backup', 'recovery-point:*'),
          arn('rds', 'snapshot:awsbackup:*'),
        ],
      },
      {
        actions: ['iam:PassRole'],
        resources: ['arn:aws:iam::111122223333:role/aeon-ops-backup-us-east-1'],
        condition: { StringEquals: { 'iam:PassedToService': 'backup.amazonaws.com' } },
      },
    ]);
  });

  it('may ask for nothing in the standby Region, which has copies alone', () => {
    expect(sidsOf(actingIn('us-west-2')).filter((sid) => acts.includes(sid))).toEqual([]);
  });
});
