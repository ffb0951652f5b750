import { supportOf } from '../domain/backup-resource-type.ts';
import { type PlannedRule, plannedRules } from './backup-plan.ts';
import type { BackupTier } from './backup-schema.ts';
import type { PolicyProblem, PolicyRule } from './rule.ts';
import type { Policy } from './schema.ts';

/** How long recovery points are kept, and where. */
export const backupLifecycleRules: readonly PolicyRule[] = [
  coldStorageIsOffered,
  coldStorageLastsLongEnough,
  continuousBackupIsOffered,
  oneRuleIsContinuous,
  locksLetJobsPass,
  locksCanBeSet,
  exportsAreOffered,
];

/** A recovery point, or the copy of one, with how long it is kept. */
interface Kept {
  readonly path: string;
  readonly vault: string;
  readonly keepDays: number;
  readonly coldAfterDays?: number | undefined;
}

function keptBy({ path, vault, keepDays, coldAfterDays, copies }: PlannedRule): Kept[] {
  return [
    { path, vault, keepDays, coldAfterDays },
    ...copies.map((copy, index) => ({ ...copy, path: `${path}.copies[${index}]`, vault })),
  ];
}

type Concern = (name: string, tier: BackupTier, rules: readonly PlannedRule[]) => readonly PolicyProblem[];

function inEachTier({ backups }: Policy, concern: Concern): readonly PolicyProblem[] {
  return Object.entries(backups.tiers).flatMap(([name, tier]) =>
    concern(name, tier, plannedRules(name, tier)),
  );
}

function coldStorageIsOffered(policy: Policy): readonly PolicyProblem[] {
  return inEachTier(policy, (_name, { resourceType }, rules) =>
    supportOf(resourceType).coldStorage
      ? []
      : rules
          .flatMap(keptBy)
          .filter(({ coldAfterDays }) => coldAfterDays !== undefined)
          .map(({ path, coldAfterDays }) => ({
            path: `${path}.coldAfterDays`,
            value: coldAfterDays,
            fact: `AWS Backup has no cold storage for ${resourceType}: it would take this, say nothing, and keep and bill all of it as warm`,
            remedy: supportOf(resourceType).exportToS3
              ? "remove it, or archive with as: 'export'"
              : 'remove it',
          })),
  );
}

const leastDaysInColdStorage = 90;

/** @see https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Lifecycle.html */
function coldStorageLastsLongEnough(policy: Policy): readonly PolicyProblem[] {
  return inEachTier(policy, (_name, _tier, rules) =>
    rules.flatMap(keptBy).flatMap(({ path, keepDays, coldAfterDays }) =>
      coldAfterDays === undefined || keepDays >= coldAfterDays + leastDaysInColdStorage
        ? []
        : [
            {
              path: `${path}.keepDays`,
              value: keepDays,
              fact: `what moves to cold storage after ${coldAfterDays} days has to stay there for ${leastDaysInColdStorage}`,
              remedy: `use ${coldAfterDays + leastDaysInColdStorage} or more, or leave out coldAfterDays`,
            },
          ],
    ),
  );
}

const mostContinuousDays = 35;

/** @see https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html */
function continuousBackupIsOffered(policy: Policy): readonly PolicyProblem[] {
  return inEachTier(policy, (_name, { resourceType }, rules) =>
    rules
      .filter(({ continuous }) => continuous)
      .flatMap(({ path, keepDays }): PolicyProblem[] => {
        if (supportOf(resourceType).continuousRpoMinutes === undefined) {
          return [
            {
              path: `${path}.continuous`,
              value: true,
              fact: `AWS Backup has no continuous backup for ${resourceType}, and would make a plain one`,
              remedy: 'remove it',
            },
          ];
        }
        if (keepDays <= mostContinuousDays) return [];
        return [
          {
            path: `${path}.keepDays`,
            value: keepDays,
            fact: `a continuous backup is kept for ${mostContinuousDays} days at most`,
            remedy: `use ${mostContinuousDays} or less, and keep longer by another rule`,
          },
        ];
      }),
  );
}

function oneRuleIsContinuous(policy: Policy): readonly PolicyProblem[] {
  return inEachTier(policy, (name, _tier, rules) => {
    const names = rules.filter(({ continuous }) => continuous).map((rule) => rule.name);
    if (names.length <= 1) return [];
    return [
      {
        path: `backups.tiers.${name}.rules`,
        value: names,
        fact: 'a resource has one continuous backup, so it would be kept as the one or as the other rule says',
        remedy: 'leave one of them continuous',
      },
    ];
  });
}

/** @see https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html */
function locksLetJobsPass(policy: Policy): readonly PolicyProblem[] {
  return inEachTier(policy, (_name, _tier, rules) =>
    rules.flatMap(keptBy).flatMap(({ path, vault, keepDays }) => {
      const lock = policy.backups.vaults[vault]?.lock;
      if (lock === undefined) return [];
      if (keepDays >= lock.minKeepDays && keepDays <= lock.maxKeepDays) return [];
      return [
        {
          path: `${path}.keepDays`,
          value: keepDays,
          fact: `the lock of the vault '${vault}' asks for ${lock.minKeepDays} to ${lock.maxKeepDays} days, and makes every job fail that asks for another time`,
          remedy: `use a time in between, or a vault of its own with another lock`,
        },
      ];
    }),
  );
}

const leastDaysToChange = 3;

/** @see https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultLockConfiguration.html */
function locksCanBeSet({ backups }: Policy): readonly PolicyProblem[] {
  return Object.entries(backups.vaults).flatMap(([name, { lock }]) => {
    const path = `backups.vaults.${name}.lock`;
    const order =
      lock.minKeepDays <= lock.maxKeepDays
        ? []
        : [
            {
              path: `${path}.minKeepDays`,
              value: lock.minKeepDays,
              fact: `it is more than maxKeepDays (${lock.maxKeepDays}), so no job could ever succeed`,
              remedy: `use ${lock.maxKeepDays} or less`,
            },
          ];
    if (lock.mode === 'governance' || lock.changeableForDays >= leastDaysToChange) return order;
    return [
      ...order,
      {
        path: `${path}.changeableForDays`,
        value: lock.changeableForDays,
        fact: `AWS Backup wants ${leastDaysToChange} days at least in which the lock can still be taken back`,
        remedy: `use ${leastDaysToChange} or more`,
      },
    ];
  });
}

/** @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ExportSnapshot.html */
function exportsAreOffered(policy: Policy): readonly PolicyProblem[] {
  return inEachTier(policy, (name, { resourceType, archive }) =>
    archive?.as !== 'export' || supportOf(resourceType).exportToS3
      ? []
      : [
          {
            path: `backups.tiers.${name}.archive.as`,
            value: archive.as,
            fact: `only snapshots of databases can be exported to a bucket, and ${resourceType} is none`,
            remedy: "use as: 'recovery-points'",
          },
        ],
  );
}
