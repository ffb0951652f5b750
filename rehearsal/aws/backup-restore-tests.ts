import type { BackupContext } from './backup-context.ts';
import type { RestoreJobs } from './backup-restore.ts';
import type { RestoreTestingPlan, RestoreTestingSelection } from './backup-restore-plan.ts';
import type { RecoveryPoint } from './backup-vault.ts';

/** Begins restore tests at a moment of their start window, with one recovery point of each resource. */
export class RestoreTests {
  readonly #context: BackupContext;
  readonly #jobs: RestoreJobs;
  readonly #plans: RestoreTestingPlan[] = [];
  readonly #selections: RestoreTestingSelection[] = [];

  constructor(context: BackupContext, jobs: RestoreJobs) {
    this.#context = context;
    this.#jobs = jobs;
  }

  addPlan(plan: RestoreTestingPlan): void {
    this.#plans.push(plan);
    this.#await(plan, this.#context.kernel.now());
  }

  /** @throws RangeError when there is no such plan in the Region */
  addSelection(selection: RestoreTestingSelection): void {
    const { planName, region, name } = selection;
    if (!this.#plans.some((plan) => plan.name === planName && plan.region === region)) {
      throw new RangeError(`there is no restore testing plan '${planName}' in ${region} for '${name}'`);
    }
    this.#selections.push(selection);
  }

  #await(plan: RestoreTestingPlan, after: Date): void {
    const { kernel } = this.#context;
    const at = plan.next(after);
    if (at === undefined) return;
    kernel.after(at.getTime() - kernel.now().getTime(), () => {
      const { name, region } = plan;
      const isForgotten = this.#context.faults.forgetsTest?.({ plan: name, region }) === true;
      if (!isForgotten && this.#candidates(plan).length > 0) {
        kernel.after(kernel.random() * plan.startWindowMs, () => this.#run(plan));
      }
      this.#await(plan, at);
    });
  }

  #run(plan: RestoreTestingPlan): void {
    const selections = this.#selections.filter(
      ({ planName, region }) => planName === plan.name && region === plan.region,
    );
    for (const selection of selections) {
      const points = this.#candidates(plan).filter(
        (point) =>
          point.type === selection.type && selection.selects(point, this.#tagsOf(point, plan.region)),
      );
      for (const resourceArn of new Set(points.map((point) => point.resourceArn))) {
        const ofResource = points.filter((point) => point.resourceArn === resourceArn).sort(byCreation);
        const chosen = plan.isLatest ? ofResource.length - 1 : this.#anyOf(ofResource.length);
        const point = ofResource[chosen];
        if (point !== undefined) this.#jobs.start(plan, selection, point);
      }
    }
  }

  #anyOf(count: number): number {
    return Math.floor(this.#context.kernel.random() * count);
  }

  #candidates(plan: RestoreTestingPlan): readonly RecoveryPoint[] {
    const { vaults, kernel } = this.#context;
    const since = kernel.now().getTime() - plan.windowMs;
    return vaults
      .in(plan.region)
      .filter(({ arn }) => plan.includes(arn))
      .flatMap((vault) => vaults.pointsOf(vault))
      .filter(
        ({ createdAt, status, stuck }) =>
          status === 'COMPLETED' && stuck === undefined && createdAt.getTime() >= since,
      );
  }

  #tagsOf({ resourceArn }: RecoveryPoint, region: string): Readonly<Record<string, string>> | undefined {
    const resource = this.#context.resources.find(resourceArn);
    return resource?.region === region ? resource.tags : undefined;
  }
}

function byCreation(one: RecoveryPoint, other: RecoveryPoint): number {
  return one.createdAt.getTime() - other.createdAt.getTime();
}
