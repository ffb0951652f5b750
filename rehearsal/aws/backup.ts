import type { Kernel } from '../kernel.ts';
import { type BackupContents, noContents } from './backup-contents.ts';
import type { BackupContext, BackupFaults } from './backup-context.ts';
import { CopyJobs } from './backup-copy.ts';
import { EventQueue } from './backup-event-queue.ts';
import { recoveryPointEvent } from './backup-events.ts';
import { BackupJobs } from './backup-job.ts';
import { jobOperations } from './backup-job-operations.ts';
import { listOperations } from './backup-list-operations.ts';
import { backupPlan } from './backup-plan.ts';
import { BackupResources } from './backup-resource.ts';
import { RestoreJobs } from './backup-restore.ts';
import { restoreTestingPlan, restoreTestingSelection } from './backup-restore-plan.ts';
import { RestoreTests } from './backup-restore-tests.ts';
import { BackupSchedule } from './backup-schedule.ts';
import { backupSelection } from './backup-selection.ts';
import { Vaults } from './backup-vault.ts';
import type { ServiceEvent } from './ecr-events.ts';
import type { Resource } from './properties.ts';

/**
 * AWS Backup: backups and copies by plans, and tests of their restore. The scenario says which resources there are.
 *
 * A recovery point has a size and a key, and the content of a database where there is one. Of continuous backup, cold
 * storage and the children of composite recovery points nothing is simulated.
 */
export class Backup {
  readonly resources = new BackupResources();
  readonly restores: RestoreJobs;
  readonly #context: BackupContext;
  readonly #schedule: BackupSchedule;
  readonly #tests: RestoreTests;
  readonly operations: ReturnType<typeof listOperations> & ReturnType<typeof jobOperations>;

  /** @param emit takes the events for the default bus of their Region */
  constructor(
    kernel: Kernel,
    emit: (event: ServiceEvent) => void = () => undefined,
    faults: BackupFaults = {},
    contents: BackupContents = noContents,
  ) {
    const queue = new EventQueue(kernel, emit);
    const context: BackupContext = {
      kernel,
      resources: this.resources,
      vaults: new Vaults(kernel),
      faults,
      contents,
      tell: (event) => queue.add(event),
      busy: new Set(),
    };
    const copies = new CopyJobs(context);
    const backups = new BackupJobs(context, ({ id, roleArn, createdBy }, point) => {
      const rule = this.#schedule
        .planOf(createdBy?.BackupPlanId)
        ?.rules.find((candidate) => candidate.id === createdBy?.BackupRuleId);
      for (const { vaultArn: destinationArn, lifecycle } of rule?.copies ?? []) {
        const to = context.vaults.find(destinationArn);
        if (to !== undefined && faults.forgetsCopy?.({ point, to }) === true) continue;
        copies.start({
          point,
          destinationArn,
          lifecycle,
          roleArn,
          backupJobId: id,
          ...(createdBy !== undefined && { createdBy }),
        });
      }
    });
    this.#context = context;
    this.restores = new RestoreJobs(context);
    this.#schedule = new BackupSchedule(context, backups);
    this.#tests = new RestoreTests(context, this.restores);
    const parts = { context, backups, copies, restores: this.restores };
    this.operations = { ...listOperations(parts), ...jobOperations(parts) };
  }

  /**
   * The resources AWS::Backup::BackupVault, BackupPlan, BackupSelection, RestoreTestingPlan and RestoreTestingSelection.
   *
   * @throws RangeError for a property that is not simulated, by name, and for a plan that is not there
   */
  readonly create = {
    vault: (resource: Resource): void => this.#context.vaults.create(resource),
    plan: (resource: Resource): void => this.#schedule.addPlan(backupPlan(this.#context.kernel, resource)),
    selection: (resource: Resource): void => this.#schedule.addSelection(backupSelection(resource)),
    restoreTestingPlan: (resource: Resource): void =>
      this.#tests.addPlan(restoreTestingPlan(this.#context.kernel, resource)),
    restoreTestingSelection: (resource: Resource): void =>
      this.#tests.addSelection(restoreTestingSelection(resource)),
  };

  /**
   * The recovery point stays when its time has come, as when AWS Backup may not delete what it is made of.
   *
   * @throws AwsError when there is no such vault or recovery point
   */
  stick(region: string, vaultName: string, pointArn: string, status: 'EXPIRED' | 'DELETING'): void {
    const { vaults, tell } = this.#context;
    const point = vaults.point(vaults.named(region, vaultName), pointArn);
    point.stuck = status;
    tell(recoveryPointEvent(point));
  }

  /**
   * Somebody deletes a recovery point by hand.
   *
   * @throws AwsError when there is no such vault or recovery point
   */
  deletePoint(region: string, vaultName: string, pointArn: string): void {
    const { vaults } = this.#context;
    const vault = vaults.named(region, vaultName);
    vault.points.delete(vaults.point(vault, pointArn).arn);
  }
}
