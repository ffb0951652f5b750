import { describe, expect, it } from '@jest/globals';
import type { BackupTier } from '../../../shared/policy/backup-schema.ts';
import type { Policy } from '../../../shared/policy/schema.ts';
import { type Backups, copy, loose, problemsOf, rule, withTier } from './backups.ts';

const path = 'backups.tiers.data.rpoMinutes';
const anything = expect.anything();

function withRpo(
  primary: number,
  standby: number,
  changed: Partial<BackupTier> = {},
  databases = {},
): Policy {
  return withTier(
    { rpoMinutes: { 'us-east-1': primary, 'us-west-2': standby }, ...changed },
    { components: loose, databases },
  );
}

describe('an RPO', () => {
  it('is there for each Region with recovery points, and for no other', () => {
    expect(problemsOf(withTier({ rpoMinutes: { 'us-east-1': 180 } }, { components: loose }))).toEqual([
      [`${path}.us-west-2`, undefined, expect.stringContaining('nobody would be told'), anything],
    ]);
    const rpoMinutes = { 'us-east-1': 180, 'us-west-2': 240, 'eu-west-1': 240 };
    expect(problemsOf(withTier({ rpoMinutes }))).toEqual([
      [`${path}.eu-west-1`, 240, expect.stringContaining('no recovery points'), anything],
    ]);
  });

  it.each([
    [180, undefined],
    [179, '180 minutes old'],
    [60, '60 between the runs, and 120 until'],
  ])('of %d minutes, hourly with two hours to end: %s', (minutes, fact) => {
    expect(problemsOf(withRpo(minutes, 240))).toEqual(
      fact === undefined ? [] : [[`${path}.us-east-1`, minutes, expect.stringContaining(fact), anything]],
    );
  });

  it.each([
    [240, undefined],
    [239, '60 between the runs, and 180 until the backup and its copy'],
  ])('of %d minutes for copies that take an hour: %s', (minutes, fact) => {
    expect(problemsOf(withRpo(180, minutes))).toEqual(
      fact === undefined ? [] : [[`${path}.us-west-2`, minutes, expect.stringContaining(fact), anything]],
    );
  });

  it('counts only the rules whose recovery points are copied', () => {
    const rules = {
      hourly: { ...rule, cron: 'cron(0 0-4,6-23 ? * * *)', copies: [] },
      daily: { ...rule, cron: 'cron(0 5 ? * * *)', copies: [copy] },
    };
    expect(problemsOf(withRpo(180, 24 * 60 + 180, { rules }))).toEqual([]);
    expect(problemsOf(withRpo(180, 24 * 60 + 179, { rules }))).toHaveLength(1);
  });

  it('counts the hour that a rule leaves out', () => {
    const rules = { hourly: { ...rule, cron: 'cron(0 0-4,6-23 ? * * *)' } };
    expect(problemsOf(withRpo(240, 300, { rules }))).toEqual([]);
    expect(problemsOf(withRpo(239, 300, { rules })).map(([at]) => at)).toEqual([`${path}.us-east-1`]);
  });

  it('is not judged while the schedule cannot be read', () => {
    const rules = { hourly: { ...rule, cron: 'hourly' } };
    expect(problemsOf(withRpo(1, 1, { rules })).map(([at]) => at)).toEqual([
      'backups.tiers.data.rules.hourly.cron',
    ]);
  });
});

describe('an RPO of a database', () => {
  const database: Backups['databases'][string] = {
    tier: 'data',
    maintenanceWindow: 'sun:04:00-sun:05:00',
    backupWindow: '03:00-04:00',
  };

  function given(primary: number, changed: Partial<Backups['databases'][string]> = {}): Policy {
    const { backupWindow, ...rest } = { ...database, ...changed };
    const windows = backupWindow === undefined ? rest : { ...rest, backupWindow };
    return withRpo(primary, 1_000_000, { resourceType: 'RDS' }, { db: windows });
  }

  it.each([
    [360, undefined],
    [359, 'between Sun, 02 Jan 2028 01:00:00 GMT and Sun, 02 Jan 2028 05:00:00 GMT there is no run'],
    [180, 'becomes 360 minutes old'],
  ])('of %d minutes, where Sunday has no run from 01:00 to 05:00: %s', (minutes, fact) => {
    expect(problemsOf(given(minutes))).toEqual(
      fact === undefined ? [] : [[`${path}.us-east-1`, minutes, expect.stringContaining(fact), anything]],
    );
  });

  it('does not blame the windows for what the schedule alone cannot keep', () => {
    expect(problemsOf(given(179))).toEqual([
      [`${path}.us-east-1`, 179, expect.not.stringContaining('windows and in the hour'), anything],
    ]);
  });

  it('is smaller where the windows are', () => {
    const short = { backupWindow: '03:30-04:00', maintenanceWindow: 'sun:04:00-sun:04:30' };
    expect(problemsOf(given(300, { ...short, maintenanceWindow: 'sun:12:00-sun:12:30' }))).toEqual([]);
    expect(problemsOf(given(299, { ...short, maintenanceWindow: 'sun:12:00-sun:12:30' }))).toHaveLength(1);
  });

  it('holds for no database of another tier', () => {
    const others = withRpo(180, 240, { resourceType: 'RDS' }, { db: { ...database, tier: 'other' } });
    expect(problemsOf(others).map(([at]) => at)).toEqual(['backups.databases.db.tier']);
  });

  it('cannot be kept at all where every run is in a window', () => {
    const rules = { daily: { ...rule, cron: 'cron(0 3 ? * * *)', copies: [] } };
    const never = withTier(
      { resourceType: 'RDS', rules, rpoMinutes: { 'us-east-1': 1_000_000 } },
      { components: loose, databases: { db: database } },
    );
    expect(problemsOf(never)).toEqual([
      ['backups.databases.db', database, expect.stringContaining('no run of the tier'), anything],
    ]);
  });
});

describe('an RPO of continuous backup', () => {
  const continuous = { hourly: { ...rule, continuous: true } };

  it.each<[BackupTier['resourceType'], number, boolean]>([
    ['RDS', 5, true],
    ['RDS', 4, false],
    ['S3', 15, true],
    ['S3', 14, false],
  ])('of %s, %d minutes: %j', (resourceType, minutes, isKept) => {
    expect(problemsOf(withRpo(minutes, 240, { resourceType, rules: continuous }))).toEqual(
      isKept ? [] : [[`${path}.us-east-1`, minutes, expect.stringContaining('minutes ago'), anything]],
    );
  });

  it.each([
    [240, undefined],
    [5, 'a copy of a continuous backup is a plain snapshot'],
  ])('of %d minutes for its copies: %s', (minutes, fact) => {
    expect(problemsOf(withRpo(5, minutes, { resourceType: 'RDS', rules: continuous }))).toEqual(
      fact === undefined ? [] : [[`${path}.us-west-2`, minutes, expect.stringContaining(fact), anything]],
    );
  });
});
