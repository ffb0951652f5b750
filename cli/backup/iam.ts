import { backupTableName, restoreTableName } from '../../infra/names.ts';
import { resourceName } from '../../shared/policy/resource.ts';
import type { Policy } from '../../shared/policy/schema.ts';

/** The IAM policy of a person who runs `ops backup report --aws`. It only reads. */
export function reportIamPolicy({ backups, regions }: Policy, account = '*'): object {
  const places = [regions.primary, regions.standby];
  const vaults = places.flatMap((region) =>
    Object.values(backups.vaults).map(
      ({ vault }) => `arn:aws:backup:${region}:${account}:backup-vault:${resourceName(vault)}`,
    ),
  );
  const tables = (name: string) =>
    places.map((region) => `arn:aws:dynamodb:${region}:${account}:table/${name}`);
  const allow = (Action: readonly string[], Resource: readonly string[]) => ({
    Effect: 'Allow',
    Action,
    Resource,
  });
  return {
    Version: '2012-10-17',
    Statement: [
      // AWS Backup takes no resource for its lists of jobs and of what is protected.
      allow(['backup:ListBackupJobs', 'backup:ListCopyJobs', 'backup:ListProtectedResources'], ['*']),
      allow(['backup:ListRecoveryPointsByBackupVault'], vaults),
      allow(['tag:GetResources'], ['*']),
      allow(['dynamodb:Query'], [...tables(restoreTableName), ...tables(backupTableName)]),
    ],
  };
}
