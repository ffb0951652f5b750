import { CfnRestoreTestingPlan, CfnRestoreTestingSelection } from 'aws-cdk-lib/aws-backup';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { BackupTier } from '../../shared/policy/backup-schema.ts';
import { resourceName } from '../../shared/policy/resource.ts';
import { restoreTestNameOf } from '../../shared/restores/testing-plan.ts';
import { backupVaultArn } from '../arns.ts';
import { OpsStack } from '../ops-stack.ts';

export interface RestoreTestProps {
  readonly tierName: string;
  readonly tier: BackupTier;
  readonly test: NonNullable<BackupTier['restoreTest']>;
  readonly role: IRole;
}

/**
 * AWS Backup restores a recovery point of the tier on its own schedule, keeps what it restored for the validation
 * window, and deletes it. Whether the data are right is for others to say, within that time.
 *
 * In the standby Region the recovery points are copies, and the resource with its tags is elsewhere. There every
 * recovery point of the type that is in the vault counts.
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html
 */
export class RestoreTest extends Construct {
  constructor(scope: Construct, id: string, { tierName, tier, test, role }: RestoreTestProps) {
    super(scope, id);
    const { policy, homeRegion } = OpsStack.of(this);
    const isPrimary = homeRegion === policy.regions.primary;
    const isContinuous = isPrimary && Object.values(tier.rules).some(({ continuous }) => continuous === true);
    const name = restoreTestNameOf(tierName);
    const vault = policy.backups.vaults[tier.vault];
    if (vault === undefined) throw new RangeError(`backups.vaults has no '${tier.vault}'`);

    const plan = new CfnRestoreTestingPlan(this, 'Plan', {
      restoreTestingPlanName: name,
      scheduleExpression: test.cron,
      scheduleExpressionTimezone: test.timeZone ?? 'UTC',
      startWindowHours: test.startWindowHours,
      recoveryPointSelection: {
        algorithm: test.recoveryPoint === 'latest' ? 'LATEST_WITHIN_WINDOW' : 'RANDOM_WITHIN_WINDOW',
        includeVaults: [backupVaultArn(this, resourceName(vault.vault), homeRegion)],
        recoveryPointTypes: isContinuous ? ['SNAPSHOT', 'CONTINUOUS'] : ['SNAPSHOT'],
        selectionWindowDays: test.ofLastDays,
      },
    });
    const selection = new CfnRestoreTestingSelection(this, 'Selection', {
      restoreTestingPlanName: name,
      restoreTestingSelectionName: name,
      protectedResourceType: tier.resourceType,
      iamRoleArn: role.roleArn,
      protectedResourceArns: ['*'],
      ...(isPrimary
        ? {
            protectedResourceConditions: {
              stringEquals: [{ key: `aws:ResourceTag/${policy.backups.tagKey}`, value: tierName }],
            },
          }
        : {}),
      ...(tier.resourceType === 'RDS' ? { restoreMetadataOverrides: this.restoreNetwork() } : {}),
      validationWindowHours: test.validationWindowHours,
    });
    selection.addResourceDependency(plan);
  }

  /**
   * Without it a database comes into the default VPC, or nowhere. Values that are lists are JSON in a text.
   * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing-inferred-metadata.html
   */
  private restoreNetwork(): Record<string, string> {
    const { policy, homeRegion } = OpsStack.of(this);
    const network = policy.backups.restoreNetworks[homeRegion];
    if (network === undefined) throw new RangeError(`backups.restoreNetworks has no '${homeRegion}'`);
    return {
      dbSubnetGroupName: network.dbSubnetGroup,
      vpcSecurityGroupIds: JSON.stringify(network.securityGroups),
    };
  }
}
