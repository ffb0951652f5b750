import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnBackupVault } from 'aws-cdk-lib/aws-backup';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Backups } from '../../shared/policy/backup-schema.ts';
import { OpsStack } from '../ops-stack.ts';

/**
 * The vaults of a Region that are ours to make, each with its lock. They stay when their stack goes, and AWS deletes no
 * vault that holds anything.
 *
 * A lock in governance mode can be taken away by whoever has the right to. One in compliance mode cannot, by nobody,
 * once `changeableForDays` are over; CloudFormation then fails at any change of it.
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
 */
export class BackupVaults extends Construct {
  constructor(scope: Construct, id: string, props: { readonly key: () => IKey }) {
    super(scope, id);
    for (const [name, { vault, lock }] of Object.entries(OpsStack.of(this).policy.backups.vaults)) {
      if (!('create' in vault)) continue;
      new CfnBackupVault(this, name, {
        backupVaultName: vault.create,
        encryptionKeyArn: props.key().keyArn,
        lockConfiguration: lockConfigurationOf(lock),
      }).applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    }
  }
}

function lockConfigurationOf(
  lock: Backups['vaults'][string]['lock'],
): CfnBackupVault.LockConfigurationTypeProperty {
  return {
    minRetentionDays: lock.minKeepDays,
    maxRetentionDays: lock.maxKeepDays,
    ...(lock.mode === 'compliance' ? { changeableForDays: lock.changeableForDays } : {}),
  };
}
