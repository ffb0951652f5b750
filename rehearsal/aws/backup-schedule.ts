import type { BackupContext } from './backup-context.ts';
import type { BackupJobs } from './backup-job.ts';
import type { BackupPlan, BackupRule } from './backup-plan.ts';
import type { BackupResource } from './backup-resource.ts';
import type { BackupSelection } from './backup-selection.ts';

/** Asks for the backups of plans when their time has come. */
export class BackupSchedule {
  readonly #context: BackupContext;
  readonly #jobs: BackupJobs;
  readonly #plans = new Map<string, BackupPlan>();
  readonly #selections: BackupSelection[] = [];

  constructor(context: BackupContext, jobs: BackupJobs) {
    this.#context = context;
    this.#jobs = jobs;
  }

  addPlan(plan: BackupPlan): void {
    this.#plans.set(plan.id, plan);
    for (const rule of plan.rules) this.#await(plan, rule, this.#context.kernel.now());
  }

  /** @throws RangeError when there is no such plan */
  addSelection(selection: BackupSelection): void {
    if (!this.#plans.has(selection.planId)) throw new RangeError(`there is no plan ${selection.planId}`);
    this.#selections.push(selection);
  }

  planOf(id: string | undefined): BackupPlan | undefined {
    return this.#plans.get(id ?? '');
  }

  #await(plan: BackupPlan, rule: BackupRule, after: Date): void {
    const { kernel } = this.#context;
    const at = rule.next(after);
    if (at === undefined) return;
    kernel.after(at.getTime() - kernel.now().getTime(), () => {
      if (!isSwallowed(plan, rule, at)) this.#run(plan, rule, at);
      this.#await(plan, rule, at);
    });
  }

  #run(plan: BackupPlan, rule: BackupRule, at: Date): void {
    for (const [resource, roleArn] of this.#selected(plan)) {
      const backup = { resource, vault: rule.vaultName, rule: rule.name, at };
      if (this.#context.faults.forgets?.(backup) === true) continue;
      this.#jobs.start({
        resource,
        vault: this.#context.vaults.named(plan.region, rule.vaultName),
        roleArn,
        lifecycle: rule.lifecycle,
        startWindowMs: rule.startWindowMs,
        completionWindowMs: rule.completionWindowMs,
        createdBy: {
          BackupPlanId: plan.id,
          BackupPlanArn: plan.arn,
          BackupPlanName: plan.name,
          BackupPlanVersion: plan.version,
          BackupRuleId: rule.id,
          BackupRuleName: rule.name,
          BackupRuleCron: rule.expression,
          BackupRuleTimezone: rule.timeZone,
        },
      });
    }
  }

  /** Each resource once, with the role of the first selection that has it. */
  #selected(plan: BackupPlan): readonly (readonly [BackupResource, string])[] {
    const selections = this.#selections.filter(({ planId }) => planId === plan.id);
    return this.#context.resources.in(plan.region).flatMap((resource) => {
      const selection = selections.find(({ selects }) => selects(resource));
      return selection === undefined ? [] : [[resource, selection.roleArn] as const];
    });
  }
}

/**
 * Of two rules whose start windows overlap, only the one that keeps its backup for longer runs; of two that keep it
 * equally long, the one that the plan has first. AWS does not say what becomes of a rule that overlaps itself: here all
 * its runs are kept.
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html
 */
function isSwallowed({ rules }: BackupPlan, rule: BackupRule, at: Date): boolean {
  const end = at.getTime() + rule.startWindowMs;
  return rules.some((other, index) => {
    if (other === rule || !outlasts(other, rule, index < rules.indexOf(rule))) return false;
    const run = other.next(new Date(at.getTime() - other.startWindowMs));
    return run !== undefined && run.getTime() < end;
  });
}

function outlasts(one: BackupRule, other: BackupRule, comesFirst: boolean): boolean {
  const [days, otherDays] = [one, other].map(
    ({ lifecycle }) => lifecycle.DeleteAfterDays ?? Number.POSITIVE_INFINITY,
  );
  if (days === undefined || otherDays === undefined) return false;
  return days > otherDays || (days === otherDays && comesFirst);
}
