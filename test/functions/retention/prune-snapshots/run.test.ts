import { beforeEach, describe, expect, it } from '@jest/globals';
import type { KindReport, Report } from '../../../../functions/retention/prune-snapshots/report.ts';
import { AwsError } from '../../../../rehearsal/kernel.ts';
import { due, Region } from './region.ts';
import { now } from './snapshots.ts';

function volumes(report: Report | undefined): KindReport {
  const kind = report?.kinds.find((each) => each.kind === 'volume');
  if (kind === undefined) throw new Error('no report on volumes');
  return kind;
}

function databases(report: Report | undefined): KindReport {
  const kind = report?.kinds.find((each) => each.kind === 'database');
  if (kind === undefined) throw new Error('no report on databases');
  return kind;
}

function endOf(kind: KindReport, id: string): string {
  const line = kind.snapshots.find((each) => each.id === id);
  return line === undefined ? 'not listed' : `${line.end}: ${line.reason}`;
}

describe('pruneSnapshots', () => {
  let place: Region;

  beforeEach(() => {
    place = new Region();
  });

  it('deletes what has aged out of both kinds, and nothing else', async () => {
    const gone = [place.csiSnapshot('vol-1', 31), place.csiSnapshot('vol-1', 45)];
    const kept = [
      place.csiSnapshot('vol-1', 29),
      place.csiSnapshot('vol-2', 300),
      place.ec2.createSnapshot('us-east-1', { volume: 'vol-1', startedAt: new Date('2020-01-01') }),
      place.dbSnapshot('before-upgrade', 'main', 89),
      place.dbSnapshot('final', 'former', 900),
      place.dbSnapshot('rds:main-2020', 'main', 1000, { type: 'automated' }),
      place.dbSnapshot('awsbackup:job-1', 'main', 1000, { type: 'awsbackup' }),
    ];
    gone.push(place.dbSnapshot('old', 'main', 91));
    const report = await place.run();
    expect(place.left()).toEqual(new Set(kept));
    expect(place.journal()).toEqual(new Set(gone));
    expect(volumes(report)).toMatchObject({
      outcome: 'well',
      reason: '2 snapshots deleted',
      ends: { deleted: 2 },
      kept: { newest: 2, 'not-ours': 1 },
    });
    expect(databases(report)).toMatchObject({ outcome: 'well', ends: { deleted: 1 } });
    expect(place.published).toMatchObject([
      {
        outcome: 'well',
        subject: `arn:aws:s3:::ops/reports/prune-snapshots/${due}/${now.toISOString()}.json`,
      },
    ]);
  });

  it('keeps what is protected, each for its reason', async () => {
    place.csiSnapshot('vol-1', 1);
    const backup = place.csiSnapshot('vol-1', 40, { tags: { 'aws:backup:source-resource': 'arn' } });
    const tagged = place.csiSnapshot('vol-1', 41, { tags: { keep: '' } });
    const imaged = place.csiSnapshot('vol-1', 42);
    place.ec2.registerImage('us-east-1', imaged, { State: 'disabled' });
    const deprecated = place.csiSnapshot('vol-1', 43);
    place.ec2.registerImage('us-east-1', deprecated, { DeprecationTime: '2026-01-01T00:00:00.000Z' });
    const shared = place.csiSnapshot('vol-1', 44);
    place.ec2.share(shared, '444455556666');
    const locked = place.csiSnapshot('vol-1', 45);
    place.ec2.lock(locked, 'governance');
    const fast = place.csiSnapshot('vol-1', 46);
    place.ec2.enableFastRestore(fast);
    const copied = place.csiSnapshot('vol-1', 47);
    place.ec2.createSnapshot('us-east-1', {
      volume: 'vol-ffffffff',
      startedAt: new Date(due),
      State: 'pending',
      Description: `Copied for DestinationSnapshot snap-0 from SourceSnapshot ${copied}`,
    });
    const archived = place.csiSnapshot('vol-1', 48, { StorageTier: 'archive' });
    const copy = place.csiSnapshot('vol-ffffffff', 49);
    place.dbSnapshot('new', 'main', 1);
    const sharedDb = place.dbSnapshot('shared', 'main', 100);
    place.rds.share('us-east-1', sharedDb, 'all');
    const taggedDb = place.dbSnapshot('tagged', 'main', 101, { tags: { keep: 'please' } });

    const before = place.left();
    const report = await place.run();
    expect(place.left()).toEqual(before);
    const ends = [backup, tagged, imaged, deprecated, shared, locked, fast, copied, archived, copy];
    expect(ends.map((id) => endOf(volumes(report), id))).toEqual([
      'keep: AWS Backup or another service of AWS lets it expire',
      "keep: it has the policy's tag",
      'keep: an AMI is started from it',
      'keep: an AMI is started from it',
      'keep: other accounts may use it',
      'keep: it is locked',
      'keep: it is prepared for fast restores',
      'keep: it is being copied',
      'keep: it is in the archive tier',
      'keep: it is not known of what it is',
    ]);
    expect(endOf(databases(report), sharedDb)).toBe('keep: other accounts may use it');
    expect(endOf(databases(report), taggedDb)).toBe("keep: it has the policy's tag");
  });

  it('takes two instances of one name for two', async () => {
    place.dbSnapshot('of-the-first', 'main', 200, { resourceId: 'db-FIRST' });
    place.dbSnapshot('of-the-second', 'main', 1, { resourceId: 'db-SECOND' });
    await place.run();
    expect(place.left()).toContain('of-the-first');
  });

  it('deletes an old one whose lock has ended', async () => {
    place.csiSnapshot('vol-1', 1);
    const unlocked = place.csiSnapshot('vol-1', 40);
    place.ec2.lock(unlocked, 'expired');
    await place.run();
    expect(place.left()).not.toContain(unlocked);
  });

  it('changes nothing while it may only tell, and says what it would do', async () => {
    place.csiSnapshot('vol-1', 1);
    const old = place.csiSnapshot('vol-1', 40);
    const report = await place.run({ may: 'tell', because: 'observe', reason: 'the policy has it observe' });
    expect(place.left()).toContain(old);
    expect(place.journal()).toEqual(new Set());
    expect(volumes(report)).toMatchObject({ outcome: 'observed', reason: '1 snapshot would be deleted' });
    expect(endOf(volumes(report), old)).toBe('would-delete: the policy has it observe');
    expect(place.published).toMatchObject([
      { outcome: 'well', facts: { standing: 'the policy has it observe' } },
    ]);
  });

  it('stops before the next deletion when somebody pauses it', async () => {
    place.csiSnapshot('vol-1', 1);
    for (const age of [40, 41, 42]) place.csiSnapshot('vol-1', age);
    place.meanwhile = (operation) => {
      if (operation !== 'DeleteSnapshot') return;
      place.switches = { rows: [{ switch: 'pause/retention', by: 'ada', reason: 'wait' }] };
    };
    const report = await place.run();
    expect(volumes(report)).toMatchObject({
      outcome: 'unfinished',
      ends: { deleted: 1, 'not-reached': 2 },
    });
    expect(volumes(report).snapshots[1]?.reason).toBe('paused by ada: wait');
  });

  it('stops when time is running out', async () => {
    place.csiSnapshot('vol-1', 1);
    place.csiSnapshot('vol-1', 40);
    place.mayGoOn = () => false;
    expect(volumes(await place.run())).toMatchObject({ outcome: 'unfinished', ends: { 'not-reached': 1 } });
  });

  it('asks before it begins when more would go than the caps allow', async () => {
    for (let age = 1; age <= 51; age += 1) place.csiSnapshot('vol-1', age);
    place.policy = { ...place.policy, caps: { share: 0.25, count: 100 } };
    const before = place.left();
    const report = await place.run();
    expect(place.left()).toEqual(before);
    expect(volumes(report)).toMatchObject({
      outcome: 'over-cap',
      reason: '22 of 51 snapshots would be deleted, and one run may do so with 12',
      ends: { 'would-delete': 22 },
    });
    expect(place.published).toMatchObject([{ outcome: 'stuck' }]);

    const approval = { by: 'ana', reason: 'first run', until: new Date(now.getTime() + 1000).toISOString() };
    place.approvals = [
      { ...approval, subject: 'database', most: 22 },
      { ...approval, subject: 'volume', most: 21 },
    ];
    expect(volumes(await place.run())).toMatchObject({ outcome: 'over-cap' });
    place.approvals = [{ ...approval, subject: 'volume', most: 22 }];
    expect(volumes(await place.run())).toMatchObject({
      ...{ outcome: 'well', ends: { deleted: 22 } },
      approved: 'ana approved of 22: first run',
    });
  });

  it('leaves one kind alone whose journal cannot be read, and goes on with the other', async () => {
    for (const age of [1, 40]) place.csiSnapshot('vol-1', age);
    for (const age of [1, 100]) place.dbSnapshot(`db-${age}`, 'main', age);
    place.fails = (operation, input) =>
      operation === 'ListObjectsV2' && JSON.stringify(input).includes('/volume/')
        ? new AwsError('AccessDenied', 'not authorized', 403)
        : undefined;
    const report = await place.run();
    expect(place.left().size).toBe(3);
    expect(volumes(report)).toMatchObject({ outcome: 'unfinished', reason: 'AccessDenied: not authorized' });
    expect(place.left()).not.toContain('db-100');
    expect(place.published).toMatchObject([{ outcome: 'stuck' }]);
  });

  it.each([
    'DescribeSnapshots',
    'DescribeImages',
    'DescribeLockedSnapshots',
    'DescribeFastSnapshotRestores',
    'DescribeSnapshotAttribute',
  ])(
    'deletes no snapshot of a volume when %s is denied, and says so; databases have their turn',
    async (denied) => {
      place.csiSnapshot('vol-1', 1);
      const old = place.csiSnapshot('vol-1', 40);
      place.dbSnapshot('new', 'main', 1);
      place.dbSnapshot('old', 'main', 100);
      place.fails = (operation) =>
        operation === denied ? new AwsError('UnauthorizedOperation', 'not authorized', 403) : undefined;
      const report = await place.run();
      expect(place.left()).toContain(old);
      expect(place.left()).not.toContain('old');
      expect(volumes(report)).toMatchObject({
        outcome: 'incomplete',
        missing: [expect.stringContaining('UnauthorizedOperation: not authorized')],
      });
      expect(place.published).toMatchObject([{ outcome: 'stuck' }]);
    },
  );

  it.each<[string, (place: Region, old: string, newest: string) => void, string]>([
    [
      'an AMI was registered from it',
      ({ ec2 }, old) => ec2.registerImage('us-east-1', old),
      'kept: an AMI is started from it',
    ],
    ['it was shared', ({ ec2 }, old) => ec2.share(old, 'all'), 'kept: other accounts may use it'],
    [
      'the newest was deleted',
      ({ ec2 }, _old, newest) => ec2.delete(newest),
      'kept: it is the newest of its source',
    ],
    [
      'somebody deleted it',
      ({ ec2 }, old) => ec2.delete(old),
      'gone: it is older than the policy asks for, and there is a newer one',
    ],
  ])('looks again right before it deletes: %s', async (_what, change, expected) => {
    const newest = place.csiSnapshot('vol-1', 1);
    const old = place.csiSnapshot('vol-1', 40);
    let looks = 0;
    place.meanwhile = (operation) => {
      if (operation !== 'DescribeSnapshots') return;
      looks += 1;
      if (looks === 2) change(place, old, newest);
    };
    const report = await place.run();
    expect(endOf(volumes(report), old)).toBe(expected);
    expect(place.journal()).toEqual(new Set());
  });

  it('deletes nothing that it could not write down before', async () => {
    place.csiSnapshot('vol-1', 1);
    const old = place.csiSnapshot('vol-1', 40);
    place.fails = (operation, input) =>
      operation === 'PutObject' && 'IfNoneMatch' in input
        ? new AwsError('SlowDown', 'Please reduce your request rate.', 503)
        : undefined;
    const report = await place.run();
    expect(place.left()).toContain(old);
    expect(endOf(volumes(report), old)).toBe('failed: SlowDown: Please reduce your request rate.');
  });

  it.each([
    ['InvalidSnapshot.InUse', 'refused: InvalidSnapshot.InUse: no'],
    ['InvalidParameterValue', 'refused: InvalidParameterValue: no'],
    ['InvalidSnapshot.NotFound', 'gone: it is older than the policy asks for, and there is a newer one'],
    ['RequestLimitExceeded', 'failed: RequestLimitExceeded: no'],
  ])('goes on after %s', async (code, expected) => {
    place.csiSnapshot('vol-1', 1);
    const [other, old] = [place.csiSnapshot('vol-1', 40), place.csiSnapshot('vol-1', 41)];
    place.fails = (operation, input) =>
      operation === 'DeleteSnapshot' && 'SnapshotId' in input && input.SnapshotId === old
        ? new AwsError(code, 'no')
        : undefined;
    const report = await place.run();
    expect(endOf(volumes(report), old)).toBe(expected);
    expect(place.left()).not.toContain(other);
  });

  it('gives up after three failures in a row', async () => {
    for (const age of [1, 40, 41, 42, 43, 44]) place.csiSnapshot('vol-1', age);
    place.fails = (operation) =>
      operation === 'DeleteSnapshot' ? new AwsError('InternalError', 'oops', 500) : undefined;
    expect(volumes(await place.run()).ends).toMatchObject({ failed: 3, 'not-reached': 2 });
  });

  it('looks through every page', async () => {
    place.policy = { ...place.policy, caps: { share: 1, count: 5000 } };
    for (let volume = 0; volume < 520; volume += 1) {
      place.csiSnapshot(`vol-${volume}`, 1);
      place.csiSnapshot(`vol-${volume}`, 2);
    }
    const old = place.csiSnapshot('vol-0', 40);
    for (let index = 0; index < 130; index += 1) place.dbSnapshot(`db-${index}`, `instance-${index}`, 1);
    const oldDb = place.dbSnapshot('db-old', 'instance-129', 100);
    await place.run();
    expect(place.left()).not.toContain(old);
    expect(place.left()).not.toContain(oldDb);
  });
});
