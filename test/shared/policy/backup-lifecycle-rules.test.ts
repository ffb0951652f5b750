import { describe, expect, it } from '@jest/globals';
import type { BackupTier } from '../../../shared/policy/backup-schema.ts';
import type { Policy } from '../../../shared/policy/schema.ts';
import { type Backups, copy, loose, problemsOf, rule, withBackups, withRule, withTier } from './backups.ts';

type Archive = NonNullable<BackupTier['archive']>;
type Lock = Backups['vaults'][string]['lock'];

const path = 'backups.tiers.data.rules.hourly';
const anything = expect.anything();

describe('cold storage', () => {
  it.each<[BackupTier['resourceType'], boolean]>([
    ['EBS', true],
    ['EFS', true],
    ['RDS', false],
    ['S3', false],
    ['EKS', false],
  ])('is there for %s: %j', (resourceType, isThere) => {
    const given = withRule({ keepDays: 120, coldAfterDays: 30, copies: [] }, { resourceType, ...here });
    expect(problemsOf(given)).toEqual(
      isThere ? [] : [[`${path}.coldAfterDays`, 30, expect.stringContaining('no cold storage'), anything]],
    );
  });

  it('is asked for copies as well', () => {
    const cold = { ...copy, keepDays: 120, coldAfterDays: 30 };
    expect(problemsOf(withRule({ copies: [cold] }, { resourceType: 'EBS' }))).toEqual([]);
    expect(problemsOf(withRule({ copies: [cold] }, { resourceType: 'RDS' }))).toEqual([
      [`${path}.copies[0].coldAfterDays`, 30, anything, expect.stringContaining("as: 'export'")],
    ]);
  });

  it.each([
    [120, 30, undefined],
    [119, 30, 'use 120 or more'],
  ])('%d days with %d of them warm: %s', (keepDays, coldAfterDays, remedy) => {
    const said = (at: string): unknown => [at, keepDays, anything, expect.stringContaining(remedy ?? '')];
    expect(problemsOf(withRule({ keepDays, coldAfterDays }))).toEqual(
      remedy === undefined ? [] : [said(`${path}.keepDays`)],
    );
    expect(problemsOf(withRule({ copies: [{ ...copy, keepDays, coldAfterDays }] }))).toEqual(
      remedy === undefined ? [] : [said(`${path}.copies[0].keepDays`)],
    );
  });
});

const here = { rpoMinutes: { 'us-east-1': 1_000_000 } };

describe('continuous backup', () => {
  it.each<[BackupTier['resourceType'], boolean]>([
    ['RDS', true],
    ['S3', true],
    ['EBS', false],
    ['EFS', false],
    ['EKS', false],
  ])('is there for %s: %j', (resourceType, isThere) => {
    const given = withRule({ continuous: true, copies: [] }, { resourceType, ...here });
    expect(problemsOf(given)).toEqual(
      isThere ? [] : [[`${path}.continuous`, true, expect.stringContaining('a plain one'), 'remove it']],
    );
  });

  it.each([
    [35, true],
    [36, false],
  ])('is kept for %d days: %j', (keepDays, isKept) => {
    const given = withRule({ continuous: true, keepDays, copies: [] }, { resourceType: 'RDS', ...here });
    expect(problemsOf(given)).toEqual(
      isKept ? [] : [[`${path}.keepDays`, keepDays, anything, expect.stringContaining('35 or less')]],
    );
  });

  it('is of one rule', () => {
    const continuous = { ...rule, continuous: true, copies: [] };
    const rules = (second: boolean): BackupTier['rules'] => ({
      even: { ...continuous, cron: 'cron(0 0/2 ? * * *)' },
      odd: { ...continuous, cron: 'cron(0 1/2 ? * * *)', continuous: second },
    });
    const given = (second: boolean): Policy =>
      withTier({ resourceType: 'RDS', rules: rules(second), ...here }, { components: loose });
    expect(problemsOf(given(false))).toEqual([]);
    expect(problemsOf(given(true))).toEqual([
      [
        'backups.tiers.data.rules',
        ['even', 'odd'],
        expect.stringContaining('one continuous backup'),
        anything,
      ],
    ]);
  });
});

describe('a vault lock', () => {
  function locked(lock: Lock): Partial<Backups> {
    return { vaults: { main: { vault: { create: 'the-vault' }, lock } } };
  }

  it.each([
    [7, 35, 30, true],
    [30, 30, 30, true],
    [31, 35, 30, false],
    [7, 29, 30, false],
  ])(
    'from %d to %d days lets a job pass that keeps for %d: %j',
    (minKeepDays, maxKeepDays, keepDays, passes) => {
      const lock = { mode: 'governance', minKeepDays, maxKeepDays } as const;
      const problem = (at: string): unknown => [
        at,
        keepDays,
        expect.stringContaining('every job fail'),
        anything,
      ];
      expect(problemsOf(withTier({}, locked(lock)))).toEqual(
        passes ? [] : [problem(`${path}.keepDays`), problem(`${path}.copies[0].keepDays`)],
      );
    },
  );

  it('of the archive makes hourly jobs fail where they share the vault, and none where it has its own', () => {
    const lock = { mode: 'governance', minKeepDays: 2557, maxKeepDays: 3653 } as const;
    const archive: Archive = {
      as: 'recovery-points',
      cron: 'cron(0 5 1 * ? *)',
      startWindowMinutes: 60,
      completionWindowMinutes: 120,
      keepDays: 2557,
      vault: 'main',
      copies: [],
    };
    const rules = { hourly: { ...rule, cron: 'cron(0 0-4,6-23 ? * * *)', copies: [] } };
    const given = (vaults: Backups['vaults'], vault: string): Policy =>
      withTier({ rules, archive: { ...archive, vault }, ...here }, { components: loose, vaults });
    const own = { vault: { create: 'the-archive' }, lock };
    const main = {
      vault: { create: 'the-vault' },
      lock: { mode: 'governance', minKeepDays: 7, maxKeepDays: 35 },
    } as const;
    expect(problemsOf(given({ main, archive: own }, 'archive'))).toEqual([]);
    expect(problemsOf(given({ main: { ...main, lock } }, 'main')).map(([at]) => at)).toEqual([
      `${path}.keepDays`,
    ]);
    expect(problemsOf(given({ main }, 'main')).map(([at]) => at)).toEqual([
      'backups.tiers.data.archive.keepDays',
    ]);
  });

  it('cannot ask for more at least than at most', () => {
    const lock = { mode: 'governance', minKeepDays: 31, maxKeepDays: 30 } as const;
    expect(problemsOf(withBackups(locked(lock)))[0]).toEqual(expect.anything());
    const paths = problemsOf(withBackups(locked(lock))).map(([at]) => at);
    expect(paths).toContain('backups.vaults.main.lock.minKeepDays');
  });

  it.each([
    [3, true],
    [2, false],
  ])('for compliance can be taken back for %d days: %j', (changeableForDays, can) => {
    const because = 'Auditors ask for records that not even we could have deleted.';
    const lock = { mode: 'compliance', minKeepDays: 7, maxKeepDays: 35, changeableForDays, because } as const;
    expect(problemsOf(withBackups(locked(lock)))).toEqual(
      can
        ? []
        : [['backups.vaults.main.lock.changeableForDays', changeableForDays, anything, 'use 3 or more']],
    );
  });
});

describe('an export', () => {
  it.each<[BackupTier['resourceType'], boolean]>([
    ['RDS', true],
    ['EBS', false],
    ['S3', false],
  ])('is there for %s: %j', (resourceType, isThere) => {
    const archive = {
      as: 'export',
      bucket: { create: 'b' },
      keepDays: 2557,
      deepArchiveAfterDays: 1,
    } as const;
    expect(problemsOf(withTier({ resourceType, archive }))).toEqual(
      isThere ? [] : [['backups.tiers.data.archive.as', 'export', anything, "use as: 'recovery-points'"]],
    );
  });
});
