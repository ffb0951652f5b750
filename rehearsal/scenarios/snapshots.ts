import { csiTags } from '../aws/ec2.ts';
import { AwsError } from '../kernel.ts';
import type { Scenario, Stage } from '../scenario.ts';

/**
 * A morning on which snapshots are pruned, in mode `act`. What has aged out goes, what anything needs stays, and a
 * Region in which the AMIs cannot be asked for deletes no snapshot of a volume.
 */
export const snapshots: Scenario = {
  name: 'snapshots',
  summary: 'old snapshots of volumes and databases are deleted, and nothing that somebody needs',
  from: new Date('2026-11-24T05:30:00Z'),
  to: new Date('2026-11-24T06:00:00Z'),
  policy: (given) => ({ ...given, retention: { ...given.retention, mode: 'act' } }),
  play(stage) {
    const { primary, standby } = stage.policy.regions;
    for (const region of [primary, standby]) furnish(stage, region);
    stage.faults.callFails = ({ region, operation }) =>
      region === standby && operation === 'DescribeImages'
        ? new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503)
        : undefined;
  },
};

/** One volume that is snapshot every ten days for half a year, with everything that can keep one; and one database. */
function furnish({ account, kernel, policy }: Stage, region: string): void {
  const daysAgo = (days: number): Date => new Date(kernel.now().getTime() - days * 24 * 60 * 60 * 1000);
  const csi = (days: number, tags: Readonly<Record<string, string>> = {}): string =>
    account.ec2.createSnapshot(region, {
      volume: 'vol-0a11',
      startedAt: daysAgo(days),
      tags: { ...csiTags(`snapshot-of-day-${days}`), ...tags },
    });
  for (const days of [5, 15, 25, 35, 45, 55]) csi(days);
  csi(65, { 'aws:backup:source-resource': `arn:aws:ec2:${region}:${kernel.account}:volume/vol-0a11` });
  csi(75, { [policy.retention.keepTag]: 'until the audit' });
  account.ec2.registerImage(region, csi(85), { State: 'disabled' });
  account.ec2.share(csi(95), '444455556666');
  account.ec2.lock(csi(105));
  account.ec2.createSnapshot(region, { volume: 'vol-0b22', startedAt: daysAgo(900) });

  const db = (id: string, days: number, type: 'manual' | 'automated' | 'awsbackup' = 'manual'): void =>
    account.rds.createSnapshot(region, { id, instance: 'aeon-dt', createdAt: daysAgo(days), type });
  db('before-17-upgrade', 12);
  db('before-16-upgrade', 380);
  db('rds:aeon-dt-2026-01-01', 327, 'automated');
  db('awsbackup:job-4d1f', 400, 'awsbackup');
}
