import { describe, expect, it } from '@jest/globals';
import { parseSchedule } from '../../../rehearsal/aws/schedule-expression.ts';

const start = new Date('2026-03-01T00:00:00Z');

/** The next runs after a moment, without the seconds. */
function runs(expression: string, count: number, after = start, timeZone = 'UTC'): string[] {
  const next = parseSchedule(expression, timeZone, start);
  const found: string[] = [];
  for (let last: Date | undefined = after; found.length < count; ) {
    last = next(last);
    if (last === undefined) break;
    found.push(last.toISOString().slice(0, 16));
  }
  return found;
}

describe('a cron expression', () => {
  it.each([
    ['0 6 * * ? *', ['2026-03-01T06:00', '2026-03-02T06:00']],
    ['0/20 22-23 ? * * *', ['2026-03-01T22:00', '2026-03-01T22:20', '2026-03-01T22:40', '2026-03-01T23:00']],
    ['15,45 0 1 1,JUL ? *', ['2026-07-01T00:15', '2026-07-01T00:45', '2027-01-01T00:15']],
    ['0 8 ? * MON-FRI *', ['2026-03-02T08:00', '2026-03-03T08:00']],
    ['0 8 ? * 1,7 *', ['2026-03-01T08:00', '2026-03-07T08:00', '2026-03-08T08:00']],
    ['0 0 L * ? *', ['2026-03-31T00:00', '2026-04-30T00:00']],
    ['0 0 ? * 6L *', ['2026-03-27T00:00', '2026-04-24T00:00']],
    ['0 0 ? * TUE#2 *', ['2026-03-10T00:00', '2026-04-14T00:00']],
    ['0 0 29 2 ? *', ['2028-02-29T00:00', '2032-02-29T00:00']],
    ['30 12 1 3 ? 2026-2027', ['2026-03-01T12:30', '2027-03-01T12:30']],
    ['0 0 30 2 ? 2026-2030', []],
  ])('%s is due at %j', (expression, expected) => {
    expect(runs(`cron(${expression})`, Math.max(1, expected.length))).toEqual(expected);
  });

  it('is due again only after the moment given', () => {
    expect(runs('cron(0 6 * * ? *)', 1, new Date('2026-03-01T05:59:59Z'))).toEqual(['2026-03-01T06:00']);
    expect(runs('cron(0 6 * * ? *)', 1, new Date('2026-03-01T06:00:00Z'))).toEqual(['2026-03-02T06:00']);
  });

  it.each([
    ['0 6 * * *', 'has 5 fields; AWS'],
    ['0 6 * * * *', "must have '?' as its day of month or as its day of week"],
    ['0 6 ? * ? *', "must have '?'"],
    ['60 6 * * ? *', "'60' is no minutes of a cron expression: use 0 to 59"],
    ['0 6 * * ? 1969', "'1969' is no year"],
    ['0 6 10-5 * ? *', "'10-5' is no day of month"],
    ['0/0 6 * * ? *', "'0/0' is no minutes"],
    ['0 6 ? * 0 *', "'0' is no day of week"],
    ['0 6 15W * ? *', "'15W' is no day of month of a cron expression: 'W' is not simulated"],
  ])('%s is refused', (expression, problem) => {
    expect(() => runs(`cron(${expression})`, 1)).toThrow(problem);
  });
});

describe('a time zone', () => {
  it('moves the runs with daylight saving time', () => {
    const around = new Date('2026-03-27T12:00:00Z');
    expect(runs('cron(0 6 * * ? *)', 3, around, 'Europe/Dublin')).toEqual([
      '2026-03-28T06:00',
      '2026-03-29T05:00',
      '2026-03-30T05:00',
    ]);
  });

  it('leaves out the hour that clocks skip', () => {
    const around = new Date('2026-03-07T00:00:00Z');
    expect(runs('cron(30 2 * * ? *)', 2, around, 'America/New_York')).toEqual([
      '2026-03-07T07:30',
      '2026-03-09T06:30',
    ]);
  });

  it('gives an hour that comes twice one run', () => {
    const around = new Date('2026-10-31T12:00:00Z');
    expect(runs('cron(30 1 * * ? *)', 2, around, 'America/New_York')).toEqual([
      '2026-11-01T05:30',
      '2026-11-02T06:30',
    ]);
  });

  it('has to exist', () => {
    expect(() => runs('cron(0 6 * * ? *)', 1, start, 'Europe/Atlantis')).toThrow('Europe/Atlantis');
  });
});

describe('a rate', () => {
  it('counts from the schedule’s creation', () => {
    const later = new Date('2026-03-01T00:11:00Z');
    expect(runs('rate(5 minutes)', 2, later)).toEqual(['2026-03-01T00:15', '2026-03-01T00:20']);
    expect(runs('rate(1 day)', 1)).toEqual(['2026-03-02T00:00']);
  });

  it.each(['rate(0 minutes)', 'rate(5 weeks)', 'rate(fast)'])('%s is refused', (expression) => {
    expect(() => runs(expression, 1)).toThrow('write rate(5 minutes)');
  });
});

describe('a moment', () => {
  it('comes once, on a clock of its time zone', () => {
    const before = new Date('2026-03-28T00:00:00Z');
    expect(runs('at(2026-03-28T09:00:00)', 2, before, 'Asia/Tokyo')).toEqual([]);
    expect(runs('at(2026-03-28T09:00:01)', 2, before, 'Asia/Tokyo')).toEqual(['2026-03-28T00:00']);
  });

  it('has to be one', () => {
    expect(() => runs('at(tomorrow)', 1)).toThrow('write at(2026-11-24T06:00:00)');
    expect(() => runs('at(2026-03-08T02:30:00)', 1, start, 'America/New_York')).toThrow(
      'clocks are set forward',
    );
    expect(() => runs('every day', 1)).toThrow("'every day' is no schedule");
  });
});
