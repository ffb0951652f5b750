import { supportOf } from '../domain/backup-resource-type.ts';
import { plannedRules, regionsOf } from './backup-plan.ts';
import { resourceName } from './resource.ts';
import { type PolicyProblem, type PolicyRule, repeated } from './rule.ts';
import type { Policy } from './schema.ts';

/** What is restored to see whether it can be. */
export const backupRestoreRules: readonly PolicyRule[] = [
  restoreTestingIsOffered,
  testsHaveSomethingToRestore,
  databasesAreRestoredApart,
  databasesStandLongEnough,
  testsOfOneVaultAreOfOneTier,
];

/** @see https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html */
function restoreTestingIsOffered({ backups }: Policy): readonly PolicyProblem[] {
  return Object.entries(backups.tiers).flatMap(([name, { resourceType, restoreTest }]) =>
    restoreTest === undefined || supportOf(resourceType).restoreTesting
      ? []
      : [
          {
            path: `backups.tiers.${name}.restoreTest`,
            value: resourceType,
            fact: `restore testing of AWS Backup does not take ${resourceType}`,
            remedy: 'remove it; what is never restored is reported as unproven',
          },
        ],
  );
}

function testsHaveSomethingToRestore({ backups, regions }: Policy): readonly PolicyProblem[] {
  return Object.entries(backups.tiers).flatMap(([name, tier]) => {
    const held = regionsOf(plannedRules(name, tier), regions.primary);
    const tested = tier.restoreTest?.regions ?? [];
    const path = `backups.tiers.${name}.restoreTest.regions`;
    return [
      ...tested
        .filter((region) => !held.includes(region))
        .map((region) => ({
          path,
          value: region,
          fact: `the tier has no recovery points in ${region}, so the test would find nothing, and say nothing`,
          remedy: `use ${held.join(' or ')}, or have copies made there`,
        })),
      ...repeated(tested).map((region) => ({
        path,
        value: region,
        fact: `${region} is listed twice, and one Region has one test of a tier`,
        remedy: 'list each Region once',
      })),
    ];
  });
}

/**
 * AWS Backup restores a database into the default VPC where it is not told otherwise.
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing-inferred-metadata.html
 */
function databasesAreRestoredApart({ backups }: Policy): readonly PolicyProblem[] {
  return Object.entries(backups.tiers).flatMap(([name, { resourceType, restoreTest }]) =>
    (resourceType === 'RDS' ? (restoreTest?.regions ?? []) : [])
      .filter((region) => !(region in backups.restoreNetworks))
      .map((region) => ({
        path: `backups.restoreNetworks.${region}`,
        value: undefined,
        fact: `databases of the tier '${name}' would be restored into the default VPC of ${region}, or fail where there is none`,
        remedy: 'name a subnet group and security groups without a way out',
      })),
  );
}

/** Hours from the restore of a database to its result: the hourly manifest after its backup, and a few sweeps. */
const leastHours = 4;

function databasesStandLongEnough({ backups }: Policy): readonly PolicyProblem[] {
  return Object.entries(backups.tiers).flatMap(([name, { resourceType, restoreTest }]) =>
    resourceType !== 'RDS' || restoreTest === undefined || restoreTest.validationWindowHours >= leastHours
      ? []
      : [
          {
            path: `backups.tiers.${name}.restoreTest.validationWindowHours`,
            value: restoreTest.validationWindowHours,
            fact: 'AWS Backup deletes the copy when the window ends, and it takes hours to give it a password, wait for the manifest after its backup, and ask it twice',
            remedy: `use at least ${leastHours}`,
          },
        ],
  );
}

/**
 * Tags of a resource cannot be asked for in another Region, so of the copies a test takes every recovery point of its
 * type that is in the vault.
 */
function testsOfOneVaultAreOfOneTier({ backups }: Policy): readonly PolicyProblem[] {
  const tests = Object.values(backups.tiers).flatMap(({ vault, resourceType, restoreTest }) => {
    const entry = backups.vaults[vault];
    const vaultName = entry === undefined ? vault : resourceName(entry.vault);
    return (restoreTest?.regions ?? []).map((region) => `${resourceType} in ${vaultName} of ${region}`);
  });
  return repeated(tests).map((what) => ({
    path: 'backups.tiers',
    value: what,
    fact: 'two tiers would restore the same recovery points, each with its own test',
    remedy: 'give one of them a vault of its own, or leave its restoreTest out',
  }));
}
