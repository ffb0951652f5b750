import { describe, expect, it } from '@jest/globals';
import type { BackupTier } from '../../../shared/policy/backup-schema.ts';
import { checkPolicy, PolicyError } from '../../../shared/policy/check.ts';
import {
  type Backups,
  copy,
  loose,
  problemsOf,
  restoreTest,
  tier,
  withBackups,
  withRule,
  withTier,
} from './backups.ts';

const anything = expect.anything();

function paths(given: Parameters<typeof problemsOf>[0]): string[] {
  return problemsOf(given).map(([path]) => path);
}

describe('names', () => {
  it.each([
    ['ab', true],
    ['a'.repeat(50), true],
    ['a', false],
    ['a'.repeat(51), false],
    ['with space', false],
    ['arn:aws:backup:us-east-1:111122223333:backup-vault:main', false],
  ])('a vault is called %s: %j', (name, isCalled) => {
    for (const vault of [{ create: name }, { existing: name }]) {
      const lock = { mode: 'governance', minKeepDays: 1, maxKeepDays: 4000 } as const;
      expect(paths(withBackups({ vaults: { main: { vault, lock } } }))).toEqual(
        isCalled ? [] : ['backups.vaults.main.vault'],
      );
    }
  });

  it.each([
    ['a', true],
    ['a.b-c_d', true],
    ['a'.repeat(50), true],
    ['a'.repeat(51), false],
    ['a/b', false],
  ])('a plan is called %s: %j', (create, isCalled) => {
    expect(paths(withTier({ plan: { create } }))).toEqual(isCalled ? [] : ['backups.tiers.data.plan']);
  });

  it.each([
    [40, true],
    [41, false],
  ])('a tier has a name of %d characters: %j', (length, has) => {
    const name = 'a'.repeat(length);
    const components: Backups['components'] = {
      store: { mechanism: { type: 'backup', tier: name }, rpoMinutes: 240, rtoMinutes: 240 },
    };
    expect(paths(withBackups({ tiers: { [name]: tier }, components }))).toEqual(
      has ? [] : [`backups.tiers.${name}`],
    );
  });

  it('a vault and a plan are named once', () => {
    const lock = { mode: 'governance', minKeepDays: 1, maxKeepDays: 4000 } as const;
    const main = { vault: { create: 'same' }, lock };
    expect(paths(withBackups({ vaults: { main, other: { ...main, vault: { existing: 'same' } } } }))).toEqual(
      ['backups.vaults'],
    );
    const components: Backups['components'] = {
      ...loose,
      other: { mechanism: { type: 'backup', tier: 'other' }, rpoMinutes: 240, rtoMinutes: 240 },
    };
    expect(problemsOf(withBackups({ tiers: { data: tier, other: tier }, components }))).toEqual([
      ['backups.tiers', 'the-plan', expect.stringContaining('two tiers'), anything],
    ]);
  });

  it('a tier names a vault that there is', () => {
    expect(paths(withTier({ vault: 'nowhere' }))).toEqual(['backups.tiers.data.vault']);
    const archive: BackupTier['archive'] = {
      as: 'recovery-points',
      cron: 'cron(0 5 1 * ? *)',
      startWindowMinutes: 60,
      completionWindowMinutes: 120,
      keepDays: 2557,
      vault: 'nowhere',
      copies: [],
    };
    const rules = { hourly: { ...copyless, cron: 'cron(0 0-4,6-23 ? * * *)' } };
    const rpoMinutes = { 'us-east-1': 240 };
    expect(paths(withTier({ rules, rpoMinutes, archive }))).toEqual(['backups.tiers.data.archive.vault']);
  });
});

const copyless = { ...tier.rules.hourly, copies: [] } as BackupTier['rules'][string];

describe('copies', () => {
  it.each([
    ['us-east-1', 'is lost together with it'],
    ['eu-west-1', 'each copy would fail'],
  ])('do not go to %s', (region, fact) => {
    const rpoMinutes = { 'us-east-1': 1_000_000, 'eu-west-1': 1_000_000 };
    const given = withRule(
      { copies: [{ ...copy, region }] },
      { rpoMinutes: pick(rpoMinutes, ['us-east-1', region]) },
    );
    expect(problemsOf(given)).toEqual([
      [
        'backups.tiers.data.rules.hourly.copies[0].region',
        region,
        expect.stringContaining(fact),
        "use 'us-west-2'",
      ],
    ]);
  });

  it('go once to each Region', () => {
    expect(problemsOf(withRule({ copies: [copy, copy] }))).toEqual([
      [
        'backups.tiers.data.rules.hourly.copies',
        'us-west-2',
        expect.stringContaining('one job at a time'),
        anything,
      ],
    ]);
  });
});

function pick(from: Record<string, number>, keys: readonly string[]): Record<string, number> {
  return Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)));
}

describe('databases', () => {
  const maintenanceWindow = 'sun:04:00-sun:05:00';

  it('are in a tier of databases', () => {
    const databases = { db: { tier: 'data', maintenanceWindow } };
    const rpoMinutes = { 'us-east-1': 1000, 'us-west-2': 1000 };
    expect(paths(withTier({ resourceType: 'RDS', rpoMinutes }, { databases, components: loose }))).toEqual(
      [],
    );
    expect(paths(withTier({}, { databases }))).toEqual(['backups.databases.db.tier']);
  });

  it.each(['sun:04:00-sun:05:00', 'mon:23:45-tue:00:15'])('have the window %s', (window) => {
    const databases = { db: { tier: 'data', maintenanceWindow: window } };
    expect(() => checkPolicy(withTier({}, { databases }))).toThrow(/backups\.databases\.db\.tier/);
  });

  it.each(['04:00-05:00', 'sun:24:00-sun:24:30', 'Sunday 04:00', 'sun:4:00-sun:5:00'])(
    'have no window %s',
    (window) => {
      const databases = { db: { tier: 'data', maintenanceWindow: window } };
      expect(() => checkPolicy(withTier({}, { databases }))).toThrow(/maintenanceWindow/);
    },
  );
});

describe('restore tests', () => {
  const network = { dbSubnetGroup: 'apart', securityGroups: ['sg-0123abcd'] };
  const restoreNetworks = { 'us-east-1': network, 'us-west-2': network };

  it.each<[BackupTier['resourceType'], boolean]>([
    ['RDS', true],
    ['EBS', true],
    ['EFS', true],
    ['S3', true],
    ['EKS', false],
  ])('take %s: %j', (resourceType, isTaken) => {
    expect(problemsOf(withTier({ resourceType, restoreTest }, { restoreNetworks }))).toEqual(
      isTaken
        ? []
        : [['backups.tiers.data.restoreTest', 'EKS', expect.stringContaining('does not take EKS'), anything]],
    );
  });

  it('are where there are recovery points, once each', () => {
    const regions = (given: string[]): string[] =>
      paths(withTier({ restoreTest: { ...restoreTest, regions: given } }));
    expect(regions(['us-west-2'])).toEqual([]);
    expect(regions(['eu-west-1'])).toEqual(['backups.tiers.data.restoreTest.regions']);
    expect(regions(['us-west-2', 'us-west-2'])).toContain('backups.tiers.data.restoreTest.regions');
  });

  it('of databases have a network of their own in each Region', () => {
    const given = (networks: Backups['restoreNetworks']): string[] =>
      paths(withTier({ resourceType: 'RDS', restoreTest }, { restoreNetworks: networks }));
    expect(given(restoreNetworks)).toEqual([]);
    expect(given({ 'us-east-1': network })).toEqual(['backups.restoreNetworks.us-west-2']);
    expect(paths(withTier({ resourceType: 'EBS', restoreTest }))).toEqual([]);
  });

  it.each([
    [3, ['backups.tiers.data.restoreTest.validationWindowHours']],
    [4, []],
  ])('a copy of a database stands for %d hours: %j', (validationWindowHours, expected) => {
    const test = { ...restoreTest, validationWindowHours };
    expect(paths(withTier({ resourceType: 'RDS', restoreTest: test }, { restoreNetworks }))).toEqual(
      expected,
    );
  });

  it('of one vault are of one tier for each type', () => {
    const components: Backups['components'] = {
      ...loose,
      other: { mechanism: { type: 'backup', tier: 'other' }, rpoMinutes: 240, rtoMinutes: 240 },
    };
    const given = (other: Partial<BackupTier>): unknown[] =>
      problemsOf(
        withBackups({
          tiers: {
            data: { ...tier, restoreTest },
            other: { ...tier, plan: { create: 'other' }, restoreTest, ...other },
          },
          components,
        }),
      ).map(([path, value]) => [path, value]);
    expect(given({ resourceType: 'EFS' })).toEqual([]);
    expect(given({})).toEqual([
      ['backups.tiers', 'EBS in the-vault of us-east-1'],
      ['backups.tiers', 'EBS in the-vault of us-west-2'],
    ]);
  });

  it('have a schedule', () => {
    expect(paths(withTier({ restoreTest: { ...restoreTest, cron: 'weekly' } }))).toEqual([
      'backups.tiers.data.restoreTest.cron',
    ]);
  });
});

describe('components', () => {
  const mechanism = { type: 'backup', tier: 'data' } as const;
  const acceptedGap = { owner: 'data team', reason: 'it is built anew in an hour', expires: '2027-03-31' };
  const store = { mechanism, rpoMinutes: 240, rtoMinutes: 240 };

  function withComponent(cache: Backups['components'][string]): ReturnType<typeof problemsOf> {
    return problemsOf(withBackups({ components: { store, cache } }));
  }

  it.each<[string, Backups['components'][string], string | undefined]>([
    ['a mechanism', store, undefined],
    ['a gap that somebody has accepted', { acceptedGap }, undefined],
    [
      'a replica',
      { ...store, mechanism: { type: 'replication', to: 'us-west-2', by: 'replicas' } },
      undefined,
    ],
    ['nothing', {}, 'nothing protects it'],
    ['objectives alone', { rpoMinutes: 5, rtoMinutes: 5 }, 'nothing protects it'],
    ['both', { ...store, acceptedGap }, 'no gap to accept'],
    ['no RPO', { mechanism, rtoMinutes: 240 }, 'without an RPO and an RTO'],
    ['no RTO', { mechanism, rpoMinutes: 240 }, 'without an RPO and an RTO'],
    [
      'a tier that there is not',
      { ...store, mechanism: { ...mechanism, tier: 'x' } },
      'nothing would back it up',
    ],
    ['an RPO that its tier keeps in one Region only', { ...store, rpoMinutes: 239 }, 'keeps 240 minutes'],
    ['an RTO shorter than a restore', { ...store, rtoMinutes: 239 }, 'keeps 240 minutes'],
  ])('may have %s: %s', (_what, component, fact) => {
    expect(withComponent(component).map(([path, , said]) => [path.split('.')[2], said])).toEqual(
      fact === undefined ? [] : [['cache', expect.stringContaining(fact)]],
    );
  });

  it('are in every tier', () => {
    expect(problemsOf(withBackups({ components: {} }))).toEqual([
      ['backups.tiers.data', 'data', expect.stringContaining('no component is in it'), anything],
    ]);
  });
});

describe('the shape', () => {
  function refusal(given: unknown): string {
    try {
      checkPolicy(given);
    } catch (error) {
      if (error instanceof PolicyError) return error.message;
      throw error;
    }
    return '';
  }

  it('takes a lock for compliance only with a reason', () => {
    const lock = { mode: 'compliance', minKeepDays: 7, maxKeepDays: 35, changeableForDays: 3 };
    const given = (because: string | undefined): unknown =>
      withBackups({
        vaults: { main: { vault: { create: 'the-vault' }, lock: { ...lock, because } as never } },
      });
    expect(refusal(given('The auditors ask for it in the contract of 2026.'))).toBe('');
    expect(refusal(given(undefined))).toContain('backups.vaults.main.lock.because');
    expect(refusal(given('safety'))).toContain('nobody, whatever happens, may ever delete');
  });

  it('takes five copies of a recovery point at most', () => {
    expect(refusal(withRule({ copies: Array.from({ length: 6 }, () => copy) }))).toContain(
      'at most 5 copies',
    );
  });
});
