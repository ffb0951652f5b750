import { describe, expect, it } from '@jest/globals';
import { closedHoursOf } from '../../../shared/domain/closed-hours.ts';

const windows = { maintenanceWindow: 'sun:04:00-sun:05:00', backupWindow: '03:00-04:00' };

/** 2028-01-02 is a Sunday. */
function isClosed(day: string, from: string, to: string, of = windows): boolean {
  return closedHoursOf(of)(Date.parse(`${day}T${from}Z`), Date.parse(`${day}T${to}Z`));
}

describe('hours in which RDS makes no snapshot', () => {
  it.each<[string, string, string, string, boolean]>([
    ['an hour before the backup window and it has not begun', '2028-01-03', '01:00', '02:00', false],
    ['a minute of the hour before it', '2028-01-03', '01:01', '02:01', true],
    ['all of it', '2028-01-03', '00:00', '23:59', true],
    ['its last minute', '2028-01-03', '03:59', '04:30', true],
    ['its end', '2028-01-03', '04:00', '05:00', false],
    ['the maintenance window on its day', '2028-01-02', '04:00', '05:00', true],
    ['the last minute of the maintenance window', '2028-01-02', '04:59', '05:59', true],
    ['the end of the maintenance window', '2028-01-02', '05:00', '06:00', false],
    ['a day before the maintenance window', '2028-01-01', '04:00', '05:00', false],
  ])('%s', (_what, day, from, to, closed) => {
    expect(isClosed(day, from, to)).toBe(closed);
  });

  it('go across midnight, and across the end of the week', () => {
    const acrossMidnight = { maintenanceWindow: 'wed:12:00-wed:12:30', backupWindow: '23:30-00:30' };
    expect(isClosed('2028-01-03', '22:29', '22:30', acrossMidnight)).toBe(false);
    expect(isClosed('2028-01-03', '22:30', '22:31', acrossMidnight)).toBe(true);
    expect(isClosed('2028-01-03', '00:29', '00:30', acrossMidnight)).toBe(true);
    expect(isClosed('2028-01-03', '00:30', '00:31', acrossMidnight)).toBe(false);
    const acrossWeeks = { maintenanceWindow: 'sun:23:45-mon:00:15' };
    expect(closedHoursOf(acrossWeeks)(Date.parse('2028-01-02T22:44Z'), Date.parse('2028-01-02T22:45Z'))).toBe(
      false,
    );
    expect(closedHoursOf(acrossWeeks)(Date.parse('2028-01-02T22:45Z'), Date.parse('2028-01-02T22:46Z'))).toBe(
      true,
    );
    expect(closedHoursOf(acrossWeeks)(Date.parse('2028-01-03T00:14Z'), Date.parse('2028-01-03T00:15Z'))).toBe(
      true,
    );
    expect(closedHoursOf(acrossWeeks)(Date.parse('2028-01-03T00:15Z'), Date.parse('2028-01-03T00:16Z'))).toBe(
      false,
    );
  });

  it('are those of the maintenance window alone where RDS makes no backups of its own', () => {
    const { maintenanceWindow } = windows;
    expect(isClosed('2028-01-03', '03:00', '04:00', { maintenanceWindow } as typeof windows)).toBe(false);
  });
});
