import { describe, expect, it } from '@jest/globals';
import { synthesize } from '../../infra/synthesize.ts';
import policy from '../../ops.config.ts';
import { IamPermissions } from '../../rehearsal/wiring/permissions.ts';
import { resolveTemplate } from '../../rehearsal/wiring/template.ts';

const account = '111122223333';

function deployedIn(mode: 'observe' | 'act') {
  const synthesized = synthesize({ ...policy, retention: { ...policy.retention, mode } });
  return [...synthesized].flatMap(([stack, { region, template }]) =>
    resolveTemplate(template, { region, account, stack }),
  );
}

const acting = deployedIn('act');

/** Whether the role of prune-snapshots in a Region may do something to a resource that has these tags. */
function may(
  action: string,
  resource: string,
  tags: Readonly<Record<string, string>> = {},
  deployed = acting,
): boolean {
  const lambda = deployed.find(
    ({ region, properties }) =>
      region === 'us-east-1' && properties.FunctionName === 'aeon-ops-prune-snapshots',
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

const volume = 'arn:aws:ec2:us-east-1::snapshot/snap-0123456789abcdef0';
const database = (id: string) => `arn:aws:rds:us-east-1:${account}:snapshot:${id}`;
const csi = { CSIVolumeSnapshotName: 'snapshot-1', 'ebs.csi.aws.com/cluster': 'true' };

describe('the role of prune-snapshots', () => {
  it('may delete what the EBS CSI driver made, and manual snapshots of databases', () => {
    expect(may('ec2:DeleteSnapshot', volume, csi)).toBe(true);
    expect(may('rds:DeleteDBSnapshot', database('before-upgrade'))).toBe(true);
  });

  it.each([
    ['of anybody else', 'ec2:DeleteSnapshot', volume, {}],
    ['of AWS Backup', 'ec2:DeleteSnapshot', volume, { ...csi, 'aws:backup:source-resource': 'arn:aws:ec2' }],
    [
      'of a lifecycle policy',
      'ec2:DeleteSnapshot',
      volume,
      { ...csi, 'aws:dlm:lifecycle-policy-id': 'policy-1' },
    ],
    ['that is to be kept', 'ec2:DeleteSnapshot', volume, { ...csi, [policy.retention.keepTag]: '' }],
    ['of another Region', 'ec2:DeleteSnapshot', volume.replace('us-east-1', 'us-west-2'), csi],
    ['of a database, by AWS Backup', 'rds:DeleteDBSnapshot', database('awsbackup:job-1'), {}],
    ['of a database, by RDS', 'rds:DeleteDBSnapshot', database('rds:main-2026'), {}],
    [
      'of a database, that is to be kept',
      'rds:DeleteDBSnapshot',
      database('one'),
      { [policy.retention.keepTag]: 'x' },
    ],
  ])('may not delete a snapshot %s', (_what, action, resource, tags) => {
    expect(may(action, resource, tags)).toBe(false);
  });

  it('may delete nothing while the policy has retention observe', () => {
    const observing = deployedIn('observe');
    expect(may('ec2:DescribeSnapshots', '*', {}, observing)).toBe(true);
    expect(may('ec2:DeleteSnapshot', volume, csi, observing)).toBe(false);
    expect(may('rds:DeleteDBSnapshot', database('before-upgrade'), {}, observing)).toBe(false);
  });

  it('writes to its own places in the bucket of its Region, and reads no object', () => {
    const bucket = `arn:aws:s3:::aeon-ops-${account}-us-east-1`;
    expect(may('s3:PutObject', `${bucket}/journal/prune-snapshots/a`)).toBe(true);
    expect(may('s3:PutObject', `${bucket}/reports/prune-images/a`)).toBe(false);
    expect(may('s3:PutObject', `${bucket.replace('us-east-1', 'us-west-2')}/journal/prune-snapshots/a`)).toBe(
      false,
    );
    expect(may('s3:GetObject', `${bucket}/journal/prune-snapshots/a`)).toBe(false);
    expect(may('s3:DeleteObject', `${bucket}/journal/prune-snapshots/a`)).toBe(false);
  });
});
