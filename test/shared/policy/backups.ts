import type { BackupTier } from '../../../shared/policy/backup-schema.ts';
import { lintPolicy } from '../../../shared/policy/lint.ts';
import type { Policy } from '../../../shared/policy/schema.ts';
import { policy } from '../../builders.ts';

/*
 * Backups in which nothing is wrong: one tier of volumes, hourly, with copies in the standby Region. A test spoils one
 * thing.
 */

export type Backups = Policy['backups'];
export type Rule = BackupTier['rules'][string];

export const copy: Rule['copies'][number] = { region: 'us-west-2', keepDays: 30, withinMinutes: 60 };

export const rule: Rule = {
  cron: 'cron(0 * ? * * *)',
  startWindowMinutes: 60,
  completionWindowMinutes: 120,
  keepDays: 30,
  copies: [copy],
};

export const tier: BackupTier = {
  resourceType: 'EBS',
  plan: { create: 'the-plan' },
  vault: 'main',
  rules: { hourly: rule },
  rpoMinutes: { 'us-east-1': 180, 'us-west-2': 240 },
  restoreWithinMinutes: 240,
};

export const restoreTest: NonNullable<BackupTier['restoreTest']> = {
  cron: 'cron(0 8 ? * WED *)',
  startWindowHours: 1,
  validationWindowHours: 8,
  regions: ['us-east-1', 'us-west-2'],
  recoveryPoint: 'latest',
  ofLastDays: 7,
};

const backups: Backups = {
  mode: 'observe',
  tagKey: 'tier',
  vaults: {
    main: { vault: { create: 'the-vault' }, lock: { mode: 'governance', minKeepDays: 1, maxKeepDays: 4000 } },
  },
  tiers: { data: tier },
  databases: {},
  restoreNetworks: {},
  toldWithinMinutes: policy.backups.toldWithinMinutes,
  components: {
    store: { mechanism: { type: 'backup', tier: 'data' }, rpoMinutes: 240, rtoMinutes: 240 },
  },
};

export function withBackups(changed: Partial<Backups>): Policy {
  return { ...policy, backups: { ...backups, ...changed } };
}

/** The tier with something else in it. */
export function withTier(changed: Partial<BackupTier>, others: Partial<Backups> = {}): Policy {
  return withBackups({ tiers: { data: { ...tier, ...changed } }, ...others });
}

/** The tier's one rule with something else in it, and an RPO that any rule keeps. */
export function withRule(changed: Partial<Rule>, tierChanged: Partial<BackupTier> = {}): Policy {
  return withTier(
    {
      rules: { hourly: { ...rule, ...changed } },
      rpoMinutes: { 'us-east-1': 1_000_000, 'us-west-2': 1_000_000 },
      ...tierChanged,
    },
    { components: loose },
  );
}

/** A component that promises little. */
export const loose: Backups['components'] = {
  store: { mechanism: { type: 'backup', tier: 'data' }, rpoMinutes: 1_000_000, rtoMinutes: 1_000_000 },
};

/** Path, value and what is said, of each problem. */
export function problemsOf(given: Policy): [path: string, value: unknown, fact: string, remedy: string][] {
  return lintPolicy(given).map(({ path, value, fact, remedy }) => [path, value, fact, remedy]);
}
