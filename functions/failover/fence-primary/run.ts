import type { FailoverStates } from '../../../shared/aws/failover-state.ts';
import type { Interlock } from '../../../shared/aws/interlock.ts';
import type { ObjectStore } from '../../../shared/aws/object-store.ts';
import type { OpsBus } from '../../../shared/aws/ops-bus.ts';
import type { SecurityGroups } from '../../../shared/aws/security-groups.ts';
import type { SwitchTable } from '../../../shared/aws/switch-table.ts';
import { interlockSwitch } from '../../../shared/domain/standing.ts';
import type { FailoverState } from '../../../shared/failover/decide.ts';
import { runNameOf } from '../../../shared/failover/run.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import type { World } from '../../../shared/lambda/world.ts';
import type { PolicySlice } from '../../../shared/policy/slice.ts';
import { type contract, unreadableMessage } from './contract.ts';

export type FencePolicy = PolicySlice<(typeof contract.policy)[number]>;

export interface FenceDeps {
  /** Of the standby Region. */
  readonly states: FailoverStates;
  readonly switches: SwitchTable;
  readonly interlock: Interlock;
  readonly groups: SecurityGroups;
  readonly journal: ObjectStore;
  readonly bus: OpsBus;
  readonly policy: FencePolicy;
  readonly region: string;
  readonly now: () => Date;
  readonly log: World<unknown>['log'];
}

/** Interlocks of runs, which are set and released here by what the standby says of them. */
const runPrefix = 'failover-';

/**
 * Keeps the primary Region from doing what only the writer may. Whoever cannot read who the writer is does nothing: a
 * partition must not take down a primary that serves users.
 */
export async function fencePrimary(deps: FenceDeps): Promise<Outcome> {
  const state = await deps.states.read();
  const subject = deps.region;
  if ('unreadable' in state) {
    deps.log('warn', unreadableMessage, { reason: state.unreadable });
    return { outcome: 'unknown', reason: `nobody knows who the writer is (${state.unreadable})`, subject };
  }
  if (state.writer === 'primary') {
    await interlockAs(state, deps);
    return { outcome: 'open', reason: 'the primary is the writer', subject };
  }
  // First what saves data: the rest of the Region may be down.
  const fenced = await Promise.all(
    deps.policy.failover.fence.securityGroups.map((id) => fence(id, state, deps)),
  );
  const closed = fenced.reduce((sum, count) => sum + count, 0);
  const isObserved = deps.policy.failover.mode === 'observe';
  const [interlocked] = await Promise.allSettled([interlockAs(state, deps)]);
  if (closed > 0) await tell(state, closed, isObserved, deps);
  if (interlocked.status === 'rejected') throw interlocked.reason;
  const rules = `${closed} ${closed === 1 ? 'rule' : 'rules'}`;
  if (isObserved) return { outcome: 'watched', reason: `${rules} would be removed`, subject };
  return { outcome: 'fenced', reason: `${rules} of ingress removed`, subject, facts: { epoch: state.epoch } };
}

/** What runs in the standby cannot reach: the other automations of this Region stand still while a run is open, or stopped halfway. */
async function interlockAs(
  { epoch, openRun, halfway, writer }: FailoverState,
  deps: FenceDeps,
): Promise<void> {
  if (deps.policy.failover.mode === 'observe') return;
  const holds = openRun ?? halfway;
  if (holds !== undefined || writer === 'standby') {
    await deps.interlock.set(
      holds ?? runNameOf({ epoch }),
      'a failover has begun, and the standby Region may be the writer',
    );
    return;
  }
  const reading = await deps.switches.read([interlockSwitch]);
  const by = 'rows' in reading ? reading.rows[0]?.by : undefined;
  if (by?.startsWith(runPrefix)) await deps.interlock.release(by);
}

/**
 * Takes all ingress from the security group of the database. What is removed is written down before, as AWS takes it
 * back, once for each epoch and set of rules.
 *
 * @returns how many rules there were
 */
async function fence(
  id: string,
  { epoch }: FailoverState,
  { groups, journal, policy, now }: FenceDeps,
): Promise<number> {
  const ingress = await groups.ingress(id);
  if (ingress.count === 0 || policy.failover.mode === 'observe') return ingress.count;
  const key = `journal/fence-primary/${runNameOf({ epoch })}/${id}/${now().toISOString()}.json`;
  await journal.put(key, JSON.stringify({ securityGroup: id, epoch, removed: ingress.rules }, null, 2), {
    contentType: 'application/json',
    noOverwrite: true,
  });
  await groups.revoke(id, ingress);
  return ingress.count;
}

async function tell(
  { epoch }: FailoverState,
  count: number,
  isObserved: boolean,
  { bus, region, now }: FenceDeps,
): Promise<void> {
  const rules = `${count} ${count === 1 ? 'rule' : 'rules'} of ingress`;
  await bus.publish({
    detailType: 'Primary Fenced',
    detail: {
      identity: `fence-primary/${epoch}/${isObserved ? 'watched' : 'fenced'}`,
      subject: region,
      environment: 'unknown',
      outcome: isObserved ? 'watched' : 'fenced',
      reason: isObserved
        ? `the standby Region is the writer, and ${rules} would be removed from the database here`
        : `the standby Region is the writer, and ${rules} were removed from the database here`,
      occurredAt: now().toISOString(),
      facts: { epoch, region, rules: count },
    },
  });
}
