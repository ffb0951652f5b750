import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type BackupSchedule,
  longestWait,
  slotsBetween,
  slotsThatCanExist,
} from '../../../shared/domain/backup-slots.ts';
import { closedHoursOf } from '../../../shared/domain/closed-hours.ts';

const hourly: BackupSchedule = {
  cron: 'cron(0 * ? * * *)',
  timeZone: 'UTC',
  startWindowMinutes: 60,
  completionWindowMinutes: 120,
};

function slots(schedule: Partial<BackupSchedule>, from: string, to: string) {
  return slotsBetween({ ...hourly, ...schedule }, Date.parse(from), Date.parse(to));
}

function timesOf(found: readonly { readonly at: number }[]): string[] {
  return found.map(({ at }) => new Date(at).toISOString().slice(0, 16));
}

describe('the slots of a schedule', () => {
  it('begin with the first moment and end before the last', () => {
    expect(timesOf(slots({}, '2028-01-01T00:00Z', '2028-01-01T02:00Z'))).toEqual([
      '2028-01-01T00:00',
      '2028-01-01T01:00',
    ]);
    expect(timesOf(slots({}, '2028-01-01T00:01Z', '2028-01-01T02:01Z'))).toEqual([
      '2028-01-01T01:00',
      '2028-01-01T02:00',
    ]);
  });

  it('say by when the job has to begin and to end, both from the scheduled time', () => {
    const [slot] = slots({}, '2028-01-01T00:00Z', '2028-01-01T01:00Z');
    expect(slot).toEqual({
      at: Date.parse('2028-01-01T00:00Z'),
      startBy: Date.parse('2028-01-01T01:00Z'),
      endBy: Date.parse('2028-01-01T02:00Z'),
    });
  });

  it.each([
    ['Pacific/Kiritimati', '2028-01-01T15:30'],
    ['America/Los_Angeles', '2028-01-01T13:30'],
    ['Asia/Kathmandu', '2028-01-01T23:45'],
  ])('are those of the wall clock in %s', (timeZone, first) => {
    const daily = slots({ cron: 'cron(30 5 ? * * *)', timeZone }, '2028-01-01T10:00Z', '2028-01-02T10:00Z');
    expect(timesOf(daily)).toEqual([first]);
  });

  it('leave out the hour that clocks skip, and take the repeated one once', () => {
    const newYork = { timeZone: 'America/New_York' };
    expect(timesOf(slots(newYork, '2028-03-12T05:00Z', '2028-03-12T09:00Z'))).toEqual([
      '2028-03-12T05:00',
      '2028-03-12T06:00',
      '2028-03-12T07:00',
      '2028-03-12T08:00',
    ]);
    const atTwoThirty = { ...newYork, cron: 'cron(30 2 ? * * *)' };
    expect(timesOf(slots(atTwoThirty, '2028-03-11T12:00Z', '2028-03-13T12:00Z'))).toEqual([
      '2028-03-13T06:30',
    ]);
    const atOneThirty = { ...newYork, cron: 'cron(30 1 ? * * *)' };
    expect(timesOf(slots(atOneThirty, '2028-11-05T00:00Z', '2028-11-06T00:00Z'))).toEqual([
      '2028-11-05T05:30',
    ]);
  });

  it('are the same whether asked for at once or piece by piece', () => {
    const from = Date.parse('2028-03-01T00:00Z');
    const schedules = fc.record({
      cron: fc.constantFrom('cron(0 * ? * * *)', 'cron(30 5 ? * SUN *)', 'cron(15 0/7 L * ? *)'),
      timeZone: fc.constantFrom('UTC', 'America/New_York', 'Pacific/Kiritimati', 'Australia/Lord_Howe'),
    });
    const minutes = fc.integer({ min: 0, max: 60 * 24 * 40 });
    fc.assert(
      fc.property(schedules, minutes, minutes, (schedule, one, other) => {
        const [cut, end] = [one, other].sort((a, b) => a - b).map((minute) => from + minute * 60_000);
        const of = { ...hourly, ...schedule };
        const pieces = [
          ...slotsBetween(of, from, cut ?? from),
          ...slotsBetween(of, cut ?? from, end ?? from),
        ];
        expect(pieces).toEqual(slotsBetween(of, from, end ?? from));
      }),
      { numRuns: 40 },
    );
  });
});

describe('slots that can exist', () => {
  const isClosed = closedHoursOf({ maintenanceWindow: 'sun:04:00-sun:05:00', backupWindow: '03:00-04:00' });

  it('have all of their start window outside of the closed hours', () => {
    const sunday = slotsThatCanExist(slots({}, '2028-01-02T00:00Z', '2028-01-02T07:00Z'), isClosed);
    expect(timesOf(sunday)).toEqual([
      '2028-01-02T00:00',
      '2028-01-02T01:00',
      '2028-01-02T05:00',
      '2028-01-02T06:00',
    ]);
    const halfPast = slots({ cron: 'cron(30 * ? * * *)' }, '2028-01-02T00:00Z', '2028-01-02T07:00Z');
    expect(timesOf(slotsThatCanExist(halfPast, isClosed))).toEqual([
      '2028-01-02T00:30',
      '2028-01-02T05:30',
      '2028-01-02T06:30',
    ]);
  });
});

describe('the longest wait', () => {
  it('is from the beginning of a slot to the end of the next one', () => {
    expect(longestWait(slots({}, '2028-01-01T00:00Z', '2028-01-02T00:00Z'))?.minutes).toBe(180);
    const gap = slots({ cron: 'cron(0 0-4,7-23 ? * * *)' }, '2028-01-01T00:00Z', '2028-01-02T00:00Z');
    const wait = longestWait(gap);
    expect(wait?.minutes).toBe(300);
    expect(timesOf(wait === undefined ? [] : [wait.after, wait.until])).toEqual([
      '2028-01-01T04:00',
      '2028-01-01T07:00',
    ]);
  });

  it('cannot be told of less than two', () => {
    expect(longestWait([])).toBeUndefined();
    expect(longestWait(slots({}, '2028-01-01T00:00Z', '2028-01-01T01:00Z'))).toBeUndefined();
  });

  it('is never shortened by leaving out what cannot exist', () => {
    const fifteen = fc.integer({ min: 0, max: 24 * 4 - 3 });
    const clock = (quarters: number): string =>
      `${String(Math.floor(quarters / 4) % 24).padStart(2, '0')}:${String((quarters % 4) * 15).padStart(2, '0')}`;
    fc.assert(
      fc.property(fifteen, fc.integer({ min: 2, max: 20 }), (start, length) => {
        const backupWindow = `${clock(start)}-${clock(start + length)}`;
        const week = slots({}, '2028-01-01T00:00Z', '2028-01-08T00:00Z');
        const possible = slotsThatCanExist(
          week,
          closedHoursOf({ maintenanceWindow: 'sat:12:00-sat:12:30', backupWindow }),
        );
        const hoursClosed = 1 + length / 4;
        const waited = longestWait(possible)?.minutes ?? 0;
        expect(waited).toBeGreaterThanOrEqual(Math.ceil(hoursClosed) * 60 + 180 - 60);
        expect(waited).toBeGreaterThanOrEqual(longestWait(week)?.minutes ?? 0);
      }),
      { numRuns: 50 },
    );
  });
});
