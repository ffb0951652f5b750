import { CfnBackupPlan, CfnBackupSelection } from 'aws-cdk-lib/aws-backup';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { supportOf } from '../../shared/domain/backup-resource-type.ts';
import { type PlannedRule, plannedRules } from '../../shared/policy/backup-plan.ts';
import type { BackupTier } from '../../shared/policy/backup-schema.ts';
import { resourceName } from '../../shared/policy/resource.ts';
import { backupVaultArn } from '../arns.ts';
import { OpsStack } from '../ops-stack.ts';

export interface TierPlanProps {
  readonly planName: string;
  readonly tierName: string;
  readonly tier: BackupTier;
  readonly role: IRole;
}

/**
 * The backup plan of a tier, for the resources of its type in this Region that carry the tier's tag. Tag and type are
 * asked for together: a list of tags alone would take whatever else carries the tag.
 *
 * Resources are also left out while their type is not switched on in the Region's settings of AWS Backup.
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html
 */
export class TierPlan extends Construct {
  constructor(scope: Construct, id: string, { planName, tierName, tier, role }: TierPlanProps) {
    super(scope, id);
    const plan = new CfnBackupPlan(this, 'Plan', {
      backupPlan: {
        backupPlanName: planName,
        backupPlanRule: plannedRules(tierName, tier).map((rule) => this.rule(rule)),
      },
    });
    new CfnBackupSelection(this, 'Selection', {
      backupPlanId: plan.ref,
      backupSelection: {
        selectionName: tierName,
        iamRoleArn: role.roleArn,
        resources: [supportOf(tier.resourceType).arnPattern],
        conditions: {
          StringEquals: [
            {
              ConditionKey: `aws:ResourceTag/${OpsStack.of(this).policy.backups.tagKey}`,
              ConditionValue: tierName,
            },
          ],
        },
      },
    });
  }

  private rule(rule: PlannedRule): CfnBackupPlan.BackupRuleResourceTypeProperty {
    const vault = this.vaultNamed(rule.vault);
    return {
      ruleName: rule.name,
      targetBackupVault: vault,
      scheduleExpression: rule.cron,
      scheduleExpressionTimezone: rule.timeZone,
      startWindowMinutes: rule.startWindowMinutes,
      completionWindowMinutes: rule.completionWindowMinutes,
      lifecycle: lifecycleOf(rule),
      ...(rule.continuous ? { enableContinuousBackup: true } : {}),
      ...(rule.copies.length === 0
        ? {}
        : {
            copyActions: rule.copies.map((copy) => ({
              destinationBackupVaultArn: backupVaultArn(this, vault, copy.region),
              lifecycle: lifecycleOf(copy),
            })),
          }),
    };
  }

  private vaultNamed(key: string): string {
    const entry = OpsStack.of(this).policy.backups.vaults[key];
    if (entry === undefined) throw new RangeError(`backups.vaults has no '${key}'`);
    return resourceName(entry.vault);
  }
}

/** EBS snapshots move to cold storage only where this is asked for apart. */
function lifecycleOf({
  keepDays,
  coldAfterDays,
}: {
  readonly keepDays: number;
  readonly coldAfterDays?: number | undefined;
}): CfnBackupPlan.LifecycleResourceTypeProperty {
  return {
    deleteAfterDays: keepDays,
    ...(coldAfterDays === undefined
      ? {}
      : { moveToColdStorageAfterDays: coldAfterDays, optInToArchiveForSupportedResources: true }),
  };
}
