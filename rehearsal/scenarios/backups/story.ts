import type { Policy } from '../../../shared/policy/schema.ts';
import type { BackupFaults } from '../../aws/backup-context.ts';
import type { BackupResource } from '../../aws/backup-resource.ts';
import type { RestoreJob } from '../../aws/backup-restore.ts';
import type { PlantedFault } from '../../planted.ts';
import type { Stage } from '../../scenario.ts';
import { furnishPlatform, nameOf, type Platform } from './platform.ts';

const aMinute = 60_000;
export const anHour = 60 * aMinute;

type Deadline = keyof Policy['backups']['toldWithinMinutes'];

interface Plant extends Omit<PlantedFault, 'withinMinutes' | 'region' | 'over' | 'isCertain'> {
  readonly deadline: Deadline;
  /** Left out: the primary one. */
  readonly region?: string;
  /** By when it is over. ISO 8601. */
  readonly overBy?: string;
  /** Left out: as watch-backups has it. */
  readonly overTitle?: string;
}

type Faults = { readonly [Name in keyof BackupFaults]-?: NonNullable<BackupFaults[Name]>[] };

/** A story of backups as it is written down: in moments of the calendar, of which AWS Backup knows what happened. */
export class BackupStory {
  readonly stage: Stage;
  readonly platform: Platform;
  readonly primary: string;
  readonly standby: string;
  /** Of each kind the first one that has something to say counts. */
  readonly faults: Faults = {
    forgets: [],
    backup: [],
    forgetsCopy: [],
    copy: [],
    forgetsTest: [],
    restore: [],
  };

  constructor(stage: Stage) {
    this.stage = stage;
    this.platform = furnishPlatform(stage);
    this.primary = stage.policy.regions.primary;
    this.standby = stage.policy.regions.standby;
    const { forgets, backup, forgetsCopy, copy, forgetsTest, restore } = this.faults;
    stage.faults.backup = {
      forgets: (what) => forgets.some((fault) => fault(what)),
      backup: (what) => firstOf(backup, what),
      forgetsCopy: (what) => forgetsCopy.some((fault) => fault(what)),
      copy: (what) => firstOf(copy, what),
      forgetsTest: (what) => forgetsTest.some((fault) => fault(what)),
      restore: (what) => firstOf(restore, what),
    };
  }

  /** @param moment ISO 8601, after the beginning of the story */
  at(moment: string, what: () => void): void {
    const { kernel } = this.stage;
    kernel.after(Date.parse(moment) - kernel.now().getTime(), what);
  }

  plant({ deadline, region = this.primary, overBy, overTitle, ...fault }: Plant): void {
    const { stage } = this;
    const title = overTitle ?? `Over: ${fault.title}`;
    stage.plant({
      ...fault,
      region,
      withinMinutes: stage.policy.backups.toldWithinMinutes[deadline],
      ...(overBy !== undefined && { over: { title, by: new Date(overBy) } }),
    });
  }

  /** What may come of faults of a resource: its newest backup is too old, here or there. @param since ISO 8601 */
  mayBecomeTooOld(resource: BackupResource, since: string): void {
    const { stage, primary, standby } = this;
    const title = `Newest backup is too old: ${nameOf(resource)}`;
    for (const region of [primary, standby]) {
      stage.plant({
        what: 'the newest backup is too old',
        happenedAt: () => new Date(since),
        withinMinutes: stage.policy.backups.toldWithinMinutes.tooOld,
        title,
        region,
        over: { title: `Over: ${title}`, by: new Date(Date.parse(since) + 8 * anHour) },
        isCertain: false,
      });
    }
  }

  /** When the job of a plan ended. @param slot when it was asked for */
  backupEnd(resource: BackupResource, slot: string): Date | undefined {
    const { ListBackupJobs } = this.stage.account.backup.operations;
    const { BackupJobs = [] } = ListBackupJobs(
      { ByResourceArn: resource.arn, ...atMoment(slot) },
      this.#call(this.primary),
    );
    return BackupJobs.find(({ CreatedBy }) => CreatedBy !== undefined)?.CompletionDate;
  }

  /** When the copy job of a backup ended. */
  copyEnd(resource: BackupResource, slot: string): Date | undefined {
    const { ListCopyJobs } = this.stage.account.backup.operations;
    const pointArn = this.pointArn(resource, slot);
    const call = this.#call(this.primary);
    return ListCopyJobs({ BySourceRecoveryPointArn: pointArn }, call).CopyJobs?.at(-1)?.CompletionDate;
  }

  pointArn(resource: BackupResource, slot: string): string {
    const { ListBackupJobs } = this.stage.account.backup.operations;
    const filter = { ByResourceArn: resource.arn, ...atMoment(slot) };
    const { BackupJobs = [] } = ListBackupJobs(filter, this.#call(this.primary));
    return BackupJobs.find(({ RecoveryPointArn }) => RecoveryPointArn !== undefined)?.RecoveryPointArn ?? '';
  }

  /** The restore of a test that had to begin on a day. @param day `2026-03-04` */
  restoreOn(day: string, type: BackupResource['type'], region = this.primary): RestoreJob | undefined {
    return this.stage.account.backup.restores
      .in(region)
      .find(({ point, createdAt }) => point.type === type && createdAt.toISOString().startsWith(day));
  }

  #call(region: string) {
    return { principal: { kind: 'scenario' as const }, region };
  }
}

function firstOf<What, Fault>(
  faults: readonly ((what: What) => Fault | undefined)[],
  what: What,
): Fault | undefined {
  for (const fault of faults) {
    const found = fault(what);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function later(moment: Date | undefined, ms: number): Date | undefined {
  return moment && new Date(moment.getTime() + ms);
}

/** Whether a moment is in a span of slots. ISO 8601. */
export function isIn(at: Date, from: string, to: string): boolean {
  return at.getTime() >= Date.parse(from) && at.getTime() < Date.parse(to);
}

function atMoment(slot: string): { readonly ByCreatedAfter: Date; readonly ByCreatedBefore: Date } {
  const from = Date.parse(slot);
  return { ByCreatedAfter: new Date(from - 1), ByCreatedBefore: new Date(from + aMinute) };
}
