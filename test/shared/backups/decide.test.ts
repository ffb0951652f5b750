import { describe, expect, it } from '@jest/globals';
import { findingKey } from '../../../shared/backups/finding.ts';
import type { BackupJob } from '../../../shared/backups/observed.ts';
import { backupSource } from '../../../shared/backups/source.ts';
import { at, away, cluster, copy, database, decide, healthy, home, job, point } from './stage.ts';

const names = (story: Parameters<typeof decide>[0]): string[] =>
  decide(story).findings.map(({ name, region }) => (region === home ? name : `${name} ${region}`));

const since = (knownSince: Date, arn = database, tier = 'databases') => [{ arn, tier, knownSince }];

describe('a backup', () => {
  it('that is there and copied is nothing to tell of', () => {
    expect(decide({ points: healthy, jobs: [job('11:00', 'COMPLETED')] })).toEqual({
      findings: [],
      retries: [],
      held: [],
    });
  });

  const older = healthy.slice(0, 4);
  const cases: readonly (readonly [string, readonly BackupJob[], string, readonly string[]])[] = [
    ['failed', [job('11:00', 'FAILED', { message: 'Instance is not in state' })], '11:40', ['failed']],
    ['was stopped', [job('11:00', 'ABORTED')], '11:40', ['aborted']],
    ['expired', [job('11:00', 'EXPIRED')], '12:05', ['expired']],
    ['is there in part', [job('11:00', 'PARTIAL')], '11:40', ['partial']],
    ['was never asked for', [], '11:20', ['never-started']],
    ['may still be asked for', [job('10:00', 'COMPLETED')], '11:19', []],
    ['waits for its start', [job('11:00', 'CREATED')], '11:55', []],
    ['runs', [job('11:00', 'RUNNING')], '12:10', []],
    [
      'runs for ever',
      [job('11:00', 'RUNNING'), job('12:00', 'CREATED'), job('13:00', 'CREATED')],
      '13:25',
      ['expired'],
    ],
    [
      'failed, and the next one is under way',
      [job('11:00', 'FAILED'), job('12:00', 'RUNNING')],
      '12:25',
      ['failed'],
    ],
    ['is of a state that nobody knows', [job('11:00', 'PAUSED')], '12:10', []],
  ];

  it.each(cases)('that %s', (_what, jobs, now, expected) => {
    expect(names({ points: older, jobs, now })).toEqual(expected);
  });

  it('that is complete with a message has issues, and its message is told', () => {
    const [finding] = decide({
      points: healthy,
      jobs: [job('11:00', 'COMPLETED', { message: '3 objects were skipped' })],
    }).findings;
    expect(finding).toMatchObject({
      name: 'completed-with-issues',
      about: 'hourly',
      reason: expect.stringContaining('3 objects were skipped'),
    });
  });

  it('that failed is made up for by any that came after', () => {
    expect(names({ points: healthy, jobs: [job('11:00', 'FAILED')] })).toEqual([]);
    const byHand = [...healthy.slice(0, 4), point('11:25'), point('11:25', { region: away })];
    expect(names({ points: byHand, jobs: [job('11:00', 'FAILED')], now: '11:50' })).toEqual([]);
  });

  it('that RDS could not make in its windows is nobody’s fault', () => {
    const points = ['00:00', '01:00'].flatMap((time) => [
      point(`1T${time}`),
      point(`1T${time}`, { region: away }),
    ]);
    const jobs = ['02:00', '03:00', '04:00'].map((time) => job(`1T${time}`, 'FAILED'));
    expect(names({ points, jobs, now: '1T05:15' })).toEqual([]);
    expect(names({ points, jobs: [...jobs, job('1T05:00', 'FAILED')], now: '1T05:30' })).toEqual(['failed']);
  });

  it('is not expected of a resource before it was known', () => {
    expect(names({ tagged: since(at('11:30')), now: '12:15' })).toEqual([]);
    expect(names({ tagged: since(at('11:30')), now: '12:20' })).toEqual(['never-started']);
  });

  it('keeps its key from one slot to the next', () => {
    const keyAt = (created: string, now: string) =>
      decide({ points: older, jobs: [job(created, 'FAILED')], now }).findings.map(findingKey);
    expect(keyAt('11:00', '11:40')).toEqual(keyAt('12:00', '12:40'));
    expect(keyAt('11:00', '11:40')).toEqual([`failed ${home} hourly ${database}`]);
  });
});

describe('a copy', () => {
  const [copied, last] = [healthy.slice(0, 4), point('11:00')];
  const points = [...copied, last];

  it('is not missed before its time', () => {
    expect(names({ points, now: '12:19' })).toEqual([]);
  });

  it('of what no plan has made is not missed', () => {
    const byHand = point('11:30', { isByHand: true });
    expect(names({ points: [...healthy, byHand], now: '13:20' })).not.toContain(`copy-missing ${away}`);
    expect(names({ points: [...healthy, point('11:30')], now: '13:20' })).toContain(`copy-missing ${away}`);
  });

  it('that is asked for once more has its time from then on', () => {
    const copies = [{ ...copy(last, 'RUNNING'), createdAt: at('12:25') }];
    expect(names({ points, copies, now: '13:24' })).not.toContain(`copy-late ${away}`);
    expect(names({ points, copies, now: '13:25' })).toContain(`copy-late ${away}`);
  });

  it.each([
    ['was never begun', [], `copy-missing ${away}`],
    ['is under way for too long', [copy(last, 'RUNNING')], `copy-late ${away}`],
    ['failed', [copy(last, 'FAILED', 'Something happened')], `copy-failed ${away}`],
    ['is there in part', [copy(last, 'PARTIAL')], `copy-failed ${away}`],
  ])('that %s', (_what, copies, expected) => {
    const jobs = [job('12:00', 'RUNNING')];
    expect(names({ points, copies, jobs, now: '12:21' })).toEqual([expected]);
  });

  it('that failed is told at once, and with key and grant when a key is in the way', () => {
    const key = 'arn:aws:kms:us-west-2:123456789012:key/12345678-1234-4234-8234-123456789012';
    const message = `Specified KMS key [${key}] does not exist, is not enabled or you do not have permissions to access it.`;
    const { findings, retries } = decide({ points, copies: [copy(last, 'FAILED', message)], now: '11:30' });
    expect(findings).toEqual([
      expect.objectContaining({
        name: 'copy-failed',
        reason: expect.stringMatching(
          new RegExp(`let the role aeon-ops-backup use ${key}: .*kms:CreateGrant`),
        ),
      }),
    ]);
    expect(retries).toEqual([]);
  });

  it('that failed is of no interest when a newer one is there', () => {
    const newer = [...points, point('12:00'), point('12:00', { region: away })];
    expect(names({ points: newer, copies: [copy(last, 'FAILED')], now: '12:50' })).toEqual([]);
  });
});

describe('recovery points', () => {
  it.each([
    ['15:00', []],
    ['15:01', ['too-old']],
    ['16:01', ['too-old', `too-old ${away}`]],
  ])('at %s, with the newest of 09:00 in both Regions', (now, expected) => {
    const found = names({ points: healthy.slice(0, 2), now });
    expect(found.filter((name) => name.startsWith('too-old'))).toEqual(expected);
  });

  it('that were never there are missed as long after the resource was first seen', () => {
    const tagged = since(at('06:00'));
    expect(names({ tagged, now: '12:00' })).not.toContain('too-old');
    expect(names({ tagged, now: '12:01' })).toContain('too-old');
  });

  it.each([
    ['EXPIRED', {}],
    ['DELETING', { completedAt: undefined }],
    ['PARTIAL', {}],
    ['COMPLETED', { vaultName: 'another' }],
  ])('that are %s do not count', (status, more) => {
    const bad = { ...point('14:00'), status, ...more };
    expect(
      names({ points: [...healthy, bad as typeof bad & { completedAt: Date }], now: '17:01' }),
    ).toContain('too-old');
  });

  it('may be too large, and not encrypted', () => {
    const tagged = since(at('1T00:00'), cluster, 'clusters');
    const points = [
      point('12:00', { resourceArn: cluster, sizeInBytes: 10_100_000_000, isEncrypted: false }),
    ];
    expect(names({ tagged, points })).toEqual(['too-large', 'unencrypted']);
    const fine = [point('12:00', { resourceArn: cluster, sizeInBytes: 10_000_000_000 })];
    expect(names({ tagged, points: fine })).toEqual([]);
  });

  it.each([
    ['EXPIRED', undefined, true],
    ['DELETING', undefined, true],
    ['DELETING', at('1T12:00'), false],
    ['COMPLETED', new Date('2026-02-28T12:00:00Z'), true],
    ['COMPLETED', at('1T12:00'), false],
  ])('that are %s and were to go %p may be stuck: %p', (status, deleteAt, isStuck) => {
    const old = point('1T00:00', { status, ...(deleteAt && { deleteAt }) });
    expect(names({ points: [...healthy, old] }).includes('point-stuck')).toBe(isStuck);
  });
});

describe('a resource', () => {
  it.each([
    ['database', database, 'there is no such tier: use one of databases, clusters'],
    ['clusters', database, "it is tagged 'clusters', which is for EKS alone"],
    ['toString', database, 'there is no such tier'],
  ])('that is tagged %s is in no plan', (tier, arn, reason) => {
    const { findings } = decide({ tagged: since(at('1T00:00'), arn, tier) });
    expect(findings).toEqual([
      expect.objectContaining({ name: 'in-no-plan', reason: expect.stringContaining(reason) }),
    ]);
  });

  it('that has recovery points and no tag has vanished', () => {
    const protectedBy = (vaultName: string) => [{ arn: database, vaultName, newestAt: at('11:00') }];
    expect(names({ tagged: [], protectedResources: protectedBy('vault') })).toEqual(['vanished']);
    expect(names({ tagged: [], protectedResources: protectedBy('vault of another team') })).toEqual([]);
    expect(names({ points: healthy, protectedResources: protectedBy('vault') })).toEqual([]);
  });
});

describe('what rests on something that could not be read', () => {
  const late = { points: healthy.slice(0, 4), now: '11:20' };
  const jobs = backupSource.jobs('vault');

  it.each([
    ['jobs', jobs, []],
    ['recovery points', backupSource.points(home, 'vault'), []],
    ['those of another vault', backupSource.jobs('another'), ['never-started']],
    ['the tags', backupSource.tagged, ['never-started']],
  ])('is not decided without %s', (_what, source, expected) => {
    expect(names({ ...late, unread: [source] })).toEqual(expected);
  });

  it('says what it rests on, so that nobody takes it for over meanwhile', () => {
    expect(decide(late).findings).toMatchObject([
      { name: 'never-started', restsOn: [jobs, backupSource.points(home, 'vault')] },
    ]);
  });

  it('is not tried again while it is not known what is still there', () => {
    expect(decide(late).retries).toHaveLength(1);
    expect(decide({ ...late, unread: [backupSource.tagged] })).toMatchObject({
      retries: [],
      held: [{ reason: 'it is not known which resources are still there' }],
    });
  });
});

describe('a Region alone', () => {
  const points = healthy.slice(0, 2);

  it('is judged by its own vaults: the other one by itself', () => {
    const here = names({
      points: points.filter(({ region }) => region === home),
      regions: [home],
      now: '16:01',
    });
    expect(here.filter((name) => name.startsWith('too-old'))).toEqual(['too-old']);
    const there = names({
      points: points.filter(({ region }) => region === away),
      regions: [away],
      now: '16:01',
    });
    expect(there).toEqual([`too-old ${away}`]);
  });

  it('takes a copy for made when its job says so', () => {
    const [source] = points;
    if (source === undefined) throw new Error('there is no point');
    const copies = [copy(source, 'COMPLETED')];
    const story = { points: [source], jobs: [job('10:00', 'RUNNING')], copies, now: '10:25' };
    expect(names({ ...story, regions: [home] })).toEqual([]);
    expect(names({ ...story, regions: [home, away] })).toContain(`copy-late ${away}`);
  });
});
