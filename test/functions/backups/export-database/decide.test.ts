import { describe, expect, it } from '@jest/globals';
import { decideExport } from '../../../../functions/backups/export-database/decide.ts';
import type { ExportTask } from '../../../../shared/aws/export-tasks.ts';
import type { RecoveryPoint } from '../../../../shared/backups/observed.ts';

const instance = 'aeon-dt-metadata';
const on = (day: string): Date => new Date(`2026-11-${day}T09:50:00Z`);

const task = (of: string, status: string, more: Partial<ExportTask> = {}): ExportTask => ({
  id: `${instance}-${of}`,
  status,
  startedAt: on('02'),
  ...more,
});

const point = (at: string): RecoveryPoint => ({
  arn: `arn:aws:rds:us-east-1:111122223333:snapshot:awsbackup:job-${at}`,
  region: 'us-east-1',
  vaultName: 'aeon-ops-operational',
  resourceArn: `arn:aws:rds:us-east-1:111122223333:db:${instance}`,
  status: 'COMPLETED',
  createdAt: new Date(at),
  completedAt: new Date(at),
  isEncrypted: true,
});

const points = [point('2026-11-01T06:00:00Z'), point('2026-11-02T06:00:00Z'), point('2026-10-31T06:00:00Z')];

describe('the export of a month', () => {
  it('is of the newest recovery point of that month, under a name that each run derives alike', () => {
    const decision = decideExport(instance, [task('2026-10-1', 'COMPLETE')], points, on('02'));
    expect(decision).toMatchObject({
      outcome: 'to begin',
      start: { id: 'aeon-dt-metadata-2026-11-1', pointArn: points[1]?.arn },
    });
    expect(decision.finding).toBeUndefined();
    expect(decideExport(instance, [task('2026-10-1', 'COMPLETE')], points, on('02'))).toEqual(decision);
  });

  it.each([
    ['is complete', [task('2026-11-1', 'COMPLETE', { endedAt: on('03') })], '20', 'exported', undefined],
    [
      'is complete, though another try failed',
      [task('2026-11-1', 'FAILED'), task('2026-11-2', 'COMPLETE')],
      '20',
      'exported',
      undefined,
    ],
    ['is under way', [task('2026-11-1', 'IN_PROGRESS')], '04', 'under way', undefined],
    [
      'waits for its turn',
      [{ id: `${instance}-2026-11-1`, status: 'STARTING' }],
      '20',
      'under way',
      undefined,
    ],
    ['takes too long', [task('2026-11-1', 'IN_PROGRESS')], '06', 'under way', 'export-missing'],
    ['has failed', [task('2026-11-1', 'FAILED', { failure: 'the key' })], '03', 'to begin', 'export-failed'],
    ['was cancelled', [task('2026-11-1', 'CANCELED')], '03', 'to begin', 'export-failed'],
    ['ended in a way that nobody knows', [task('2026-11-1', 'PAUSED')], '03', 'to begin', 'export-failed'],
    [
      'failed three times',
      ['2026-11-3', '2026-11-1', '2026-11-2'].map((of) => task(of, 'FAILED')),
      '05',
      'given up',
      'export-failed',
    ],
    ['was never begun', [], '05', 'to begin', 'export-missing'],
  ] as const)('%s', (_what, tasks, day, outcome, finding) => {
    const decision = decideExport(instance, tasks, points, on(day));
    expect([decision.outcome, decision.finding?.name]).toEqual([outcome, finding]);
  });

  it('takes the next number after one that failed, of however many are still listed', () => {
    const decide = (...tasks: ExportTask[]) => decideExport(instance, tasks, points, on('04')).start?.id;
    expect(decide(task('2026-11-1', 'FAILED'))).toBe('aeon-dt-metadata-2026-11-2');
    expect(decide(task('2026-11-2', 'FAILED'))).toBe('aeon-dt-metadata-2026-11-3');
    expect(decideExport('aeon-dt', [task('2026-11-1', 'FAILED')], points, on('04')).start?.id).toBe(
      'aeon-dt-2026-11-1',
    );
  });

  it('waits for a recovery point of the month, and tells of its absence from the fourth day on', () => {
    const october = [point('2026-10-31T06:00:00Z')];
    expect(decideExport(instance, [], october, on('03'))).toEqual({
      outcome: 'no recovery point',
      reason: 'there is no recovery point of this month yet that could be exported',
    });
    expect(decideExport(instance, [], october, on('04')).finding).toEqual({
      name: 'export-missing',
      reason: 'nothing of 2026-11 is in the archive',
      since: new Date('2026-11-04T00:00:00Z'),
    });
  });
});
