import { beforeAll, describe, expect, it } from '@jest/globals';
import { invariants } from '../../rehearsal/invariants/all.ts';
import { type Run, rehearse } from '../../rehearsal/rehearsal.ts';
import { snapshots } from '../../rehearsal/scenarios/snapshots.ts';

describe('a morning on which snapshots are pruned', () => {
  let run: Run;

  beforeAll(async () => {
    run = await rehearse(snapshots, { seed: 1 });
  });

  const bucket = (region: string) => `aeon-ops-111122223333-${region}`;

  it('keeps every invariant', () => {
    expect(invariants.flatMap((invariant) => invariant.check(run).violations)).toEqual([]);
  });

  it('deletes what has aged out, each written down before, and leaves what anything needs', () => {
    const journal = run.account.s3
      .keysOf(bucket('us-east-1'), 'journal/prune-snapshots/')
      .map((key) => run.account.s3.text(bucket('us-east-1'), key) ?? '')
      .map((text) => JSON.parse(text));
    expect(journal.map(({ tags, id }) => tags.CSIVolumeSnapshotName ?? id)).toEqual([
      'before-16-upgrade',
      'snapshot-of-day-35',
      'snapshot-of-day-45',
      'snapshot-of-day-55',
    ]);
    const left = [...run.account.ec2.snapshotIds, ...run.account.rds.snapshotArns];
    for (const { id, arn } of journal) for (const name of [id, arn]) expect(left).not.toContain(name);
    expect(left).toHaveLength(12 - 3 + 4 - 1 + 12 + 4 - 1);
  });

  it('deletes no snapshot of a volume where the AMIs could not be asked for, and says so', () => {
    const journal = run.account.s3.keysOf(bucket('us-west-2'), 'journal/prune-snapshots/');
    expect(journal.map((key) => key.split('/').slice(3).join('/'))).toEqual([
      'database/before-16-upgrade.json',
    ]);
  });

  it('tells of each Region once', () => {
    expect(run.slack.posts.map(({ text }) => text).toSorted()).toEqual([
      '🔵 4 snapshots deleted in us-east-1',
      '🟠 Snapshots are not pruned as they should be in us-west-2',
    ]);
  });
});
