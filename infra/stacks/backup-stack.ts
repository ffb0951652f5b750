import type { Construct } from 'constructs';
import type { BackupTier } from '../../shared/policy/backup-schema.ts';
import { BackupKey } from '../constructs/backup-key.ts';
import { BackupServiceRole } from '../constructs/backup-service-role.ts';
import { BackupVaults } from '../constructs/backup-vaults.ts';
import { BackupWatching } from '../constructs/backup-watching.ts';
import { DatabaseExport } from '../constructs/database-export.ts';
import { ExportArchive } from '../constructs/export-archive.ts';
import { OpsDashboard } from '../constructs/ops-dashboard.ts';
import { RestoreTest } from '../constructs/restore-test.ts';
import { TierPlan } from '../constructs/tier-plan.ts';
import { OpsStack, type OpsStackProps } from '../ops-stack.ts';

/**
 * The backups of one Region, done by AWS Backup. The primary Region backs up and copies; the standby holds the copies,
 * and restores from them. What the policy says is there already is not made. In both it is watched.
 *
 * Copies find the vault of the standby by its name, so that neither stack refers to the other.
 */
export class BackupStack extends OpsStack {
  #key: BackupKey | undefined;

  constructor(scope: Construct, props: OpsStackProps) {
    super(scope, 'backups', 'Backups of the platform in this Region, and tests of their restore.', props);
    const { regions, backups } = props.policy;
    const tiers = Object.entries(backups.tiers);
    const vaults = new BackupVaults(this, 'Vaults', { key: () => this.key() });

    // What is in the standby Region came there by copies and replication.
    const plans = props.region === regions.primary ? this.createPlans(tiers) : [];
    const tests = this.createRestoreTests(tiers);
    for (const dependent of [...plans, ...tests]) dependent.node.addDependency(vaults);

    const watching = new BackupWatching(this, 'Watching').eventFunction;
    const eventFunctions = [watching, ...(props.region === regions.primary ? this.createExports(tiers) : [])];
    new OpsDashboard(this, 'Dashboard', {
      introduction: `The backups of the platform in ${props.region}. AWS Backup makes, copies and deletes them; watch-backups looks every hour, and whenever a job ends badly, for what is wrong with them. All is well when it ran within an hour and no alarm is red.`,
      functionNames: eventFunctions.map(({ opsFunction }) => opsFunction.name),
      queueNames: [...watching.queues.values()].map(({ queue }) => queue.name),
      deadLetterQueueNames: eventFunctions.flatMap(({ deadLetterQueue, deliveryDeadLetterQueue }) => [
        deadLetterQueue.name,
        deliveryDeadLetterQueue.name,
      ]),
    });
  }

  private createPlans(tiers: readonly [name: string, tier: BackupTier][]): TierPlan[] {
    const role = new BackupServiceRole(this, 'BackupRole', {
      job: 'backup',
      resourceTypes: tiers.map(([, { resourceType }]) => resourceType),
    });
    return tiers.flatMap(([tierName, tier]) =>
      'create' in tier.plan
        ? [new TierPlan(this, `Plan-${tierName}`, { planName: tier.plan.create, tierName, tier, role })]
        : [],
    );
  }

  /** For tiers whose archive is of exports: where they go, and what begins them. */
  private createExports(tiers: readonly [name: string, tier: BackupTier][]) {
    const tierNames = tiers.flatMap(([tierName, { archive }]) => {
      if (archive?.as !== 'export') return [];
      new ExportArchive(this, `Archive-${tierName}`, { tierName, archive, key: this.key() });
      return [tierName];
    });
    return tierNames.length === 0
      ? []
      : [new DatabaseExport(this, 'Exporting', { tierNames, key: this.key() }).eventFunction];
  }

  private createRestoreTests(tiers: readonly [name: string, tier: BackupTier][]): RestoreTest[] {
    const tested = tiers.flatMap(([tierName, tier]) =>
      tier.restoreTest?.regions.includes(this.homeRegion) === true
        ? [{ tierName, tier, test: tier.restoreTest }]
        : [],
    );
    if (tested.length === 0) return [];
    const role = new BackupServiceRole(this, 'RestoreRole', {
      job: 'restore',
      resourceTypes: tested.map(({ tier }) => tier.resourceType),
    });
    return tested.map((props) => new RestoreTest(this, `RestoreTest-${props.tierName}`, { ...props, role }));
  }

  /** Made when the first thing asks for it: what is there already has a key of its own. */
  private key(): BackupKey {
    this.#key ??= new BackupKey(this, 'Key');
    return this.#key;
  }
}
