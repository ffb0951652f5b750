import { plannedRules } from './backup-plan.ts';
import type { BackupTier } from './backup-schema.ts';
import { resourceName } from './resource.ts';
import { type PolicyProblem, type PolicyRule, repeated } from './rule.ts';
import type { Policy } from './schema.ts';

/** That what the backups name is there, and is there once. */
export const backupReferenceRules: readonly PolicyRule[] = [
  vaultsAreNamedOnce,
  vaultNamesAreValid,
  tiersHaveTheirVaults,
  planNamesAreValid,
  plansAreNamedOnce,
  copiesGoToTheStandby,
  databasesAreInTheirTiers,
];

function vaultsAreNamedOnce({ backups }: Policy): readonly PolicyProblem[] {
  return repeated(Object.values(backups.vaults).map(({ vault }) => resourceName(vault))).map((name) => ({
    path: 'backups.vaults',
    value: name,
    fact: `two entries are the vault '${name}', so the lock of neither would be sure to hold`,
    remedy: 'give each entry a vault of its own',
  }));
}

/** @see https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupVault.html */
const vaultName = /^[a-zA-Z0-9\-_]{2,50}$/;

function vaultNamesAreValid({ backups }: Policy): readonly PolicyProblem[] {
  return Object.entries(backups.vaults)
    .filter(([, { vault }]) => !vaultName.test(resourceName(vault)))
    .map(([name, { vault }]) => ({
      path: `backups.vaults.${name}.vault`,
      value: resourceName(vault),
      fact: 'AWS Backup has no vault of such a name',
      remedy: "use the vault's name, not its ARN: 2 to 50 letters, digits, '-' and '_'",
    }));
}

function tiersHaveTheirVaults({ backups }: Policy): readonly PolicyProblem[] {
  return vaultsNamed(backups.tiers)
    .filter(({ vault }) => !(vault in backups.vaults))
    .map(({ path, vault }) => ({
      path,
      value: vault,
      fact: `there is no vault '${vault}' to keep the recovery points in`,
      remedy: `name one of ${Object.keys(backups.vaults).join(', ')}, or add it to backups.vaults`,
    }));
}

function vaultsNamed(tiers: Readonly<Record<string, BackupTier>>): { path: string; vault: string }[] {
  return Object.entries(tiers).flatMap(([name, tier]) => [
    { path: `backups.tiers.${name}.vault`, vault: tier.vault },
    ...(tier.archive?.as === 'recovery-points'
      ? [{ path: `backups.tiers.${name}.archive.vault`, vault: tier.archive.vault }]
      : []),
  ]);
}

/** @see https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupPlanInput.html */
const planName = /^[a-zA-Z0-9\-_.]{1,50}$/;

/** A name may have 50 characters, which for a restore testing plan begins with `aeon_ops_`. */
const longestTierName = 40;

function planNamesAreValid({ backups }: Policy): readonly PolicyProblem[] {
  const plans = Object.entries(backups.tiers)
    .filter(([, { plan }]) => !planName.test(resourceName(plan)))
    .map(([name, { plan }]) => ({
      path: `backups.tiers.${name}.plan`,
      value: resourceName(plan),
      fact: 'AWS Backup has no plan of such a name',
      remedy: "use 1 to 50 letters, digits, '-', '_' and '.'",
    }));
  const tiers = Object.keys(backups.tiers)
    .filter((name) => name.length > longestTierName)
    .map((name) => ({
      path: `backups.tiers.${name}`,
      value: name,
      fact: 'its restore testing plan would have a longer name than AWS Backup takes',
      remedy: `name the tier with at most ${longestTierName} characters`,
    }));
  return [...plans, ...tiers];
}

/** AWS Backup itself would make two plans of one name. */
function plansAreNamedOnce({ backups }: Policy): readonly PolicyProblem[] {
  return repeated(Object.values(backups.tiers).map(({ plan }) => resourceName(plan))).map((name) => ({
    path: 'backups.tiers',
    value: name,
    fact: `two tiers have the plan '${name}', so nobody could say which of them a job is for`,
    remedy: 'give each tier a plan of its own',
  }));
}

/** Not asked while the standby is the primary Region itself: that is told apart, and every copy would be wrong. */
function copiesGoToTheStandby({ backups, regions }: Policy): readonly PolicyProblem[] {
  if (regions.standby === regions.primary) return [];
  const rules = Object.entries(backups.tiers).flatMap(([name, tier]) => plannedRules(name, tier));
  return rules.flatMap(({ path, copies }) => [
    ...copies.flatMap(({ region }, index) =>
      region === regions.standby
        ? []
        : [
            {
              path: `${path}.copies[${index}].region`,
              value: region,
              fact:
                region === regions.primary
                  ? 'a copy in the Region of the resource is lost together with it'
                  : `there are vaults in ${regions.primary} and ${regions.standby} only, so each copy would fail`,
              remedy: `use '${regions.standby}'`,
            },
          ],
    ),
    ...repeated(copies.map(({ region }) => region)).map((region) => ({
      path: `${path}.copies`,
      value: region,
      fact: `two copies go to the same vault in ${region}, and AWS Backup makes one job at a time for a resource`,
      remedy: 'copy once to each Region',
    })),
  ]);
}

function databasesAreInTheirTiers({ backups }: Policy): readonly PolicyProblem[] {
  return Object.entries(backups.databases)
    .filter(([, { tier }]) => backups.tiers[tier]?.resourceType !== 'RDS')
    .map(([name, { tier }]) => ({
      path: `backups.databases.${name}.tier`,
      value: tier,
      fact: `there is no tier '${tier}' of databases, so its windows would be those of nothing`,
      remedy: "name a tier whose resourceType is 'RDS'",
    }));
}
